"""The array rows of the rule table: linear, bilinear and structured primitives.

Each linear row is a map and its transpose, side by side. Axes are negative, counted from the
end, because a batch of tangents or cotangents has further axes in front.

Sources: on transposed maps, Griewank and Walther, Evaluating Derivatives, 2nd ed., 2008,
section 3.3; on matrices, M. B. Giles, Collected matrix derivative results for forward and
reverse mode algorithmic differentiation, 2008.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autodiff_lib.keys import Key
from autodiff_lib.primitives import (
    Array,
    Bilinear,
    Elementwise,
    Linear,
    Primitive,
    Shape,
    Structured,
    align,
    aligned,
    bind,
    lead,
    unbroadcast,
)
from autodiff_lib.rules import RULES
from autodiff_lib.tracing import value_of

Axes = tuple[int, ...]
Shapes = Sequence[Shape]

ELEMENTWISE = {name: Elementwise(row) for name, row in RULES.items()}
"""The rows of `rules.py`, for arrays."""


# --- sums and copies: each is the other's transpose -------------------------------------------


def _kept(shape: Shape, axes: Axes) -> Shape:
    """Return `shape` with the size 1 at `axes`."""
    return tuple(1 if place - len(shape) in axes else size for place, size in enumerate(shape))


def _sum_transposed(y_bar: Array, shapes: Sequence[Shape], axes: Axes, keepdims: bool) -> Any:
    (shape,) = shapes
    front = lead(y_bar, len(shape) if keepdims else len(shape) - len(axes))
    return [np.broadcast_to(y_bar.reshape(front + _kept(shape, axes)), front + shape)]


SUM = Linear(
    "sum", lambda x, axes, keepdims: np.sum(x, axis=axes, keepdims=keepdims), _sum_transposed
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


# --- the same numbers in another place --------------------------------------------------------

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
    front = lead(y, len(key.shape))
    result = np.zeros(front + key.source, y.dtype)
    if key.is_basic:
        result[(slice(None),) * len(front) + key.parts] = y
    else:
        for row, numbers in zip(
            result.reshape((math.prod(front), -1)),
            y.reshape((math.prod(front), -1)),
            strict=True,
        ):
            np.add.at(row, key.places.ravel(), numbers)
    return result


TAKE = Linear("take", _take, lambda y_bar, shapes, key: [bind(PUT, y_bar, key=key)])
PUT = Linear("put", _put, lambda y_bar, shapes, key: [bind(TAKE, y_bar, key=key)])


CAST = Linear(
    "astype",
    lambda x, dtype, source: x.astype(dtype),
    lambda y_bar, shapes, dtype, source: [y_bar.astype(source)],
)


# --- choices ----------------------------------------------------------------------------------


WHERE = Linear(
    "where",
    lambda a, b, condition: np.where(condition, a, b),
    lambda y_bar, shapes, condition: [
        np.where(condition, y_bar, 0),
        np.where(condition, 0, y_bar),
    ],
)
"""A choice between two arrays of the condition's shape."""


# --- products ---------------------------------------------------------------------------------


def _t(matrix: Array) -> Array:
    return np.swapaxes(matrix, -1, -2)


MATMUL = Bilinear(
    "matmul",
    np.matmul,
    (
        lambda y_bar, b, shape: unbroadcast(y_bar @ _t(b), shape, max(len(shape), b.ndim)),
        lambda y_bar, a, shape: unbroadcast(_t(a) @ y_bar, shape, max(len(shape), a.ndim)),
    ),
)
"""The product of arrays with equally many axes, at least two."""


# --- sums of products over named axes -----------------------------------------------------------


