"""Random programs: straight-line code of a few operations on a few inputs."""

from hypothesis import strategies as st

from autodiff_lib import math as am


def damped(u, v):
    """A product that cannot grow, so that long programs neither overflow nor lose digits."""
    return u * am.tanh(v)


UNARY = (am.sin, am.cos, am.tanh, am.sigmoid, am.atan, am.neg, am.softplus)
BINARY = (am.add, am.sub, damped, am.maximum)
CONSTANTS = (-1.0, 0.5, 1.0, 2.0)


@st.composite
def programs(draw, max_inputs=4, max_operations=8, max_outputs=3):
    """Draw (f, point): `f` takes as many numbers as `point` has, and returns a tuple.

    A value may be used many times or never; an output may be an input, or appear twice.
    """
    count = draw(st.integers(1, max_inputs))
    point = draw(st.lists(st.floats(0.2, 1.5), min_size=count, max_size=count))
    statements = []
    for made in range(draw(st.integers(0, max_operations))):
        function = draw(st.sampled_from(UNARY + BINARY))
        values = st.integers(0, count + made - 1)
        operands = [draw(values)]
        if function in BINARY:
            constants = st.sampled_from(CONSTANTS)
            operands.append(draw(st.one_of(values, constants)))
            operands = draw(st.permutations(operands))
        statements.append((function, operands))
    places = st.integers(0, count + len(statements) - 1)
    chosen = draw(st.lists(places, min_size=1, max_size=max_outputs))

    def f(*x):
        values = list(x)
        for function, operands in statements:
            values.append(function(*[values[o] if type(o) is int else o for o in operands]))
        return tuple(values[place] for place in chosen)

    return f, tuple(point)
