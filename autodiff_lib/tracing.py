"""What all engines share: values that are being traced, and how one operation peels a level.

A differentiation has a `Tag`. A traced value carries the tag of the differentiation it belongs
to and a `primal`, the value one level further out: a float, or a value that an enclosing
differentiation traces. An operation on traced values belongs to the innermost of their tags.
It takes the primals of that level's operands, leaves every other operand as it is, and
computes with operators and `autodiff_lib.math`, which do the same for the next level out.
Nesting needs nothing more, and needs no second table of rules.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Real
from typing import Any, NoReturn

from autodiff_lib import floats
from autodiff_lib.errors import (
    EscapedError,
    InputError,
    MissingNumberAttributeError,
    NeedsArrayError,
    NestingError,
    NotDifferentiableError,
    ScalarMeetsArrayError,
)
from autodiff_lib.rules import BY_UFUNC, RULES, Elementwise
from autodiff_lib.tags import GROUND as GROUND
from autodiff_lib.tags import Tag as Tag
from autodiff_lib.tags import differentiation as differentiation

_COMPARISONS = {
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
}
"""NumPy's comparisons: `np.float64(1) < x` calls np.less."""

_MIRRORED = {
    operator.lt: operator.gt,
    operator.le: operator.ge,
    operator.gt: operator.lt,
    operator.ge: operator.le,
    operator.eq: operator.eq,
    operator.ne: operator.ne,
}


class Traced:
    """The base of every engine's values: `primal`, `tag`, comparisons, refusals, NumPy's calls.

    Comparisons and truth look at the primal, so that a branch is taken as the plain program
    takes it. Whatever would lose the derivative without a word is refused. A copy is the value
    itself: a twin would be one that no input leads to.
    """

    __slots__ = ()
    __hash__ = object.__hash__

    primal: Any
    tag: Tag

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> "Traced":
        """Return the result of `rule`, of which this class's `tag` is the innermost."""
        raise NotImplementedError

    def __lt__(self, other: Any) -> bool:
        return self._compare(operator.lt, other)

    def __le__(self, other: Any) -> bool:
        return self._compare(operator.le, other)

    def __gt__(self, other: Any) -> bool:
        return self._compare(operator.gt, other)

    def __ge__(self, other: Any) -> bool:
        return self._compare(operator.ge, other)

    def __eq__(self, other: Any) -> bool:
        return self._compare(operator.eq, other)

    def __ne__(self, other: Any) -> bool:
        return self._compare(operator.ne, other)

    def _compare(self, relation: Callable, other: Any) -> bool:
        """Compare one level further out, so that an engine that notes decisions sees its own."""
        if isinstance(other, Traced):
            if other.tag is self.tag:
                return relation(self.primal, other.primal)
            if other.tag.serial > self.tag.serial:
                return other._compare(_MIRRORED[relation], self)
        return relation(self.primal, other)

    def __bool__(self) -> bool:
        return bool(self.primal)

    def __pos__(self) -> "Traced":
        return self

    def __copy__(self) -> "Traced":
        return self

    def __deepcopy__(self, memo: dict) -> "Traced":
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        self._refuse("pickling", ".primal for the value")

    def __float__(self) -> NoReturn:
        self._refuse("float()", "a function of autodiff_lib.math, or .primal for its value")

    def __int__(self) -> NoReturn:
        self._refuse("int()", "int(x.primal) if its derivative may be dropped")

    def __index__(self) -> NoReturn:
        self._refuse("its use as an index", "int(x.primal), for an index has no derivative")

    def __complex__(self) -> NoReturn:
        self._refuse("complex()", "real arithmetic: complex numbers are not traced")

    def __mod__(self, other: Any) -> Any:
        self._ask_for_an_array("%")

    __rmod__ = __mod__

    def __floordiv__(self, other: Any) -> Any:
        self._ask_for_an_array("//")

    __rfloordiv__ = __floordiv__

    def __divmod__(self, other: Any) -> Any:
        self._ask_for_an_array("divmod()")

    __rdivmod__ = __divmod__

    def __round__(self, digits: int = 0) -> Any:
        self._ask_for_an_array("round()")

    def __matmul__(self, other: Any) -> Any:
        self._ask_for_an_array("@")

    __rmatmul__ = __matmul__

    def __getattr__(self, name: str) -> Any:
        raise MissingNumberAttributeError(
            f"a {type(self).__name__} is a number and has no attribute {name!r}: trace an array, "
            "np.asarray(x) for the number x"
        )

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        self._ask_for_an_array("a NumPy array made of it", "a list or a tuple of such values")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        self._ask_for_an_array(f"np.{function.__name__}")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> "Traced":
        if ufunc.__name__ in _COMPARISONS and method == "__call__" and not kwargs:
            left, right = (x if isinstance(x, Traced) else real(x) for x in inputs)
            return _COMPARISONS[ufunc.__name__](left, right)
        rule = BY_UFUNC.get(ufunc.__name__)
        if rule is None or method != "__call__" or kwargs:
            call = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
            self._ask_for_an_array(call)
        return apply(rule, *inputs)

    def _ask_for_an_array(self, what: str, instead: str = "the rule table's functions") -> NoReturn:
        """Refuse what numbers do not do. A transform then traces arrays, which may."""
        raise NeedsArrayError(
            f"{what} would lose the derivative of this {type(self).__name__}: use {instead}, or "
            "trace an array, np.asarray(x) for the number x"
        )

    def _refuse(self, what: str, instead: str) -> NoReturn:
        raise NotDifferentiableError(
            f"{what} would lose the derivative of this {type(self).__name__}: use {instead}"
        )


