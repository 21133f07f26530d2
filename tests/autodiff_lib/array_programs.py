"""Random programs on arrays: a few operations of many kinds on a few inputs."""

import numpy as np
from hypothesis import strategies as st

# Each keeps the shape (2, 3) of its operands, so that any may follow any.
UNARY = (
    np.sin,
    np.tanh,
    lambda a: a / (1 + a * a),
    lambda a: np.cumsum(a, axis=0),
    lambda a: np.sum(a, axis=1, keepdims=True) - a,
    lambda a: np.flip(a, 1).reshape((3, 2)).T,
    lambda a: np.sort(a, axis=1),
    lambda a: np.where(a > 0.6, a * a, -a),
    lambda a: np.max(a, axis=0) * a,
    lambda a: a[[1, 0], :],
    lambda a: np.concatenate([a[:, 1:], a[:, :1] ** 2], axis=1),
    lambda a: np.exp(-np.abs(a)),
)
BINARY = (
    lambda a, b: a + b[:, :1],
    lambda a, b: a * b,
    lambda a, b: a - b.mean(axis=0),
    lambda a, b: a @ (b.T @ a) / 4,
    lambda a, b: np.einsum("ij,kj->ij", a, b),
    lambda a, b: np.maximum(a, b),
    lambda a, b: np.linalg.solve(np.eye(2) * 3 + a @ a.T, b),
    lambda a, b: np.hypot(a, b + 2),
)


@st.composite
def array_programs(draw, max_inputs=3, max_operations=8, max_outputs=2):
    """Draw (f, point): `f` takes as many arrays as `point` has, and returns a tuple."""
    count = draw(st.integers(1, max_inputs))
    seed = draw(st.integers(0, 2**16))
    point = tuple(np.random.default_rng(seed).uniform(0.2, 1.5, (count, 2, 3)))
    statements = []
    for made in range(draw(st.integers(0, max_operations))):
        values = st.integers(0, count + made - 1)
        function = draw(st.sampled_from(UNARY + BINARY))
        operands = [draw(values) for _ in range(1 + (function in BINARY))]
        statements.append((function, operands))
    places = st.integers(0, count + len(statements) - 1)
    chosen = draw(st.lists(places, min_size=1, max_size=max_outputs))

    def f(*x):
        values = list(x)
        for function, operands in statements:
            values.append(function(*[values[place] for place in operands]))
        return tuple(values[place] for place in chosen)

    return f, point
