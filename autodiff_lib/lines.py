"""A function of many inputs along one of them: what a difference quotient looks at."""

import math
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from autodiff_lib.complex_step import ComplexStep
from autodiff_lib.differences import UNIT_ROUNDOFF, Method
from autodiff_lib.errors import InputError, OutputError
from autodiff_lib.tracing import Traced, differentiation, real


class Point:
    """Where to differentiate: the inputs as floats, and how to hand them to the function.

    Raises:
        InputError: when they are not finite numbers in a list, a tuple or an array of floats.
    """

    def __init__(self, x: Any) -> None:
        numpy = sys.modules.get("numpy")  # who passes an array has imported it
        self.x = x
        self.is_array = numpy is not None and type(x) is numpy.ndarray and x.dtype.kind == "f"
        if self.is_array:
            self.values = [float(value) for value in x.ravel()]
            self.round = x.dtype.type
            self.noise = float(numpy.finfo(x.dtype).eps) / 2
        elif type(x) in (list, tuple):
            self.values = [real(value) for value in x]
            self.round = float
            self.noise = UNIT_ROUNDOFF
        else:
            raise InputError(
                f"expected a list or a tuple of numbers, or an array of floats, got {x!r} of type "
                f"{type(x).__name__}; for one number use derivative"
            )
        if not all(map(math.isfinite, self.values)):
            raise InputError(f"there are no differences at {x!r}; give finite numbers")

    def moved(self, place: int, value: Any) -> Any:
        """Return a copy of the argument, with `value` in one place."""
        if not self.is_array:
            members = list(self.values)
            members[place] = value
            return type(self.x)(members)
        if isinstance(value, Traced):
            raise InputError(
                "the complex step takes numbers, lists and tuples, got an array: use "
                'method="central" or "richardson", or a list'
            )
        array = self.x.copy()
        array.flat[place] = value
        return array

    def like(self, results: list[float]) -> Any:
        """Return `results` in the form of the argument."""
        if not self.is_array:
            return type(self.x)(results)
        array = self.x.copy()
        array.flat[:] = results
        return array


class Line:
    """A function along one of its inputs, the others at rest. No value is computed twice."""

    def __init__(self, f: Callable, point: Point, place: int, centre: Callable) -> None:
        self.f = f
        self.point = point
        self.place = place
        self.x = point.values[place]
        self._centre = centre
        self._known: dict[float, float] = {}

    def at(self, x: float) -> float:
        """Return the value of the function with this input at `x`."""
        if x == self.x:
            return self._centre()
        if x not in self._known:
            self._known[x] = _number(self.f(self.point.moved(self.place, x)))
        return self._known[x]

    def largest(self) -> float:
        """Return the largest finite |f| computed so far."""
        return max((abs(y) for y in self._known.values() if math.isfinite(y)), default=0.0)

    def complex_quotient(self, h: float) -> float:
        """Return Im f(x + ih) / h."""
        with differentiation() as tag:
            output = self.f(self.point.moved(self.place, ComplexStep(complex(self.x, h), tag)))
        if isinstance(output, ComplexStep) and output.tag is tag:
            return output.value.imag / h
        _number(output)
        return 0.0

    def expect_moved(self, method: Method, h: float) -> None:
        """Raise InputError where rounding leaves an end of a chord where the point is."""
        point, x = self.point, self.x
        ends = {end for chord in method.chords for end in (chord.right, chord.left)} - {0}
        if any(point.round(x + float(end) * h) == point.round(x) for end in ends):
            raise InputError(
                f"the step {h!r} is lost at {x!r}, where numbers lie "
                f"{2 * point.noise * abs(x):.0e} apart; give a larger one, or None to have it "
                "chosen"
            )


def lines(f: Callable, point: Point) -> list[Line]:
    """Return `f` along each input of `point`. The value at the point is computed once for all."""
    centre = cache(lambda: _number(f(point.moved(0, point.values[0]))))
    return [Line(f, point, place, centre) for place in range(len(point.values))]


def _number(output: Any) -> float:
    """Return the output of a function as a float."""
    try:
        return real(output)
    except InputError:
        raise OutputError(
            f"a derivative by differences needs a function that returns one number, this one "
            f"returned {output!r} of type {type(output).__name__}"
        ) from None
