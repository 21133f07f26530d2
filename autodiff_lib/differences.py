"""Difference methods, and what is known beforehand about their errors.

A difference method averages slopes of chords; Richardson's weights cancel the first terms of the
error. Two errors oppose each other. The truncation error C₁hᵖ shrinks with the step h. The
round-off C₂/h grows, for each value of the function has an error of its own, and a small h
magnifies it. `ErrorModel` adds them up and finds the step between. The complex step subtracts
nothing, so it has no such round-off.

Source: W. H. Press et al., Numerical Recipes, 3rd ed., Cambridge University Press 2007,
section 5.7.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from autodiff_lib.errors import InputError
from autodiff_lib.tracing import real

UNIT_ROUNDOFF = 2.0**-53
"""The largest relative error of rounding to a float: half of the spacing 2⁻⁵² above 1."""


@dataclass(frozen=True)
class Chord:
    """The slope between x + right·h and x + left·h, and its weight in an average of slopes."""

    weight: Fraction
    right: Fraction
    left: Fraction


@dataclass(frozen=True)
class Method:
    """A way to a derivative, with what its error model needs.

    Attributes:
        name: "forward", "central", "richardson" or "complex".
        chords: the slopes to average; none for the complex step, which takes Im f(x + ih) / h.
        order: p, where the truncation error is proportional to hᵖ.
        truncation: the truncation error is this times hᵖ·f⁽ᵖ⁺¹⁾, to its first term.
        roundoff: the round-off error is at most this times |f|·u/h, where u is the relative
            error of the values of f.
    """

    name: str
    chords: tuple[Chord, ...]
    order: int
    truncation: float
    roundoff: float

    def evaluations(self, inputs: int) -> int:
        """Return how often a gradient in so many inputs evaluates the function, at a given step.

        >>> {name: method.evaluations(1000) for name, method in METHODS.items()}
        {'forward': 1001, 'central': 2000, 'richardson': 8000, 'complex': 1000}
        """
        if not self.chords:
            return inputs
        ends = [end for chord in self.chords for end in (chord.right, chord.left)]
        return inputs * sum(end != 0 for end in ends) + (inputs > 0 and 0 in ends)


def _average(name: str, *chords: Chord) -> Method:
    """Return the method that averages `chords`, its errors worked out from Taylor's series.

    The slope of a chord is Σ f⁽ᵖ⁺¹⁾ hᵖ (rᵖ⁺¹ − lᵖ⁺¹) / ((r − l)(p + 1)!) over p = 0, 1, …
    """
    order, coefficient = 0, Fraction(0)
    while not coefficient:
        order += 1
        coefficient = sum(
            chord.weight
            * (chord.right ** (order + 1) - chord.left ** (order + 1))
            / (chord.right - chord.left)
            for chord in chords
        )
    truncation = abs(coefficient) / math.factorial(order + 1)
    roundoff = sum(abs(chord.weight) * 2 / (chord.right - chord.left) for chord in chords)
    return Method(name, chords, order, float(truncation), float(roundoff))


def _extrapolation(levels: int) -> tuple[Chord, ...]:
    """Return central chords of widths h, h/2, h/4 …, weighted as Richardson extrapolation does.

    A central slope has an error in powers of h². The weights are those of the polynomial in h²
    through all the slopes, taken at h = 0.
    """
    squares = [Fraction(1, 4**level) for level in range(levels)]
    chords = []
    for level, own in enumerate(squares):
        others = [square for square in squares if square is not own]
        weight = math.prod((other / (other - own) for other in others), start=Fraction(1))
        chords.append(Chord(weight, Fraction(1, 2**level), Fraction(-1, 2**level)))
    return tuple(chords)


# fmt: off
METHODS = MappingProxyType({
    "forward":    _average("forward", Chord(Fraction(1), Fraction(1), Fraction(0))),
    "central":    _average("central", *_extrapolation(levels=1)),
    "richardson": _average("richardson", *_extrapolation(levels=4)),
    "complex":    Method("complex", (), order=2, truncation=1 / 6, roundoff=0.0),
})
# fmt: on
"""Every method by its name. Orders: forward 1, central 2, richardson 8, complex 2."""


def find_method(name: str) -> Method:
    """Return the method called `name`.

    Raises:
        InputError: when there is none.
    """
    if name not in METHODS:
        raise InputError(f"there is no method {name!r}; choose one of {', '.join(METHODS)}")
    return METHODS[name]


@dataclass(frozen=True)
class ErrorModel:
    """A bound on a method's error at step h: truncation·hᵖ + roundoff/h, where p is `order`.

    It does not count that x ± h is rounded too; with steps that are powers of two it seldom is.

    >>> model = error_model("forward")
    >>> print(f"{model.best_step:.2g} {model.best_error:.2g} {model(1e-3):.2g}")
    2.1e-08 2.1e-08 0.0005
    """

    order: int
    truncation: float
    roundoff: float

    def __call__(self, step: float) -> float:
        """Return the bound at `step`, above 0. A NumPy array of steps gives an array."""
        return self.truncation * step**self.order + self.roundoff / step

    @property
    def best_step(self) -> float:
        """The step with the least bound; 0 or ∞ where only one of the two errors is there."""
        if self.truncation == 0:
            return math.inf
        return (self.roundoff / (self.order * self.truncation)) ** (1 / (self.order + 1))

    @property
    def best_error(self) -> float:
        """The least bound."""
        return self(self.best_step) if 0 < self.best_step < math.inf else 0.0


def error_model(
    method: str = "central",
    value_bound: float = 1.0,
    derivative_bound: float = 1.0,
    noise: float = UNIT_ROUNDOFF,
) -> ErrorModel:
    """Return the error model of `method` for a function with these bounds near the point.

    Args:
        method: its name.
        value_bound: a bound on |f|.
        derivative_bound: a bound on |f⁽ᵖ⁺¹⁾|, for the method's order p: on |f″| for forward,
            |f‴| for central differences.
        noise: the relative error of the values of f; at best one rounding.

    Raises:
        InputError: for a method that does not exist, or a bound that is negative.
    """
    chosen = find_method(method)
    bounds = {"value_bound": value_bound, "derivative_bound": derivative_bound, "noise": noise}
    for name, bound in bounds.items():
        if not real(bound) >= 0:
            raise InputError(f"{name} is {bound!r}; give a number that is not negative")
    return ErrorModel(
        chosen.order, chosen.truncation * derivative_bound, chosen.roundoff * value_bound * noise
    )


def default_step(method: str, x: float, noise: float = UNIT_ROUNDOFF) -> float:
    """Return the step used at `x` when none is given.

    For differences it is the best one where each derivative may be four times as large as the one
    before, at a point near 1, and grows in proportion to |x| beyond: a power of two, so that
    x ± h is exact. For other functions ask `error_model`. For Richardson's extrapolation it is the
    first step of a search. For the complex step it is 1e-20, in proportion to |x| below 1.
    """
    if find_method(method).name == "complex":
        return max(1e-20 * (min(1.0, abs(x)) or 1.0), 1e-290)
    if method == "richardson":
        return 0.13 * max(1.0, abs(x))
    growth = 4.0 ** METHODS[method].order
    best = error_model(method, derivative_bound=growth, noise=noise).best_step
    return 2.0 ** round(math.log2(best * max(1.0, abs(x))))
