"""The worked cases of the course: functions, points, values and derivatives.

The numbers were computed with 25-digit arithmetic. Sources: A, notes on the chain rule and
imperative engines; B, slides after an article on reverse mode; E, a mathematics-for-ML course
after Deisenroth, Faisal and Ong, section 5.6.2.
"""

from collections.abc import Callable
from dataclasses import dataclass

from autodiff_lib.math import cos, exp, sin, sqrt


@dataclass(frozen=True)
class Fact:
    """`f` at `point` has `value`, and the partial derivatives `gradient`."""

    id: str
    f: Callable
    point: tuple[float, ...]
    value: float
    gradient: tuple[float, ...]


def a1(x):
    return sin(x) ** 2


def a2(a, b, c, d, e):
    return (a + b) * (c - d) / e


def b1(x, y):
    return x * y + sin(x)


def e1(x):
    a = x**2
    c = a + exp(a)
    return sqrt(c) + cos(c)


FACTS = (
    Fact("A1", a1, (1.0,), 0.7080734182735712, (0.9092974268256817,)),
    Fact("A2", a2, (2.0, 3.0, 7.0, 4.0, 5.0), 3.0, (0.6, 0.6, 1.0, -1.0, -0.6)),
    Fact("B1", b1, (0.5, 4.2), 2.579425538604203, (5.077582561890373, 0.5)),
    Fact("E1", e1, (0.5,), 1.275320421415741, (-1.360431078598279,)),
    Fact("E1", e1, (1.0,), 1.090012211974743, (5.983082595908696,)),
    Fact("E1", e1, (1.5,), 4.101920492006400, (27.78045491291173,)),
    Fact("E1", e1, (2.0,), 7.194329635585852, (-182.8698073059828,)),
)
