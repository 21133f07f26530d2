"""The worked cases of the course: functions, points, values and derivatives.

The numbers were computed with 40-digit arithmetic. Sources: A, notes on the chain rule and
imperative engines; B, slides after an article on reverse mode; C1, the trace example of Baydin
et al., Automatic differentiation in machine learning: a survey, JMLR 18, 2018; D, slides after
Griewank and Walther, Evaluating Derivatives; E, a mathematics-for-ML course after Deisenroth,
Faisal and Ong, section 5.6.2.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from autodiff_lib.math import cos, exp, log, maximum, sigmoid, sin, sqrt


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


def c1(x1, x2):
    return log(x1) + x1 * x2 - sin(x2)


def d1(x1, x2):
    ratio = x1 / x2
    power = exp(x2)
    return (sin(ratio) + ratio - power) * (ratio - power)


def d2(*x):
    total = 0.0
    for x_i in x:
        total = total + x_i**2
    return total


def d3(x1, x2, x3, x4, x5):
    return x1 * x2 * x3 * x4 * x5


def d4(w1, w2, w3):
    return sigmoid(w1 * 1.0 + w2 * 2.0 + w3 * 3.0)


def d6(w11, w12, w13, w21, w22, w23, w31, w32, w41, w42, w51, w52):
    x1, x2, x3 = 1.0, 2.0, 3.0
    y1 = sigmoid(w11 * x1 + w12 * x2 + w13 * x3)
    y2 = sigmoid(w21 * x1 + w22 * x2 + w23 * x3)
    y3 = sigmoid(w31 * y1 + w32 * y2)
    y4 = sigmoid(w41 * y1 + w42 * y2)
    return sigmoid(w51 * y3 + w52 * y4)


def a3(w1, w2, w3, w4, w5, w6, x1, x2):
    y1 = sigmoid(w1 * x1 + w2 * x2)
    y2 = sigmoid(w3 * x1 + w4 * x2)
    y3 = sigmoid(w5 * y1 + w6 * y2)
    return 0.5 * (y3 - 1.0) ** 2


def e1(x):
    a = x**2
    c = a + exp(a)
    return sqrt(c) + cos(c)


FACTS = (
    Fact("A1", a1, (1.0,), 0.7080734182735712, (0.9092974268256817,)),
    Fact("A2", a2, (2.0, 3.0, 7.0, 4.0, 5.0), 3.0, (0.6, 0.6, 1.0, -1.0, -0.6)),
    Fact("B1", b1, (0.5, 4.2), 2.579425538604203, (5.077582561890373, 0.5)),
    Fact("C1", c1, (2.0, 5.0), 11.652071455223084, (5.5, 1.716337814536774)),
    Fact("D1", d1, (1.5, 0.5), 2.016646669428201, (3.011843327673907, -13.72396150931407)),
    Fact("D2", d2, (1.0, 2.0, 3.0, 4.0, 5.0), 55.0, (2.0, 4.0, 6.0, 8.0, 10.0)),
    Fact("D3", d3, (0.5, 1.0, 1.5, 2.0, 2.5), 3.75, (7.5, 3.75, 2.5, 1.875, 1.5)),
    Fact(
        *("D4", d4, (0.1, -0.2, 0.3), 0.6456563062257954),
        (0.2287842404566573, 0.4575684809133146, 0.6863527213699719),
    ),
    Fact(
        "D6",
        d6,
        (0.1, -0.2, 0.3, -0.1, 0.2, 0.1, 0.5, -0.5, 0.25, 0.75, 1.0, -1.0),
        0.4610712082158925,
        (
            *(0.003899093015887357, 0.007798186031774714, 0.01169727904766207),
            *(-0.01672739537590088, -0.03345479075180175, -0.05018218612770263),
            *(0.04010890404285812, 0.04010890404285812),
            *(-0.03620299326728809, -0.03620299326728809),
            *(0.1242422745851148, 0.1630135560250445),
        ),
    ),
    Fact(
        "A3",
        a3,
        (0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 1.0, 2.0),
        0.1562780841536489,
        (
            *(-0.01684516474159828, -0.03369032948319657),
            *(0.01549356927205299, 0.03098713854410599),
            *(-0.05864873942511907, -0.1033980394480251),
            *(0.00296355430745607, 0.009566460657140854),
        ),
    ),
    Fact("E1", e1, (0.5,), 1.275320421415741, (-1.360431078598279,)),
    Fact("E1", e1, (1.0,), 1.090012211974743, (5.983082595908696,)),
    Fact("E1", e1, (1.5,), 4.101920492006400, (27.78045491291173,)),
    Fact("E1", e1, (2.0,), 7.194329635585852, (-182.8698073059828,)),
)


@dataclass(frozen=True)
class CurveFact:
    """`f`, of one number, has several values at `point`, and a derivative of each."""

    id: str
    f: Callable
    point: float
    values: tuple[float, ...]
    derivatives: tuple[float, ...]


def b2(x):
    return 2.0 * x + sin(x), 4.0 * x + cos(x)


def d5(x):
    v1 = 0.5 * x
    v2 = -1.5 * v1
    v3 = 2.0 * v2
    return sigmoid(v1), sigmoid(v2), sigmoid(v3)


CURVES = (
    CurveFact(
        *("B2", b2, 0.5),
        (1.479425538604203, 2.877582561890373),
        (2.877582561890373, 3.520574461395797),
    ),
    CurveFact(
        *("D5", d5, 1.0),
        (0.6224593312018546, 0.3208213008246071, 0.1824255238063563),
        (0.1175018561007972, -0.1634212453213605, -0.2237196781054993),
    ),
)

LONG_SUM = Fact(
    "D2",
    d2,
    tuple(map(float, range(1, 1001))),
    1000 * 1001 * 2001 / 6,
    tuple(2.0 * i for i in range(1, 1001)),
)
"""D2 in its full length."""

CONSTANT_ZERO_BESIDE_INFINITY = (
    # function, point, derivative
    (lambda x: sqrt(x) * 0.0, 0.0, 0.0),
    (lambda x: sqrt(x * 0.0), 1.0, 0.0),
    (lambda x: sqrt(x) * (x > 0), 0.0, 0.0),
    (lambda x: maximum(sqrt(x), 1.0), 0.0, 0.0),
    (lambda x: sqrt(x), 0.0, math.inf),
)
"""0 · ∞ in a sweep, where the 0 is the same wherever the inputs lie."""

ZERO_BESIDE_INFINITY = (
    *CONSTANT_ZERO_BESIDE_INFINITY,
    (lambda x: sqrt(x * x), 0.0, 0.0),
    (lambda x: sqrt(x) ** 2.0, 0.0, 0.0),
    (lambda x: sqrt(x) * sqrt(x), 0.0, 0.0),
)