class Einsum(Primitive):
    """A sum of products, multilinear: in each operand alone it is linear.

    `inputs` and `output` name the axes, one letter each. A letter stands in an operand at most
    once, and in some other operand or in the output too.
    """

    name = "einsum"

    def value(self, *operands: Array, inputs: Sequence[str], output: str) -> Array:
        subscripts = ",".join("..." + letters for letters in inputs) + "->..." + output
        return np.einsum(subscripts, *operands, optimize=len(operands) > 1)

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        total, front = None, np.ndim(y) - len(params["output"])
        for place, tangent in enumerate(tangents):
            if tangent is not None:
                ndim, core = np.ndim(primals[place]), len(params["inputs"][place])
                moved = align(tangent, ndim, core + front)
                operands = [*primals[:place], moved, *primals[place + 1 :]]
                term = bind(self, *operands, **params)
                total = term if total is None else total + term
        return total

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        inputs, output = params["inputs"], params["output"]
        front = np.ndim(y) - len(output)
        shares: list[Array | None] = [None for _ in primals]
        for place, is_active in enumerate(active):
            if is_active:
                others = [*primals[:place], *primals[place + 1 :]]
                letters = [output, *inputs[:place], *inputs[place + 1 :]]
                share = bind(self, y_bar, *others, inputs=letters, output=inputs[place])
                shape = np.shape(primals[place])
                shares[place] = unbroadcast(share, shape, len(inputs[place]) + front)
        return shares


EINSUM = Einsum()


# --- extremes -----------------------------------------------------------------------------------


def _extreme(name: str, function: Any) -> Structured:
    def rule(primals: Sequence[Array], tangents: Sequence[Array], y: Array, axes: Axes) -> Array:
        """Return the mean of the tangents at the places that attain the extreme."""
        value, best = value_of(primals[0]), value_of(y)
        attained = (value == best) | (np.isnan(value) & np.isnan(best))
        weights = attained / np.sum(attained, axis=axes, keepdims=True)
        return np.sum(tangents[0] * weights.astype(value.dtype), axis=axes, keepdims=True)

    return Structured(name, lambda x, axes: function(x, axis=axes, keepdims=True), rule)


MAX = _extreme("max", np.max)
MIN = _extreme("min", np.min)
"""The extremes over some axes, which are kept. Ties share the derivative equally."""


# --- linear algebra: stacks of matrices in the last two axes --------------------------------------


class Solve(Primitive):
    """y = a⁻¹b. In b it is linear, with the transpose a⁻ᵀ; a change of a acts as −ȧy in b does."""

    name = "solve"

    def value(self, a: Array, b: Array) -> Array:
        return np.linalg.solve(a, b)

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        a_dot, b_dot = aligned(primals, tangents, y)
        if a_dot is None:
            return bind(self, primals[0], b_dot)
        change = -(a_dot @ y)
        return bind(self, primals[0], change if b_dot is None else b_dot + change)

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        a, b = primals
        b_bar = bind(self, _t(a), y_bar)
        return [
            unbroadcast(-(b_bar @ _t(y)), np.shape(a), np.ndim(y)) if active[0] else None,
            unbroadcast(b_bar, np.shape(b), np.ndim(y)) if active[1] else None,
        ]


SOLVE = Solve()
"""The solution of a·y = b, for stacks with equally many axes."""


def _relative_change(a: Array, a_dot: Array) -> Array:
    """Return tr(a⁻¹ȧ), the derivative of log |det a|."""
    return np.trace(bind(SOLVE, a, a_dot), axis1=-2, axis2=-1)


DET = Structured("det", np.linalg.det, lambda a, a_dot, y: y * _relative_change(a[0], a_dot[0]))
LOGDET = Structured(
    "logdet",
    lambda a: np.linalg.slogdet(a)[1],
    lambda a, a_dot, y: _relative_change(a[0], a_dot[0]),
)


def _cholesky_rule(primals: Sequence[Array], tangents: Sequence[Array], y: Array) -> Array:
    """Return y·Φ(y⁻¹ ȧ y⁻ᵀ), Φ the lower triangle with half the diagonal.

    As NumPy does, it reads the lower triangle of a alone.
    """
    size = np.shape(y)[-1]
    lower, strictly = np.tri(size, dtype=bool), np.tri(size, k=-1, dtype=bool)
    a_dot = np.where(lower, tangents[0], 0.0) + _t(np.where(strictly, tangents[0], 0.0))
    inner = bind(SOLVE, y, _t(bind(SOLVE, y, a_dot)))
    half = np.tri(size, k=-1) + 0.5 * np.eye(size)
    return y @ (_t(inner) * half)


CHOLESKY = Structured("cholesky", np.linalg.cholesky, _cholesky_rule)
