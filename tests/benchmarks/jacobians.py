"""The Jacobian of tanh(A·x), from one input to 256 outputs, square, and from 256 to one.

There f takes about a microsecond, less than one call of Python costs a traced array, so that
what counts are the calls. At 512 inputs and outputs it is the arithmetic.
"""

from collections.abc import Callable

import numpy as np

from tests.benchmarks.row import Row, Target, Work

SIZES = ((1, 256, 8.0), (16, 16, 15.0), (256, 1, 15.0))
"""Inputs, outputs, and how many times f the Jacobian may take."""

LARGE = 512
"""Inputs and outputs of a Jacobian whose arithmetic takes the time."""


def data(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((m, n)), rng.standard_normal(n)


def function(n: int, m: int) -> Callable[[], Work]:
    def prepare() -> Work:
        matrix, x = data(n, m)

        def work():
            np.tanh(matrix @ x)

        return work

    return prepare


def by_hand(n: int, m: int) -> Callable[[], Work]:
    def prepare() -> Work:
        matrix, x = data(n, m)

        def work():
            y = np.tanh(matrix @ x)
            return (1 - y * y)[:, None] * matrix

        return work

    return prepare


def batched(n: int, m: int) -> Callable[[], Work]:
    """Prepare what either mode comes to in plain NumPy: all unit vectors through each operation.

    By hand, one knows that A is the derivative of A·x and multiplies by no unit vector.
    """

    def prepare() -> Work:
        matrix, x = data(n, m)

        def push():
            v, v_dot = matrix @ x, np.eye(n) @ matrix.T
            y = np.tanh(v)
            return (v_dot * (1.0 - y * y)).T

        def pull():
            y = np.tanh(matrix @ x)
            return (np.eye(m) * (1.0 - y * y)) @ matrix

        return push if n <= m else pull

    return prepare


def ours(n: int, m: int, mode: str) -> Callable[[], Work]:
    def prepare() -> Work:
        from autodiff_lib.transforms import jacobian

        matrix, x = data(n, m)
        at = jacobian(lambda x: np.tanh(matrix @ x), mode=mode)
        return lambda: at(x)

    return prepare


def with_autograd(n: int, m: int) -> Callable[[], Work]:
    def prepare() -> Work:
        import autograd
        import autograd.numpy as anp

        matrix, x = data(n, m)
        at = autograd.jacobian(lambda x: anp.tanh(anp.dot(matrix, x)))
        return lambda: at(x)

    return prepare


def with_torch(n: int, m: int) -> Callable[[], Work]:
    def prepare() -> Work:
        import torch

        torch.set_num_threads(1)
        matrix, x = map(torch.from_numpy, data(n, m))
        mode = torch.func.jacfwd if n <= m else torch.func.jacrev
        at = mode(lambda x: torch.tanh(matrix @ x))
        return lambda: at(x).numpy()

    return prepare


def row(n: int, m: int, target: Target) -> Row:
    return Row(
        f"jacobian-{n}-{m}",
        f"Jacobian of tanh(A·x), {n} inputs, {m} outputs",
        {
            "f itself": function(n, m),
            "NumPy by hand": by_hand(n, m),
            "NumPy, batched": batched(n, m),
            "jacobian": ours(n, m, "auto"),
            "jacobian, forward": ours(n, m, "forward"),
            "jacobian, reverse": ours(n, m, "reverse"),
            "autograd": with_autograd(n, m),
            "torch, eager": with_torch(n, m),
        },
        (target,),
    )


ROWS = [
    *(row(n, m, Target("jacobian", "f itself", factor)) for n, m, factor in SIZES),
    row(LARGE, LARGE, Target("jacobian", "NumPy, batched", 1.2)),
]
