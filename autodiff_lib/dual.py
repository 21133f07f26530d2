"""Forward mode: a `Dual` carries its derivative along with its value.

A dual number x + ε·ẋ has ε² = 0, so that f(x + ε·ẋ) = f(x) + ε·f′(x)·ẋ: arithmetic on pairs
of a primal and a tangent is differentiation. Every operation makes both at once. Written out
by hand, the statement for the tangent comes first, for it reads the primal which the program
may be about to overwrite; a pair has no such order.

A tangent is one number for one direction, or a tuple of numbers for several directions at
once (vector mode), which share the work on the primal and on the partial derivatives.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 3.1.
"""

import operator
from collections.abc import Sequence
from typing import Any

from autodiff_lib.errors import InputError
from autodiff_lib.methods import generate_methods
from autodiff_lib.rules import Elementwise
from autodiff_lib.tracing import GROUND, Tag, Traced, enclosing, linearise, product


class Dual(Traced):
    """A scalar and its tangent.

    Attributes:
        primal: its value, a float; in nested differentiation a value of the level further out.
        tangent: its derivative along one direction, a number like `primal`; or along several,
            a tuple of numbers. The number 0 stands for any number of directions.
        tag: the differentiation that it belongs to.

    >>> from autodiff_lib.math import sin
    >>> x, y = Dual(0.5, 1.0), Dual(4.2)
    >>> z = x * y + sin(x)
    >>> print(f"{z.primal:.6f} {z.tangent:.6f}")
    2.579426 5.077583
    >>> x, y = Dual(2.0, (1.0, 0.0)), Dual(5.0, (0.0, 1.0))
    >>> x * y
    Dual(10.0, (5.0, 2.0))
    """

    __slots__ = ("primal", "tag", "tangent")

    def __init__(self, primal: Any, tangent: Any = 0.0, *, tag: Tag = GROUND) -> None:
        """Make an input that moves along `tangent`.

        Raises:
            InputError: when `primal` is not one real number, or `tangent` neither one nor a
                tuple or list of them.
            NestingError: when one of them is traced by a differentiation that does not lie
                around that of `tag`.
        """
        self.primal = enclosing(primal, tag)
        if isinstance(tangent, tuple | list):
            self.tangent = tuple(enclosing(part, tag) for part in tangent)
        else:
            self.tangent = enclosing(tangent, tag)
        self.tag = tag

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> "Dual":
        value, partials = linearise(rule, operands, tag)
        moving = [
            (partial, operand.tangent)
            for operand, partial in zip(operands, partials, strict=True)
            if partial is not None
        ]
        result = Dual.__new__(Dual)
        result.primal, result.tag = value, tag
        result.tangent = _pushed_forward(*zip(*moving, strict=True))
        return result

    def __repr__(self) -> str:
        return f"Dual({self.primal!r}, {self.tangent!r})"


def _pushed_forward(partials: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return Σ partialᵢ · tangentᵢ, for each direction where the tangents have several."""
    widths = {len(tangent) for tangent in tangents if type(tangent) is tuple}
    if not widths:
        terms = [product(*pair) for pair in zip(partials, tangents, strict=True)]
        return sum(terms[1:], terms[0])
    columns = [_directions(tangent, widths) for tangent in tangents]
    first, *second = [_scaled(*pair) for pair in zip(partials, columns, strict=True)]
    return tuple(map(operator.add, first, second[0]) if second else first)


def _scaled(partial: Any, tangent: tuple) -> list[Any]:
    """Return the `product` of a partial with each direction, without a call for each."""
    if not isinstance(partial, Traced) and partial == 0:
        return [0.0] * len(tangent)
    return [partial * part if type(part) is not float or part else 0.0 for part in tangent]


def _directions(tangent: Any, widths: set[int]) -> tuple:
    """Return `tangent` as a tuple of the one length in `widths`."""
    if len(widths) > 1:
        numbers = " and ".join(map(str, sorted(widths)))
        raise InputError(f"tangents of {numbers} directions met; give all inputs as many")
    if isinstance(tangent, tuple):
        return tangent
    (width,) = widths
    if isinstance(tangent, Traced) or tangent != 0:
        raise InputError(
            f"a tangent that is one number met one of {width} directions; give all inputs as "
            "many, or the number 0 to those that do not move"
        )
    return (0.0,) * width


# The methods of `Dual`, one a row of the rule table. On floats they run the row's expressions
# written out. Several directions, and a NaN that may come of 0 · ∞, are left to `pushed`.

_UNARY = """
def {name}(self):
    a, t = self.primal, self.tangent
    if type(a) is not float:
        return apply(rule, self)
    y = {value}
    p = {da}
    tangent = p * t if type(t) is float else None
    if tangent is None or tangent != tangent:
        tangent = pushed((p,), (t,))
    result = new(Dual)
    result.primal, result.tangent, result.tag = y, tangent, self.tag
    return result
"""

_BINARY = """
def {name}(self, other):
    a, t = self.primal, self.tangent
    kind = type(other)
    if type(a) is not float:
        return apply(rule, self, other)
    if kind is Dual and other.tag is self.tag:
        b, u = other.primal, other.tangent
        if type(b) is not float:
            return apply(rule, self, other)
        y = {value}
        p, q = {da}, {db}
        tangent = p * t + q * u if type(t) is float and type(u) is float else None
        if tangent is None or tangent != tangent:
            tangent = pushed((p, q), (t, u))
    elif kind is float or kind is int:
        b = float(other)
        y = {value}
        p = {da}
        tangent = p * t if type(t) is float else None
        if tangent is None or tangent != tangent:
            tangent = pushed((p,), (t,))
    else:
        return apply(rule, self, other)
    result = new(Dual)
    result.primal, result.tangent, result.tag = y, tangent, self.tag
    return result

def reflected_{name}(self, other):
    b, u = self.primal, self.tangent
    kind = type(other)
    if type(b) is not float or (kind is not float and kind is not int):
        return apply(rule, other, self)
    a = float(other)
    y = {value}
    q = {db}
    tangent = q * u if type(u) is float else None
    if tangent is None or tangent != tangent:
        tangent = pushed((q,), (u,))
    result = new(Dual)
    result.primal, result.tangent, result.tag = y, tangent, self.tag
    return result
"""

generate_methods(Dual, _UNARY, _BINARY, Dual=Dual, new=Dual.__new__, pushed=_pushed_forward)