def is_of(value: Any, tag: Tag) -> bool:
    """Say whether `value` is traced by the differentiation of `tag`."""
    return isinstance(value, Traced) and value.tag is tag


def peeled(value: Any, tag: Tag) -> Any:
    """Return what `value` is one level further out than the differentiation of `tag`."""
    return value.primal if is_of(value, tag) else value


def value_of(value: Any) -> Any:
    """Return the number inside `value`, through all levels."""
    while isinstance(value, Traced):
        value = value.primal
    return value


def real(value: Any) -> float:
    """Return `value` as a float. True and False count as 1 and 0.

    Raises:
        InputError: when it is not one real number.
    """
    if type(value) is float:
        return value
    is_scalar = getattr(value, "shape", None) == () and value.dtype.kind in "biuf"
    if isinstance(value, Real) or is_scalar:
        return float(value)
    if _is_array(value):
        raise ScalarMeetsArrayError(
            f"expected a real number, got an array of shape {value.shape}: use a list of numbers, "
            "or arrays throughout, np.asarray(x) for the number x"
        )
    raise InputError(f"expected a real number, got {value!r} of type {type(value).__name__}")


def _is_array(value: Any) -> bool:
    return hasattr(type(value), "shape") and bool(value.shape)


def innermost(operands: tuple) -> Traced | None:
    """Return an operand of the innermost open tag, or None where all are plain numbers.

    Raises:
        EscapedError: when the differentiation of an operand has ended.
        NestingError: when two differentiations meet of which neither lies inside the other.
    """
    inner = None
    for operand in operands:
        if isinstance(operand, Traced):
            tag = operand.tag
            if not tag.is_open:
                raise EscapedError(
                    "this value belongs to a differentiation that has ended; return it from "
                    "the differentiated function instead of keeping it outside"
                )
            if inner is None:
                inner = operand
            elif tag is inner.tag:
                if type(operand) is not type(inner):
                    _expect_nested(inner, operand, False)
            elif inner.tag.encloses(tag):
                inner = operand
            else:
                _expect_nested(inner, operand, tag.encloses(inner.tag))
    return inner


def _expect_nested(one: Traced, other: Traced, nested: bool) -> None:
    if not nested:
        raise NestingError(
            f"a {_kind(one)} met a {_kind(other)} of a differentiation that lies neither inside "
            "nor around its own, so which of both comes first is open; open one inside the "
            "other, `with differentiation() as tag:`, and give its values tag=tag"
        )


def _kind(value: Any) -> str:
    return type(value).__name__


