"""Linear rows on arrays, and choices: sums and copies, the same numbers elsewhere, extremes.

Each linear row is a map and its transpose, side by side. Axes are negative, counted from the
end, because a batch of tangents or cotangents has further axes in front.

Source: on transposed maps, Griewank and Walther, Evaluating Derivatives, 2nd ed., 2008,
section 3.3.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autodiff_lib.array_rows import ARRAY_RULES
from autodiff_lib.broadcasting import Array, Shape, broadcast, lead, unbroadcast
from autodiff_lib.keys import Key
from autodiff_lib.primitives import Elementwise, Linear, Structured, bind
from autodiff_lib.tracing import value_of

Axes = tuple[int, ...]

ELEMENTWISE = {name: Elementwise(row) for name, row in ARRAY_RULES.items()}
"""The rows of the rule table, for arrays."""


def _kept(shape: Shape, axes: Axes) -> Shape:
    """Return `shape` with the size 1 at `axes`."""
    return tuple(1 if place - len(shape) in axes else size for place, size in enumerate(shape))


def _sum_transposed(y_bar: Array, shapes: Sequence[Shape], axes: Axes, keepdims: bool) -> Any:
    (shape,) = shapes
    if y_bar.ndim == 0:
        return [broadcast(y_bar, shape)]
    front = lead(y_bar, len(shape) if keepdims else len(shape) - len(axes))
    return [broadcast(y_bar.reshape(front + _kept(shape, axes)), front + shape)]


SUM = Linear(
    "sum", lambda x, axes, keepdims: np.add.reduce(x, axes, keepdims=keepdims), _sum_transposed
)


def _broadcast(x: Array, shape: Shape, ndim: int) -> Array:
    front = lead(x, ndim)
    ones = (1,) * (len(shape) - ndim)
    return np.broadcast_to(x.reshape(front + ones + x.shape[len(front) :]), front + shape)


BROADCAST = Linear(
    "broadcast_to",
    _broadcast,
    lambda y_bar, shapes, shape, ndim: [unbroadcast(y_bar, _last(shapes[0], ndim), len(shape))],
)


def _cumsum_transposed(y_bar: Array, shapes: Sequence[Shape], axis: int) -> Any:
    return [np.flip(np.cumsum(np.flip(y_bar, axis), axis), axis)]


CUMSUM = Linear("cumsum", lambda x, axis: np.cumsum(x, axis), _cumsum_transposed)


RESHAPE = Linear(
    "reshape",
    lambda x, shape, ndim: x.reshape(lead(x, ndim) + shape),
    lambda y_bar, shapes, shape, ndim: [
        y_bar.reshape(lead(y_bar, len(shape)) + _last(shapes[0], ndim))
    ],
)


def _last(shape: Shape, ndim: int) -> Shape:
    """Return the last `ndim` sizes: those of the value, without a batch in front."""
    return shape[len(shape) - ndim :]


def _permute(x: Array, axes: Axes) -> Array:
    front = x.ndim - len(axes)
    return x.transpose((*range(front), *(front + axis for axis in axes)))


TRANSPOSE = Linear(
    "transpose",
    _permute,
    lambda y_bar, shapes, axes: [
        _permute(y_bar, tuple(sorted(range(len(axes)), key=axes.__getitem__)))
    ],
)


def _concatenate_transposed(y_bar: Array, shapes: Sequence[Shape], axis: int) -> Any:
    parts, start = [], 0
    for shape in shapes:
        stop = start + shape[axis]
        parts.append(y_bar[(..., slice(start, stop), *(slice(None),) * (-axis - 1))])
        start = stop
    return parts


CONCATENATE = Linear(
    "concatenate", lambda *xs, axis: np.concatenate(xs, axis), _concatenate_transposed
)


def _take(x: Array, key: Key) -> Array:
    front = lead(x, len(key.source))
    everywhere = (slice(None),) * len(front)
    if key.is_basic:
        return x[everywhere + key.parts]
    return x.reshape((*front, -1))[(*everywhere, key.places)]


def _put(y: Array, key: Key) -> Array:
    """Return zeros to which `y` is added at `key`."""
    result = np.zeros(lead(y, len(key.shape)) + key.source, y.dtype)
    _add_at(result, y, key)
    return result


def _add_at(x: np.ndarray, y: np.ndarray, key: Key) -> None:
    """Add `y` to the elements of `x` at `key`, as often as each is named."""
    front = lead(x, len(key.source))
    if key.is_basic:
        x[(slice(None),) * len(front) + key.parts] += y
    else:
        count = math.prod(front)
        for row, numbers in zip(x.reshape((count, -1)), y.reshape((count, -1)), strict=True):
            np.add.at(row, key.places.ravel(), numbers)


TAKE = Linear("take", _take, lambda y_bar, shapes, key: [bind(PUT, y_bar, key=key)])
TAKE.add_to = _add_at
PUT = Linear("put", _put, lambda y_bar, shapes, key: [bind(TAKE, y_bar, key=key)])


CAST = Linear(
    "astype",
    lambda x, dtype, source: x.astype(dtype),
    lambda y_bar, shapes, dtype, source: [y_bar.astype(source)],
)


WHERE = Linear(
    "where",
    lambda a, b, condition: np.where(condition, a, b),
    lambda y_bar, shapes, condition: [
        np.where(condition, y_bar, 0),
        np.where(condition, 0, y_bar),
    ],
)
"""A choice between two arrays of the condition's shape."""


def _extreme(name: str, function: Any) -> Structured:
    def rule(primals: Sequence[Array], tangents: Sequence[Array], y: Array, axes: Axes) -> Array:
        """Return the mean of the tangents at the places that attain the extreme."""
        value, best = value_of(primals[0]), value_of(y)
        attained = (value == best) | (np.isnan(value) & np.isnan(best))
        count = np.sum(attained, axis=axes, keepdims=True).astype(value.dtype)
        moved = np.where(attained, tangents[0], 0)
        return np.sum(moved, axis=axes, keepdims=True) / count

    return Structured(name, lambda x, axes: function(x, axis=axes, keepdims=True), rule)


MAX = _extreme("max", np.max)
MIN = _extreme("min", np.min)
"""The extremes over some axes, which are kept. Ties share the derivative equally."""
