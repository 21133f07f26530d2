"""The kinds of primitives on arrays: how values, tangents and cotangents pass each of them.

- `Elementwise`: a row of `rules.py`, read for arrays, with broadcasting.
- `Linear`, `Bilinear`: a map and its transpose. Forward mode applies the map to the tangent,
  reverse mode the transpose to the cotangent.
- `Structured`: one rule for the tangent, linear in it. Reverse mode is the transpose of that
  rule, found by running the rule itself in reverse.

Everything else is composite: written with these, in `numpy_api.py`.

Batches: a tangent or cotangent may have axes in front of its primal's, one entry a direction.
So rows count axes from the end. Nesting: rows are written with operators and `np.`, which serve
arrays and the traced arrays of an enclosing differentiation alike.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autodiff_lib.rules import Elementwise as Row
from autodiff_lib.tracing import innermost, value_of
from autodiff_lib.vectorised import MINUS, PLUS, partial_on_arrays, value_on_arrays

Array = Any  # an ndarray, a number, or a traced array of an enclosing level
Shape = tuple[int, ...]


def bind(primitive: "Primitive", *operands: Array, **params: Any) -> Array:
    """Return `primitive` applied to arrays and traced arrays of any levels.

    `params` are its constants: axes, shapes, keys.
    """
    inner = innermost(operands)
    if inner is None:
        return primitive.value(*operands, **params)
    return inner.lift_array(primitive, operands, params)


class Primitive:
    """How one operation treats values, tangents and cotangents.

    `value` gets plain arrays only; `push` and `pull` traced ones too, where differentiations
    nest. `reads` says whether they need the operands' values, which must then not change.
    """

    name: str
    reads = True

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
    """A row of `rules.py` on arrays."""

    def __init__(self, row: Row) -> None:
        self.name = row.name
        self.value = value_on_arrays(row)
        self._partials = [partial_on_arrays(row, text) for text in row.partials]
        self.reads = any(callable(partial) for partial in self._partials)

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        total, front = None, ()
        for partial, primal, tangent in zip(self._partials, primals, tangents, strict=True):
            if tangent is not None:
                front = lead(tangent, np.ndim(primal))
                term = times(align(tangent, np.ndim(primal), np.ndim(y)), partial, primals, y)
                total = term if total is None else total + term
        return _broadcast(total, front + np.shape(y))

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        ndim = np.ndim(y)
        return [
            unbroadcast(times(y_bar, partial, primals, y), np.shape(primal), ndim)
            if is_active
            else None
            for partial, primal, is_active in zip(self._partials, primals, active, strict=True)
        ]


class Linear(Primitive):
    """A map that is linear in all its operands together: itself, and its transpose.

    `transpose(y_bar, shapes, **params)` returns one cotangent an operand, given their shapes.
    """

    reads = False

    def __init__(self, name: str, value: Callable, transpose: Callable) -> None:
        self.name = name
        self.value = value
        self._transpose = transpose

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        front = next(
            lead(tangent, np.ndim(primal))
            for tangent, primal in zip(tangents, primals, strict=True)
            if tangent is not None
        )
        moved = [
            np.zeros(front + np.shape(primal), value_of(y).dtype) if tangent is None else tangent
            for tangent, primal in zip(tangents, primals, strict=True)
        ]
        return bind(self, *moved, **params)

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        shapes = [np.shape(primal) for primal in primals]
        return self._transpose(y_bar, shapes, **params)


class Bilinear(Primitive):
    """A product: linear in each of two operands, with a transpose for each.

    `transposes[i](y_bar, other, shape, **params)` is the cotangent of operand i, of that shape.
    """

    def __init__(self, name: str, value: Callable, transposes: tuple[Callable, Callable]) -> None:
        self.name = name
        self.value = value
        self._transposes = transposes

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        a, b = primals
        a_dot, b_dot = aligned(primals, tangents, y)
        if a_dot is None:
            return bind(self, a, b_dot, **params)
        if b_dot is None:
            return bind(self, a_dot, b, **params)
        return bind(self, a_dot, b, **params) + bind(self, a, b_dot, **params)

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        others = (primals[1], primals[0])
        return [
            transpose(y_bar, other, np.shape(primal), **params) if is_active else None
            for transpose, other, primal, is_active in zip(
                self._transposes, others, primals, active, strict=True
            )
        ]


class Structured(Primitive):
    """A nonlinear operation with a rule of its own for the tangent.

    `rule(primals, tangents, y, **params)` is linear in the tangents, of which some may be None.
    It takes one tangent an operand, or a batch of them. `transpose(rule, shapes, y_bar)` runs
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
        return self._rule(primals, tangents, y, **params)

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        def rule(*tangents: Array | None) -> Array:
            return self._rule(primals, tangents, y, **params)

        front = lead(y_bar, np.ndim(y))
        zeros = [
            np.zeros(front + np.shape(primal), value_of(y).dtype) if is_active else None
            for primal, is_active in zip(primals, active, strict=True)
        ]
        return Structured.transpose(rule, zeros, y_bar)


def lead(array: Array, ndim: int) -> Shape:
    """Return the shape of the batch: the axes in front of the last `ndim`."""
    return array.shape[: array.ndim - ndim]


def align(tangent: Array, ndim: int, result_ndim: int) -> Array:
    """Return a batch of tangents with axes put in, so that it broadcasts as its primal does."""
    front = tangent.ndim - ndim
    if not front or ndim == result_ndim:
        return tangent
    inserted = (1,) * (result_ndim - ndim)
    return tangent.reshape(tangent.shape[:front] + inserted + tangent.shape[front:])


def aligned(
    primals: Sequence[Array], tangents: Sequence[Array | None], y: Array
) -> list[Array | None]:
    """Return each tangent aligned to the result `y`."""
    return [
        None if tangent is None else align(tangent, np.ndim(primal), np.ndim(y))
        for primal, tangent in zip(primals, tangents, strict=True)
    ]


def unbroadcast(cotangent: Array, shape: Shape, ndim: int) -> Array:
    """Return the transpose of broadcasting `shape` to `ndim` axes, applied to `cotangent`.

    Broadcasting copies; its transpose adds the copies up.
    """
    front = cotangent.ndim - ndim
    if cotangent.shape[front:] == shape:
        return cotangent
    first = cotangent.ndim - len(shape)
    axes = tuple(range(front, first)) + tuple(
        first + place
        for place, size in enumerate(shape)
        if size == 1 and cotangent.shape[first + place] != 1
    )
    return np.sum(cotangent, axis=axes).reshape(cotangent.shape[:front] + shape)


def times(factor: Array, partial: Any, primals: Sequence[Array], y: Array) -> Array:
    """Return factor · partial, where a factor of 0 gives 0 even if the partial is not finite.

    So a branch that `where` did not take, or an input that does not move, contributes nothing,
    whatever happens there.
    """
    if partial is PLUS:
        return factor
    if partial is MINUS:
        return -factor
    weight = partial(*primals, y)
    finite = np.isfinite(value_of(weight))
    if not finite.all():
        weight = np.where(finite | (value_of(factor) != 0), weight, 0.0)
    return factor * weight


def _broadcast(array: Array, shape: Shape) -> Array:
    return array if array.shape == shape else np.broadcast_to(array, shape)
