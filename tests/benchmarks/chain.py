"""A chain of 1,000 scalar operations, recorded and swept back: the overhead of an operation.

The operations are x·y and x + y in turn, with two variables, which every peer has.
"""

import sys
from collections.abc import Callable
from typing import Any

from tests.benchmarks.row import Row, Target, Work

LENGTH = 1000
X, Y = 0.3, 0.5


def chain(x: Any, y: Any) -> Any:
    for _ in range(LENGTH // 2):
        x = x * y
        x = x + y
    return x


def by_hand() -> Work:
    def work():
        x, y = X, Y
        before = []
        for _ in range(LENGTH // 2):
            before.append(x)
            x = x * y
            x = x + y
        x_bar, y_bar = 1.0, 0.0
        for value in reversed(before):
            y_bar = y_bar + x_bar
            y_bar = y_bar + value * x_bar
            x_bar = x_bar * y
        return x_bar, y_bar

    return work


def with_var() -> Work:
    from autodiff_lib.scalar import Var

    def work():
        x, y = Var(X), Var(Y)
        chain(x, y).backward()
        return x.adjoint, y.adjoint

    return work


def with_tape() -> Work:
    from autodiff_lib.tape import Tape

    def work():
        with Tape() as tape:
            x, y = tape.variable(X), tape.variable(Y)
            z = chain(x, y)
        return tape.gradient(z, [x, y])

    return work


def with_grad() -> Work:
    from autodiff_lib.transforms import grad

    gradient = grad(chain, (0, 1))
    return lambda: gradient(X, Y)


def with_micrograd() -> Work:
    from micrograd.engine import Value

    sys.setrecursionlimit(100 * LENGTH)

    def work():
        x, y = Value(X), Value(Y)
        chain(x, y).backward()
        return x.grad, y.grad

    return work


def with_autograd() -> Work:
    import autograd

    gradient = autograd.grad(chain, (0, 1))
    return lambda: gradient(X, Y)


def with_torch() -> Work:
    import torch

    torch.set_num_threads(1)

    def work():
        x = torch.tensor(X, dtype=torch.float64, requires_grad=True)
        y = torch.tensor(Y, dtype=torch.float64, requires_grad=True)
        chain(x, y).backward()
        return x.grad.item(), y.grad.item()

    return work


OURS: dict[str, Callable[[], Work]] = {"Var": with_var, "Tape": with_tape, "grad": with_grad}

ROWS = [
    Row(
        "chain",
        "scalar chain, record and backward",
        {
            "Python by hand": by_hand,
            **OURS,
            "micrograd": with_micrograd,
            "autograd": with_autograd,
            "torch, eager": with_torch,
        },
        tuple(
            Target(ours, *against)
            for ours in ("Var", "Tape")
            for against in (("micrograd", 0.45), ("torch, eager", 0.125))
        ),
        operations=LENGTH,
    )
]
