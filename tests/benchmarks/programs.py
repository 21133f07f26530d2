"""Tangent and adjoint programs written by source transformation, in multiples of the function.

The cheap gradient principle promises a small multiple in operations; here it is seconds.
"""

from collections.abc import Callable
from math import cos, exp, sin, sqrt, tanh

from tests.benchmarks.row import Row, Target, Work

STEPS = 1000


def d1(x1, x2):
    ratio = x1 / x2
    power = exp(x2)
    return (sin(ratio) + ratio - power) * (ratio - power)


def e1(x):
    a = x**2
    c = a + exp(a)
    return sqrt(c) + cos(c)


def multiply_add(x, y, n: int):
    for _ in range(n):
        x = x * y
        x = x + y
    return x


def sine_tanh(x, y, n: int):
    for _ in range(n):
        x = sin(x) * y + tanh(x)
    return x


# fmt: off
WORKS = (
    # name            title                         function      arguments          adjoint ≤
    ("d1",            "D1",                         d1,           (1.5, 0.5),        4.0),
    ("e1",            "E1",                         e1,           (1.5,),            4.0),
    ("multiply-add",  "x·y and x + y, 1,000 times",   multiply_add, (0.3, 0.5, STEPS), 4.0),
    ("sine-tanh",     "sin(x)·y + tanh x, 1,000 times", sine_tanh, (0.3, 0.5, STEPS), 3.0),
)
# fmt: on


def active(args: tuple) -> list[float]:
    return [arg for arg in args if isinstance(arg, float)]


def itself(f: Callable, args: tuple) -> Callable[[], Work]:
    def prepare() -> Work:
        def work():
            f(*args)

        return work

    return prepare


def tangent_of(f: Callable, args: tuple) -> Callable[[], Work]:
    def prepare() -> Work:
        from autodiff_lib.source import tangent

        program = tangent(f)
        tangents = [1.0 for _ in active(args)]

        def work():
            program(*args, *tangents)

        return work

    return prepare


def adjoint_of(f: Callable, args: tuple) -> Callable[[], Work]:
    def prepare() -> Work:
        from autodiff_lib.source import adjoint

        program = adjoint(f)
        return lambda: program(*args)

    return prepare


def with_var(f: Callable, args: tuple) -> Callable[[], Work]:
    def prepare() -> Work:
        import autodiff_lib.math as am
        from autodiff_lib.scalar import Var

        names = {name: getattr(am, name, value) for name, value in f.__globals__.items()}
        traced = type(f)(f.__code__, names)

        def work():
            inputs = [Var(arg) if isinstance(arg, float) else arg for arg in args]
            y = traced(*inputs)
            y.backward()
            return y.primal, tuple(x.adjoint for x in inputs if isinstance(x, Var))

        return work

    return prepare


ROWS = [
    Row(
        f"source-{name}",
        f"source transformation, {title}",
        {
            "f itself": itself(f, args),
            "tangent program": tangent_of(f, args),
            "adjoint program": adjoint_of(f, args),
            "Var": with_var(f, args),
        },
        (
            Target("tangent program", "f itself", 2.5),
            Target("adjoint program", "f itself", factor),
        ),
    )
    for name, title, f, args, factor in WORKS
]
