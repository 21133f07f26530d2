"""Real functions on complex numbers: a program run at x + ih carries h·f′(x) in its imaginary part.

Nothing is subtracted, so nothing cancels: h may be as small as 1e-20. The rule table's values are
evaluated with the functions below in place of those on floats. They keep the digits of a tiny
imaginary part, which a formula for complex numbers in general need not do. Only analytic
functions have such a version; |a|, max and their like are refused.

Source: W. Squire and G. Trapp, Using complex variables to estimate derivatives of real
functions, SIAM Review 40, 1998.
"""

import cmath
import math
from collections.abc import Callable
from functools import cache
from typing import Any

from autodiff_lib.errors import InputError, NotDifferentiableError
from autodiff_lib.expressions import names
from autodiff_lib.methods import generate_methods
from autodiff_lib.rules import Elementwise
from autodiff_lib.tracing import Tag, Traced, compiled, real


class ComplexStep(Traced):
    """A complex number on its way through a real program.

    Attributes:
        value: the complex number.
        primal: its real part. Comparisons look at it, so that the program takes its real branch.

    >>> from autodiff_lib.math import exp
    >>> from autodiff_lib.tracing import differentiation
    >>> with differentiation() as tag:
    ...     y = exp(ComplexStep(1 + 1e-20j, tag))
    >>> y.value.imag / 1e-20
    2.718281828459045
    """

    __slots__ = ("tag", "value")

    def __init__(self, value: complex, tag: Tag) -> None:
        self.value = value
        self.tag = tag

    @property
    def primal(self) -> float:
        return self.value.real

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> "ComplexStep":
        """Return `rule` on complex numbers.

        Raises:
            NotDifferentiableError: for a rule that is not analytic.
            InputError: for an operand of another differentiation.
            ValueError: outside the real function's domain, as on floats, and at its ends, where
                the slope is infinite.
        """
        numbers = [_complex(operand, tag) for operand in operands]
        function = _analytic(rule)
        _expect_smooth(rule, numbers)
        return cls(function(*numbers), tag)

    def __repr__(self) -> str:
        return f"ComplexStep({self.value!r})"


def _complex(operand: Any, tag: Tag) -> complex:
    if not isinstance(operand, Traced):
        return complex(real(operand))
    if operand.tag is tag:
        return operand.value
    raise InputError(
        f"the complex step met a {type(operand).__name__} of another differentiation, and its "
        "result would have lost that derivative: differentiate with grad, or use a float"
    )


@cache
def _analytic(rule: Elementwise) -> Callable[..., complex]:
    """Return the value of `rule` as a function of complex numbers."""
    if not names(rule.value) <= {*rule.inputs, *NAMESPACE}:
        raise NotDifferentiableError(
            f"{rule.name} is not analytic, so the complex step cannot pass through it: "
            'use method="central" or "richardson", away from its kinks'
        )
    return eval(f"lambda {', '.join(rule.inputs)}: {rule.value}", NAMESPACE)


def _expect_smooth(rule: Elementwise, numbers: list[complex]) -> None:
    """Raise ValueError where the real function has no value, or no finite derivative."""
    point = [number.real for number in numbers]
    value = compiled(rule, rule.value, on_floats=True)(*point)
    for number, partial in zip(numbers, rule.partials, strict=True):
        if number.imag and math.isfinite(value):
            slope = compiled(rule, partial, on_floats=True)(*point, value)
            if not math.isfinite(slope):
                shown = ", ".join(f"{coordinate:g}" for coordinate in point)
                raise ValueError(
                    f"{rule.name} has no finite derivative at {shown}, so no complex step: "
                    "differentiate inside its domain"
                )


# The functions that cmath lacks, or computes for tiny imaginary parts with too few digits.
# Where the real function has different formulas left and right, the real part chooses.


def _pow(a: complex, b: complex) -> complex:
    """Return aᵇ; below 0 the exponent is a whole number, for others have been refused."""
    if a == 0:
        return complex(math.pow(0.0, b.real))
    if a.real == 0 and (b.imag or not b.real.is_integer()):
        raise ValueError(
            "pow is not analytic at 0 but for whole exponents: differentiate elsewhere"
        )
    if a.real >= 0:
        return a**b
    return -((-a) ** b) if b.real % 2 else (-a) ** b


def _cbrt(a: complex) -> complex:
    return a ** (1 / 3) if a.real >= 0 else -((-a) ** (1 / 3))


def _expm1(a: complex) -> complex:
    less = math.expm1(a.real) * math.cos(a.imag) - 2 * math.sin(a.imag / 2) ** 2
    return complex(less, math.exp(a.real) * math.sin(a.imag))


def _log1p(a: complex) -> complex:
    modulus = 0.5 * math.log1p(a.real * (2 + a.real) + a.imag**2)
    return complex(modulus, math.atan2(a.imag, 1 + a.real))


def _sigmoid(a: complex) -> complex:
    decayed = cmath.exp(-a if a.real >= 0 else a)
    return (1 if a.real >= 0 else decayed) / (1 + decayed)


def _softplus(a: complex) -> complex:
    return a + _log1p(cmath.exp(-a)) if a.real >= 0 else _log1p(cmath.exp(a))


def _atan2(a: complex, b: complex) -> complex:
    if abs(a.real) > abs(b.real):
        return math.copysign(math.pi / 2, a.real) - cmath.atan(b / a)
    half_turn = 0.0 if b.real > 0 else math.copysign(math.pi, a.real)
    return half_turn + cmath.atan(a / b)


def _erf(a: complex) -> complex:
    """Return erf(x) + (2i/√π) exp(−x²) ∫₀ʰ exp(t² − 2ixt) dt, the integral by its power series."""
    x, h = a.real, a.imag
    before, coefficient, power, integral = 0.0, 1.0 + 0j, h, complex(h)
    for k in range(1, 1000):
        following = (2 * before - 2j * x * coefficient) / k
        before, coefficient = coefficient, following
        power *= h
        term = coefficient * power / (k + 1)
        integral += term
        if abs(term) < 1e-18 * abs(integral) and abs(2 * x * h) < k:
            break
    return math.erf(x) + 2j / math.sqrt(math.pi) * math.exp(-x * x) * integral


NAMESPACE = {
    name: function for name, function in vars(cmath).items() if not name.startswith("_")
} | {
    "pow": _pow,
    "cbrt": _cbrt,
    "exp2": lambda a: cmath.exp(a * math.log(2)),
    "expm1": _expm1,
    "log2": lambda a: cmath.log(a) / math.log(2),
    "log1p": _log1p,
    "atan2": _atan2,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "erf": _erf,
}
"""What a name in a rule means when its arguments are complex."""

generate_methods(ComplexStep)
