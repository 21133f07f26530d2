"""Comparisons that say what is wrong with a derivative, not only that it is wrong.

Each verdict below is a mistake that people make. `diagnose` tries them all on a pair of values
and returns every one that fits.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

RTOL = 1e-9
_FEW_DIGITS = 1e-3  # an approximation, by differences for example, lies within this
_SIMPLE_FACTORS = (2.0, 0.5, 3.0, 1 / 3, 4.0, 0.25)


class Mismatch(AssertionError):
    """A value is not what it should be. `diagnosis` gives away neither the value nor the answer."""

    def __init__(self, diagnosis: str, details: str) -> None:
        super().__init__(f"{diagnosis} ({details})")
        self.diagnosis = diagnosis


def assert_close(
    got: Any,
    expected: Any,
    *,
    rtol: float = RTOL,
    terms: Sequence[float] | None = None,
    mistakes: Mapping[str, Any] | None = None,
    what: str = "the value",
) -> None:
    """Raise unless `got` equals `expected` to the relative tolerance `rtol`, and say what is wrong.

    Args:
        got: a number, or nested lists, tuples or arrays of numbers.
        expected: the right answer; its shape is the shape asked for.
        rtol: the largest allowed |got − expected| / |expected|. Where the expected number is 0,
            the largest number of the answer takes its place; where all are 0, so must `got` be.
        terms: the numbers that add up to `expected`, one a path for example, so that a
            forgotten one can be named.
        mistakes: what particular mistakes lead to, by what to say of them.
        what: what is compared, for the message.

    Raises:
        Mismatch: an AssertionError with the diagnosis.

    >>> assert_close(-2.0, 2.0)
    Traceback (most recent call last):
    autodiff_lib.check.comparison.Mismatch: the value: sign flipped (got -2.0, expected 2.0)
    """
    verdicts = diagnose(got, expected, rtol=rtol, terms=terms, mistakes=mistakes)
    if verdicts:
        raise Mismatch(f"{what}: {'; or '.join(verdicts)}", f"got {got!r}, expected {expected!r}")


def diagnose(
    got: Any,
    expected: Any,
    *,
    rtol: float = RTOL,
    terms: Sequence[float] | None = None,
    mistakes: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return every verdict that explains why `got` is not `expected`; none if it is.

    Where one of `mistakes` fits, only those that fit: they say more than "sign flipped" does.
    The arguments are those of `assert_close`.

    >>> diagnose([2.0, 4.0], [1.0, 2.0])
    ['2 times too large']
    >>> diagnose(5.0, 8.0, terms=[5.0, 3.0])
    ['1 of 2 terms is missing']
    >>> diagnose(4.0, 8.0, mistakes={"the inner derivative is missing": 4.0})
    ['the inner derivative is missing']
    """
    shape = _shape(expected)
    if _shape(got) != shape:
        return [_wrong_shape(_shape(got), shape)]
    answer, right = list(_numbers(got)), list(_numbers(expected))
    if not all(isinstance(number, int | float) for number in answer):
        return ["not made of real numbers"]
    if _equal(answer, right, rtol):
        return []
    if not all(map(math.isfinite, answer)) and all(map(math.isfinite, right)):
        return ["not finite"]
    named = [
        text
        for text, wrong in (mistakes or {}).items()
        if _shape(wrong) == shape and _equal(answer, list(_numbers(wrong)), rtol)
    ]
    if named:
        return named
    verdicts = [text for fits, text in _VERDICTS if fits(answer, right, rtol)]
    verdicts += _transposed(got, expected, shape, rtol)
    if terms is not None:
        verdicts += _missing_terms(answer, terms, rtol)
    if not verdicts and _equal(answer, right, _FEW_DIGITS):
        return ["right to a few digits only: an approximation, by differences for example"]
    return verdicts or _which_differ(answer, right, rtol)


def _numbers(value: Any) -> Iterator[Any]:
    """Yield the numbers inside nested sequences and arrays, in order."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    else:
        yield value


def _shape(value: Any) -> tuple | None:
    """Return the shape of nested sequences, () for a number, None for what is ragged."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, list | tuple):
        return ()
    inner = {_shape(item) for item in value}
    if len(inner) > 1 or None in inner:
        return None
    return (len(value), *(inner.pop() if inner else ()))


def _wrong_shape(got: tuple | None, expected: tuple | None) -> str:
    return f"wrong shape: {_shape_in_words(got)} where {_shape_in_words(expected)} is asked for"


def _shape_in_words(shape: tuple | None) -> str:
    if shape is None:
        return "a ragged nest of lists"
    if shape == ():
        return "one number"
    return f"{shape[0]} numbers" if len(shape) == 1 else " × ".join(map(str, shape)) + " numbers"


def _equal(got: Sequence[float], expected: Sequence[float], rtol: float) -> bool:
    scale = max((abs(number) for number in expected if math.isfinite(number)), default=0.0)
    return all(
        g == e or (g != g and e != e) or abs(g - e) <= rtol * (abs(e) or scale) < math.inf
        for g, e in zip(got, expected, strict=True)
    )


def _scaled(factor: float) -> Callable[[list, list, float], bool]:
    """Return the test whether one factor explains all numbers."""

    def fits(got: list, expected: list, rtol: float) -> bool:
        return any(expected) and _equal(got, [factor * number for number in expected], rtol)

    return fits


def _inverted(got: list, expected: list, rtol: float) -> bool:
    return all(expected) and _equal(got, [1 / number for number in expected], rtol)


def _reordered(got: list, expected: list, rtol: float) -> bool:
    return len(set(expected)) > 1 and _equal(sorted(got), sorted(expected), rtol)


_VERDICTS: tuple[tuple[Callable, str], ...] = (
    (lambda got, expected, rtol: any(expected) and not any(got), "all zero"),
    (_scaled(-1.0), "sign flipped"),
    *(
        (_scaled(factor), f"{max(factor, 1 / factor):g} times too {size}")
        for factor in _SIMPLE_FACTORS
        for size in ["large" if factor > 1 else "small"]
    ),
    (_inverted, "the reciprocal of what is asked for"),
    (_reordered, "the right numbers in another order"),
)


def _transposed(got: Any, expected: Any, shape: tuple | None, rtol: float) -> list[str]:
    if shape is None or len(shape) != 2 or shape[0] != shape[1] or shape[0] == 1:
        return []
    flipped = [list(column) for column in zip(*_rows(expected), strict=True)]
    fits = _equal(list(_numbers(got)), list(_numbers(flipped)), rtol)
    return ["transposed"] if fits else []


def _rows(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _missing_terms(got: list, terms: Sequence[float], rtol: float) -> list[str]:
    """Say so if leaving out some of `terms` explains the one number in `got`."""
    if len(got) != 1 or len(terms) > 12:
        return []
    for left_out in range(1, len(terms)):
        for kept in combinations(terms, len(terms) - left_out):
            if _equal(got, [math.fsum(kept)], rtol):
                verb = "is" if left_out == 1 else "are"
                return [f"{left_out} of {len(terms)} terms {verb} missing"]
    product = math.prod(terms)
    return ["terms multiplied where they add up"] if _equal(got, [product], rtol) else []


def _which_differ(got: list, expected: list, rtol: float) -> list[str]:
    wrong = sum(not _equal([g], [e], rtol) for g, e in zip(got, expected, strict=True))
    return ["wrong"] if len(got) == 1 else [f"{wrong} of {len(got)} numbers are wrong"]
