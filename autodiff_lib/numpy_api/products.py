"""Products of arrays: matrices, vectors, tensors."""

import math
from typing import Any

import numpy as np

from autodiff_lib.array_rows import ARRAY_RULES
from autodiff_lib.broadcasting import Array
from autodiff_lib.errors import NotDifferentiableError
from autodiff_lib.numpy_api.reductions import sum_
from autodiff_lib.numpy_api.registry import as_array, implements, implements_method
from autodiff_lib.numpy_api.shapes import reshape, transpose
from autodiff_lib.primitives import bind
from autodiff_lib.product_rules import MATMUL, MATVEC


@implements(np.matmul, np.linalg.matmul)
def matmul(a: Any, b: Any) -> Array:
    a, b = as_array(a), as_array(b)
    rows, columns = a.ndim, b.ndim
    if rows == columns > 1:
        return bind(MATMUL, a, b)
    if rows > 1 and columns > 1:
        ndim = max(rows, columns)
        return bind(MATMUL, with_axes(a, ndim), with_axes(b, ndim))
    if rows == 0 or columns == 0:
        raise ValueError("np.matmul needs arrays with axes: multiply by a number with *")
    if rows > 1:
        return bind(MATVEC, a, b)
    if columns > 1:
        return bind(MATVEC, np.swapaxes(b, -1, -2), a)
    return reshape(bind(MATVEC, reshape(a, (1, a.size)), b), ())


def with_axes(a: Array, ndim: int) -> Array:
    """Return `a` with axes of size 1 in front, so that it has `ndim`."""
    return a if a.ndim == ndim else reshape(a, (1,) * (ndim - a.ndim) + a.shape)


@implements(np.dot)
def dot(a: Any, b: Any) -> Array:
    a, b = as_array(a), as_array(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    if b.ndim <= 2:
        return matmul(a, b)
    return tensordot(a, b, (-1, -2))


@implements(np.vdot)
def vdot(a: Any, b: Any) -> Array:
    return matmul(reshape(a, -1), reshape(b, -1))


@implements(np.inner)
def inner(a: Any, b: Any) -> Array:
    a, b = as_array(a), as_array(b)
    return a * b if a.ndim == 0 or b.ndim == 0 else tensordot(a, b, (-1, -1))


@implements(np.outer, np.linalg.outer)
def outer(a: Any, b: Any) -> Array:
    return reshape(a, (-1, 1)) * reshape(b, (1, -1))


@implements(np.kron)
def kron(a: Any, b: Any) -> Array:
    a, b = as_array(a), as_array(b)
    ndim = max(a.ndim, b.ndim)
    a, b = with_axes(a, ndim), with_axes(b, ndim)
    left = reshape(a, [size for n in a.shape for size in (n, 1)])
    right = reshape(b, [size for n in b.shape for size in (1, n)])
    return reshape(left * right, [m * n for m, n in zip(a.shape, b.shape, strict=True)])


@implements(np.tensordot, np.linalg.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Array:
    a, b = as_array(a), as_array(b)
    if isinstance(axes, int):
        axes = (range(a.ndim - axes, a.ndim), range(axes))
    left, right = (
        np.lib.array_utils.normalize_axis_tuple(side, x.ndim)
        for x, side in zip((a, b), axes, strict=True)
    )
    if [a.shape[place] for place in left] != [b.shape[place] for place in right]:
        raise ValueError(f"np.tensordot over axes of different sizes: {a.shape} and {b.shape}")
    rest_a = [place for place in range(a.ndim) if place not in left]
    rest_b = [place for place in range(b.ndim) if place not in right]
    size = math.prod(a.shape[place] for place in left)
    shape_a, shape_b = [a.shape[p] for p in rest_a], [b.shape[p] for p in rest_b]
    rows = reshape(transpose(a, (*rest_a, *left)), (math.prod(shape_a), size))
    columns = reshape(transpose(b, (*right, *rest_b)), (size, math.prod(shape_b)))
    return reshape(matmul(rows, columns), shape_a + shape_b)


@implements(np.cross, np.linalg.cross)
def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Array:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(as_array(a), axisa, -1), np.moveaxis(as_array(b), axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise NotDifferentiableError(
            f"np.cross of shapes {a.shape} and {b.shape} has no derivative rule: it needs "
            "vectors of length 3"
        )
    ahead, behind = [1, 2, 0], [2, 0, 1]
    result = a[..., ahead] * b[..., behind] - a[..., behind] * b[..., ahead]
    return np.moveaxis(result, -1, axisc)


@implements(np.vecdot, np.linalg.vecdot)
def vecdot(x1: Any, x2: Any) -> Array:
    return sum_(as_array(x1) * as_array(x2), -1)


if hasattr(np, "matvec"):  # since NumPy 2.2

    @implements(np.matvec)
    def matvec(x1: Any, x2: Any) -> Array:
        return matmul(x1, as_array(x2)[..., np.newaxis])[..., 0]

    @implements(np.vecmat)
    def vecmat(x1: Any, x2: Any) -> Array:
        return matmul(as_array(x1)[..., np.newaxis, :], x2)[..., 0, :]


def _outer_method(ufunc: np.ufunc) -> None:
    @implements_method(ufunc.__name__, "outer")
    def outer_of(a: Any, b: Any) -> Array:
        a, b = as_array(a), as_array(b)
        return ufunc(reshape(a, a.shape + (1,) * b.ndim), b)


for _rule in ARRAY_RULES.values():
    if _rule.ufunc and len(_rule.inputs) == 2:
        _outer_method(getattr(np, _rule.ufunc))
