"""What all engines share: values that are being traced, and how one operation peels a level.

A differentiation has a `Tag`. A traced value carries the tag of the differentiation it belongs
to and a `primal`, the value one level further out: a float, or a value that an enclosing
differentiation traces. An operation on traced values belongs to the innermost of their tags.
It takes the primals of that level's operands, leaves every other operand as it is, and
computes with operators and `autodiff_lib.math`, which do the same for the next level out.
Nesting needs nothing more, and needs no second table of rules.

Source: on tags against perturbation confusion, J. M. Siskind and B. A. Pearlmutter, Nesting
forward-mode AD in a functional framework, Higher-Order and Symbolic Computation 21, 2008.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from numbers import Real
from typing import Any, NoReturn

from autodiff_lib import floats
from autodiff_lib.errors import EscapedError, InputError, NotDifferentiableError
from autodiff_lib.rules import BY_UFUNC, RULES, Elementwise

_serials = itertools.count()


class Tag:
    """The name of one differentiation. Of two open ones, the later is the inner one."""

    __slots__ = ("is_open", "serial", "sweep")

    def __init__(self) -> None:
        self.sweep = None  # the latest reverse sweep, for adjoints of earlier ones to lapse
        self.serial = next(_serials)
        self.is_open = True


GROUND = Tag()
"""The tag of values that a user makes by hand, outside any transform. It never closes."""


@contextmanager
def differentiation() -> Iterator[Tag]:
    """Open a tag for the length of a `with` block."""
    tag = Tag()
    try:
        yield tag
    finally:
        tag.is_open = False


class Traced:
    """The base of every engine's values: `primal`, `tag`, comparisons, refusals, NumPy's calls.

    Comparisons and truth look at the primal, so that a branch is taken as the plain program
    takes it. Whatever would lose the derivative without a word is refused.
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
        return value_of(self) < value_of(other)

    def __le__(self, other: Any) -> bool:
        return value_of(self) <= value_of(other)

    def __gt__(self, other: Any) -> bool:
        return value_of(self) > value_of(other)

    def __ge__(self, other: Any) -> bool:
        return value_of(self) >= value_of(other)

    def __eq__(self, other: Any) -> bool:
        return value_of(self) == value_of(other)

    def __ne__(self, other: Any) -> bool:
        return value_of(self) != value_of(other)

    def __bool__(self) -> bool:
        return bool(self.primal)

    def __pos__(self) -> "Traced":
        return self

    def __float__(self) -> NoReturn:
        self._refuse("float()", "a function of autodiff_lib.math, or .primal for its value")

    def __int__(self) -> NoReturn:
        self._refuse("int()", "int(x.primal) if its derivative may be dropped")

    def __index__(self) -> NoReturn:
        self._refuse("its use as an index", "int(x.primal), for an index has no derivative")

    def __complex__(self) -> NoReturn:
        self._refuse("complex()", "real arithmetic: complex numbers are not traced")

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse("a NumPy array made of it", "a list or a tuple of such values")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> "Traced":
        rule = BY_UFUNC.get(ufunc.__name__)
        if rule is None or method != "__call__" or kwargs:
            call = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
            self._refuse(call, "the functions that the rule table names")
        return apply(rule, *inputs)

    def _refuse(self, what: str, instead: str) -> NoReturn:
        raise NotDifferentiableError(
            f"{what} would lose the derivative of this {type(self).__name__}: use {instead}"
        )


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
    is_scalar = getattr(value, "shape", None) == () and value.dtype.kind in "biuf"
    if isinstance(value, Real) or is_scalar:
        return float(value)
    raise InputError(f"expected a real number, got {_describe(value)}")


def _describe(value: Any) -> str:
    if getattr(value, "shape", None):
        return f"an array of shape {value.shape}: use a list of numbers, or Tensor"
    return f"{value!r} of type {type(value).__name__}"


def innermost(operands: tuple) -> Traced | None:
    """Return an operand of the innermost open tag, or None where all are plain numbers.

    Raises:
        EscapedError: when the innermost differentiation has ended.
    """
    inner = None
    for operand in operands:
        if isinstance(operand, Traced):
            if not operand.tag.is_open:
                raise EscapedError(
                    "this value belongs to a differentiation that has ended; return it from "
                    "the differentiated function instead of keeping it outside"
                )
            if inner is None or operand.tag.serial > inner.tag.serial:
                inner = operand
    return inner


def apply(rule: Elementwise, *operands: Any) -> Any:
    """Return `rule` applied to numbers and traced values of any levels, in any mixture.

    Raises:
        InputError: for an operand that is neither.
        EscapedError: for an operand whose differentiation has ended.
    """
    inner = innermost(operands)
    if inner is None:
        return compiled(rule, rule.value, on_floats=True)(*[real(operand) for operand in operands])
    return type(inner).lift(rule, operands, inner.tag)


def linearise(rule: Elementwise, operands: tuple, tag: Tag) -> tuple[Any, tuple[Any | None, ...]]:
    """Return the value of `rule` one level out, and its partial in each operand of `tag`.

    An operand that is constant at this level has the partial None.
    """
    active = [isinstance(operand, Traced) and operand.tag is tag for operand in operands]
    primals = [
        operand.primal if is_active else operand if isinstance(operand, Traced) else real(operand)
        for operand, is_active in zip(operands, active, strict=True)
    ]
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