def enclosing(value: Any, tag: Tag) -> Any:
    """Return `value` if it is a number or traced further out than `tag`: constant to its engine.

    Raises:
        InputError: when it is neither.
        EscapedError: when its differentiation has ended.
        NestingError: when its differentiation does not lie around that of `tag`.
    """
    if not isinstance(value, Traced):
        return real(value)
    innermost((value,))
    if not value.tag.encloses(tag):
        raise NestingError(
            f"a {_kind(value)} of a differentiation that does not lie around this one cannot be "
            "a value or a seed of it; open this one inside, `with differentiation() as tag:`, "
            "and give its values tag=tag"
        )
    return value


def product(partial: Any, moved: Any) -> Any:
    """Return a partial derivative times a tangent or an adjoint, 0 where either is the number 0.

    Even beside ∞ or NaN: an input that does not move changes nothing, nor does an output on
    which nothing depends. A traced value of 0 is multiplied, for its derivative may not be 0.
    """
    if _is_zero(partial) or _is_zero(moved):
        return 0.0
    return partial * moved


def _is_zero(value: Any) -> bool:
    return not isinstance(value, Traced) and value == 0


def apply(rule: Elementwise, *operands: Any) -> Any:
    """Return `rule` applied to numbers and traced values of any levels, in any mixture.

    Raises:
        InputError: for an operand that is neither.
        EscapedError: for an operand whose differentiation has ended.
    """
    inner = innermost(operands)
    if inner is None:
        if any(map(_is_array, operands)):
            from autodiff_lib.vectorised import value_on_arrays

            return value_on_arrays(rule)(*operands)
        return compiled(rule, rule.value, on_floats=True)(*[real(operand) for operand in operands])
    return type(inner).lift(rule, operands, inner.tag)


@dataclass(frozen=True, slots=True)
class LocalRule:
    """A rule known at one point only: its value there, and its partial in each operand."""

    name: str
    value: Any
    partials: tuple[Any, ...]


def linearise(
    rule: Elementwise | LocalRule, operands: tuple, tag: Tag
) -> tuple[Any, tuple[Any | None, ...]]:
    """Return the value of `rule` one level out, and its partial in each operand of `tag`.

    An operand that is constant at this level has the partial None.

    Raises:
        ScalarMeetsArrayError: when an operand is an array that an outer level traces.
    """
    if isinstance(rule, LocalRule):
        return rule.value, rule.partials
    active = [isinstance(operand, Traced) and operand.tag is tag for operand in operands]
    primals = [
        operand.primal if is_active else _constant(operand)
        for operand, is_active in zip(operands, active, strict=True)
    ]
    return evaluate(rule, primals, active)


def _constant(operand: Any) -> Any:
    """Return an operand that is constant at some level: a float, or a number traced further out."""
    if isinstance(operand, Traced) and not _is_array(operand):
        return operand
    return real(operand)


def evaluate(rule: Elementwise, primals: Sequence, active: Sequence[bool]) -> tuple[Any, tuple]:
    """Return the value of `rule` at `primals`, and its partial in each active one, else None."""
    on_floats = all(type(primal) is float for primal in primals)
    value = compiled(rule, rule.value, on_floats)(*primals)
    partials = tuple(
        compiled(rule, partial, on_floats)(*primals, value) if is_active else None
        for partial, is_active in zip(rule.partials, active, strict=True)
    )
    return value, partials


@cache
def compiled(rule: Elementwise, expression: str, on_floats: bool) -> Callable:
    """Return `expression` of `rule` as a function of its inputs and, for a partial, its value.

    With `on_floats` its names mean the functions on floats, else those of `autodiff_lib.math`.
    """
    arguments = ", ".join((*rule.inputs, "y=None"))
    return eval(f"lambda {arguments}: {expression}", _namespace(on_floats))


@cache
def _namespace(on_floats: bool) -> dict[str, Any]:
    """Return what the names in an expression mean, on floats or at any level."""
    if on_floats:
        return floats.NAMESPACE
    general = {name: _general(rule) for name, rule in RULES.items() if name in floats.NAMESPACE}
    return floats.NAMESPACE | general


def _general(rule: Elementwise) -> Callable:
    """Return the function of `rule` on numbers and traced values alike."""
    return lambda *operands: apply(rule, *operands)
