"""The kinds of primitives on arrays: how values, tangents and cotangents pass each of them.

- `Elementwise`: a row of the rule table, read for arrays, with broadcasting.
- `Linear`, `Bilinear`: a map and its transpose. Forward mode applies the map to the tangent,
  reverse mode the transpose to the cotangent.
- `Structured`: one rule for the tangent, linear in it. Reverse mode is the transpose of that
  rule, found by running the rule itself in reverse.

Everything else is composite: written with these, in `numpy_api`.

Batches: a tangent or cotangent may have axes in front of its primal's, one entry a direction.
So rows count axes from the end. Nesting: rows are written with operators and `np.`, which serve
arrays and the traced arrays of an enclosing differentiation alike.

An element of 0 in a tangent, a cotangent or a partial gives 0, even beside ∞ or NaN, as in
every engine. Where differentiations nest, that holds for a traced 0 too: what `where` masks
stays masked at every order. The price: a second derivative that is infinite, as that of
√x·x at 0, may come out finite.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from autodiff_lib.broadcasting import (
    Array,
    align,
    broadcast,
    in_type_of,
    lead,
    unbroadcast,
)
from autodiff_lib.errors import NotDifferentiableError, ScalarMeetsArrayError
from autodiff_lib.expressions import names
from autodiff_lib.rules import Elementwise as Row
from autodiff_lib.tracing import innermost, value_of
from autodiff_lib.vectorised import MINUS, PLUS, partial_on_arrays, value_on_arrays


def bind(primitive: "Primitive", *operands: Array, **params: Any) -> Array:
    """Return `primitive` applied to arrays and traced arrays of any levels.

    `params` are its constants: axes, shapes, keys.
    """
    inner = innermost(operands)
    if inner is None:
        return primitive.value(*operands, **params)
    if not hasattr(inner, "lift_array"):
        raise ScalarMeetsArrayError(
            f"a {type(inner).__name__} met arrays in {primitive.name}: trace an array instead, "
            "np.asarray(x) for the number x"
        )
    return inner.lift_array(primitive, operands, params)


def evaluate(primitive: "Primitive", primals: Sequence[Array], params: dict, plain: bool) -> Array:
    """Return the value of a traced operation, one level out, where all may be `plain`.

    Raises:
        NotDifferentiableError: when it is not made of real floats.
    """
    y = primitive.value(*primals, **params) if plain else bind(primitive, *primals, **params)
    if type(y) is np.ndarray and y.dtype.kind == "f":
        return y
    if y.dtype.kind != "f":
        advice = "take real and imaginary parts as two arrays" if y.dtype.kind == "c" else "floats"
        raise NotDifferentiableError(
            f"{primitive.name} of arrays of {', '.join(str(_dtype(x)) for x in primals)} would "
            f"give {y.dtype}, which has no derivative here: use {advice}"
        )
    if has_own_rules(y):
        raise NotDifferentiableError(
            f"{primitive.name} met a {type(y).__name__}, whose rules of its own would be lost: "
            "use np.asarray(x), and np.where for a mask"
        )
    return y


def has_own_rules(array: Array) -> bool:
    """Return whether an array is of a subclass that computes otherwise, np.matrix for example."""
    return isinstance(array, np.ndarray) and type(array) not in (np.ndarray, np.memmap)


def _dtype(x: Array) -> Any:
    return getattr(x, "dtype", type(x).__name__)


class Primitive:
    """How one operation treats values, tangents and cotangents.

    `value` gets plain arrays only; `push` and `pull` traced ones too, where differentiations
    nest. Operands are arrays; those of an elementwise row may be Python numbers too. `reads`
    says of each operand whether `push` and `pull` need its value, which must then not change;
    `reads_result` says so of the result's. Of the others they get something with a shape and a
    type. Where the transpose leaves most of its result 0, `add_to(x_bar, y_bar, **params)` adds it
    to the array x_bar in place.
    """

    name: str
    add_to: Callable | None = None
    reads: Iterable[bool] = repeat(True)
    reads_result = True

    def value(self, *primals: Array, **params: Any) -> Array:
        """Return the operation's result."""
        raise NotImplementedError

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        """Return the tangent of the result `y`; a constant operand has the tangent None."""
        raise NotImplementedError

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        """Return what `y_bar` contributes to the cotangent of each active operand."""
        raise NotImplementedError


