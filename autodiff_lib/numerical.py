"""Derivatives from values of a function alone: difference quotients and the complex step.

These are baselines to compare with. A gradient in n inputs costs at least n evaluations. A
difference loses a third to a half of the digits at its best step, more at any other; the complex
step keeps them all, but needs an analytic function.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 1.1.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from autodiff_lib.differences import (
    METHODS,
    ErrorModel,
    Method,
    default_step,
    error_model,
    find_method,
)
from autodiff_lib.errors import InputError
from autodiff_lib.lines import Line, Point, lines
from autodiff_lib.tables import Table
from autodiff_lib.tracing import real

__all__ = [
    "METHODS",
    "ErrorCurve",
    "ErrorModel",
    "decades",
    "default_step",
    "derivative",
    "error_curve",
    "error_model",
    "gradient",
]


def derivative(f: Callable, x: float, method: str = "central", step: float | None = None) -> float:
    """Return an approximation of the derivative of `f` at `x`.

    Args:
        f: a function of one number that returns one number.
        x: where.
        method: "forward", "central", "richardson" or "complex". The complex step takes programs
            of operators, `autodiff_lib.math` and NumPy's functions, analytic ones only.
        step: h; if not given, `default_step`. Richardson's chords are h, h/2, h/4 and h/8; if h
            is not given it is searched for, by halving, where two results in a row agree best.

    Raises:
        InputError: when `x` or `step` will not do, or the step is lost in rounding x + h.
        OutputError: when `f` returns no single number.
        NotDifferentiableError: when the complex step meets |a|, max or the like.

    >>> import math
    >>> derivative(math.sin, 0.0, "forward", step=0.5) == math.sin(0.5) / 0.5
    True
    >>> from autodiff_lib.math import sin
    >>> derivative(sin, 1.0, "complex") == math.cos(1.0)
    True
    """
    return gradient(lambda point: f(point[0]), [real(x)], method, step)[0]


def gradient(f: Callable, x: Any, method: str = "central", step: float | None = None) -> Any:
    """Return an approximation of the gradient of `f` at `x`, one input moved at a time.

    In n inputs it evaluates `f` n + 1 times by forward, 2n times by central differences, n times
    by the complex step; by Richardson's 8n times, or 32n where the step is searched for.

    Args:
        f: a function of one list, tuple or NumPy array that returns one number.
        x: a list or tuple of numbers, or an array of floats of any shape. The complex step takes
            lists and tuples only.
        method: as for `derivative`, whose errors are raised here too.
        step: h, the same for all inputs; if not given, `default_step` of each.

    Returns:
        A list, a tuple, or an array of the shape and dtype of `x`.

    >>> gradient(lambda v: v[0] * v[1], [2.0, 5.0], "forward", step=1.0)
    [5.0, 2.0]
    """
    chosen = find_method(method)
    point = Point(x)
    return point.like([_partial(chosen, line, step) for line in lines(f, point)])


@dataclass(frozen=True)
class ErrorCurve:
    """A method's relative error over a range of steps, against `exact`: the V-curve.

    Where `exact` is 0 the errors are absolute. In a notebook it shows itself as a table.
    """

    method: str
    exact: float
    steps: tuple[float, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def best_error(self) -> float:
        """The least error, steps that led to NaN left out."""
        return min(error for error in self.errors if not math.isnan(error))

    @property
    def best_step(self) -> float:
        """The step that has it; the largest one, if several have."""
        return max(
            h for h, error in zip(self.steps, self.errors, strict=True) if error == self.best_error
        )

    def table(self) -> Table:
        """Return steps, derivatives and errors."""
        rows = zip(self.steps, self.values, self.errors, strict=True)
        texts = tuple((f"{h:.1e}", f"{value:.15g}", f"{error:.1e}") for h, value, error in rows)
        heading = ("step", "derivative", "error" if self.exact == 0 else "relative error")
        return Table(heading, texts, numeric=heading, caption=self.method)

    def __str__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def error_curve(
    f: Callable, x: float, exact: float, steps: Sequence[float], method: str = "central"
) -> ErrorCurve:
    """Return how far `method` is from the `exact` derivative of `f` at `x`, for each of `steps`.

    A step that is lost in rounding x + h is no error here: the quotient then has its value 0.

    >>> print(error_curve(lambda x: x**3, 1.0, 3.0, [1.0, 0.1], "forward"))
    forward
       step  derivative  relative error
    1.0e+00           7         1.3e+00
    1.0e-01        3.31         1.0e-01
    """
    chosen, exact = find_method(method), real(exact)
    values = []
    for step in steps:
        (line,) = lines(lambda v: f(v[0]), Point([real(x)]))
        values.append(_quotient(chosen, line, _checked(step)))
    errors = [abs(value - exact) / (abs(exact) or 1.0) for value in values]
    return ErrorCurve(method, exact, tuple(map(float, steps)), tuple(values), tuple(errors))


def decades(largest: float, smallest: float, per_decade: int = 4) -> list[float]:
    """Return steps from `largest` down to `smallest`, so many in each power of ten.

    >>> decades(1.0, 0.01, per_decade=1)
    [1.0, 0.1, 0.01]
    """
    count = round(per_decade * math.log10(largest / smallest))
    return [largest * 10 ** (-k / per_decade) for k in range(count + 1)]


def _partial(method: Method, line: Line, step: float | None) -> float:
    if step is None and method.name == "richardson":
        return _search(method, line)
    h = default_step(method.name, line.x, line.point.noise) if step is None else _checked(step)
    line.expect_moved(method, h)
    return _quotient(method, line, h)


def _quotient(method: Method, line: Line, h: float) -> float:
    """Return the average of slopes, or the complex step's quotient."""
    if not method.chords:
        return line.complex_quotient(h)
    return sum(
        float(chord.weight)
        * (line.at(line.x + float(chord.right) * h) - line.at(line.x + float(chord.left) * h))
        / (float(chord.right - chord.left) * h)
        for chord in method.chords
    )


def _search(method: Method, line: Line) -> float:
    """Return the best of the results at 13 steps, each half the last.

    The best is the one that differs least from the one before, with its round-off added: small
    steps may agree by chance. A step that leads out of the function's domain is passed over.
    """
    first = default_step(method.name, line.x)
    steps = [first / 2**k for k in range(13)]
    results, failure = [], None
    for h in steps:
        try:
            results.append(_quotient(method, line, h))
        except (ArithmeticError, ValueError) as error:
            results.append(math.nan)
            failure = error
    roundoff = method.roundoff * line.point.noise * line.largest()
    errors = {
        abs(result - before) + roundoff / h: result
        for h, (before, result) in zip(steps[1:], pairwise(results), strict=True)
        if math.isfinite(result - before)
    }
    if not errors and failure:
        raise failure
    return errors[min(errors)] if errors else results[-1]


def _checked(step: float) -> float:
    if not 0 < real(step) < math.inf:
        raise InputError(f"the step is {step!r}; give a number above 0, or None to have one chosen")
    return float(step)