class Elementwise(Primitive):
    """A row of the rule table on arrays. Operands may be Python numbers too."""

    def __init__(self, row: Row) -> None:
        self.name = row.name
        self.value = value_on_arrays(row)
        self._partials = [partial_on_arrays(row, text) for text in row.partials]
        read = set().union(*map(names, row.partials))
        self.reads = tuple(name in read for name in row.inputs)
        self.reads_result = "y" in read

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        if len(primals) == 1:
            return in_type_of(y, _times(tangents[0], self._partials[0], primals, y))
        total, front = None, ()
        for partial, primal, tangent in zip(self._partials, primals, tangents, strict=True):
            if tangent is not None:
                front = lead(tangent, primal.ndim)
                term = _times(align(tangent, primal.ndim, y.ndim), partial, primals, y)
                total = term if total is None else total + term
        return in_type_of(y, broadcast(total, front + y.shape))

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        if len(primals) == 1:
            return [_times(y_bar, self._partials[0], primals, y)]
        shares: list[Array | None] = []
        for partial, primal, is_active in zip(self._partials, primals, active, strict=True):
            share = _times(y_bar, partial, primals, y) if is_active else None
            if is_active and share.shape != primal.shape:
                share = unbroadcast(share, primal.shape, y.ndim)
            shares.append(share)
        return shares


class Linear(Primitive):
    """A map that is linear in all its operands together: itself, and its transpose.

    `transpose(y_bar, shapes, **params)` returns one cotangent an operand, given their shapes.
    """

    reads = repeat(False)
    reads_result = False

    def __init__(self, name: str, value: Callable, transpose: Callable) -> None:
        self.name = name
        self.value = value
        self._transpose = transpose

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        if len(tangents) == 1:
            return bind(self, tangents[0], **params)
        front = next(
            lead(tangent, primal.ndim)
            for tangent, primal in zip(tangents, primals, strict=True)
            if tangent is not None
        )
        moved = [
            np.zeros(front + primal.shape, y.dtype) if tangent is None else tangent
            for tangent, primal in zip(tangents, primals, strict=True)
        ]
        return bind(self, *moved, **params)

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        return self._transpose(y_bar, [primal.shape for primal in primals], **params)


class Bilinear(Primitive):
    """A product: linear in each of two operands, with a transpose for each.

    `transposes[i](y_bar, other, shape, **params)` is the cotangent of operand i, of that shape.
    `lost_axes` says how many more axes each operand has than the result, stacks apart.
    """

    reads_result = False

    def __init__(
        self,
        name: str,
        value: Callable,
        transposes: tuple[Callable, Callable],
        lost_axes: tuple[int, int] = (0, 0),
    ) -> None:
        self.name = name
        self.value = value
        self._transposes = transposes
        self._lost_axes = lost_axes

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        (a, b), (a_dot, b_dot), (lost_a, lost_b) = primals, tangents, self._lost_axes
        if a_dot is not None:
            a_dot = bind(self, align(a_dot, a.ndim, y.ndim + lost_a), b, **params)
        if b_dot is not None:
            b_dot = bind(self, a, align(b_dot, b.ndim, y.ndim + lost_b), **params)
        if a_dot is None or b_dot is None:
            return in_type_of(y, b_dot if a_dot is None else a_dot)
        return a_dot + b_dot

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        a, b = primals
        of_a, of_b = self._transposes
        return [
            of_a(y_bar, b, a.shape, **params) if active[0] else None,
            of_b(y_bar, a, b.shape, **params) if active[1] else None,
        ]


class Structured(Primitive):
    """A nonlinear operation with a rule of its own for the tangent.

    `rule(primals, tangents, y, **params)` is linear in the tangents, of which some may be None.
    It takes one tangent an operand, or a batch of them. `transpose(rule, zeros, y_bar)` runs
    such a rule in reverse; `tensor.py` supplies it.
    """

    transpose: Callable

    def __init__(self, name: str, value: Callable, rule: Callable) -> None:
        self.name = name
        self.value = value
        self._rule = rule

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        return in_type_of(y, self._rule(primals, tangents, y, **params))

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        def rule(*tangents: Array | None) -> Array:
            return self._rule(primals, tangents, y, **params)

        front = lead(y_bar, y.ndim)
        zeros = [
            np.zeros(front + primal.shape, y.dtype) if is_active else None
            for primal, is_active in zip(primals, active, strict=True)
        ]
        return Structured.transpose(rule, zeros, y_bar)


def _times(factor: Array, partial: Any, primals: Sequence[Array], y: Array) -> Array:
    """Return factor · partial, where an element of 0 gives 0 even beside ∞ or NaN.

    So a branch that `where` did not take, or an input that does not move, contributes nothing,
    whatever happens there, at any order of differentiation.
    """
    if partial is PLUS:
        return factor
    if partial is MINUS:
        return -factor
    weight = partial(*primals, y)
    result = factor * weight
    flat = (result if type(result) is np.ndarray else value_of(result)).ravel()
    if math.isfinite(flat.dot(flat)):  # one call of BLAS; if squares overflow, look closer
        return result
    return np.where((value_of(factor) == 0) | (value_of(weight) == 0), 0.0, result)
