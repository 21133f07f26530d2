"""np.linalg on traced arrays, for stacks of matrices in the last two axes.

Source: for the determinant of a singular matrix, D. K. Faddeev and V. N. Faddeeva, Computational
Methods of Linear Algebra, 1963, section 47; for that by blocks, F. Zhang, The Schur Complement
and Its Applications, 2005.
"""

import math
from functools import reduce
from typing import Any

import numpy as np

from autodiff_lib.broadcasting import Array
from autodiff_lib.errors import NotDifferentiableError
from autodiff_lib.matrix_rules import CHOLESKY, DET, LOGDET, SOLVE
from autodiff_lib.numpy_api.products import matmul, with_axes
from autodiff_lib.numpy_api.reductions import max_, min_, sum_
from autodiff_lib.numpy_api.registry import Axis, as_array, implements
from autodiff_lib.numpy_api.shapes import reshape
from autodiff_lib.primitives import bind
from autodiff_lib.tracing import value_of


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Array:
    a, b = as_array(a), as_array(b)
    columns = reshape(b, (b.size, 1)) if b.ndim == 1 else b
    ndim = max(a.ndim, columns.ndim)
    y = bind(SOLVE, with_axes(a, ndim), with_axes(columns, ndim))
    return reshape(y, y.shape[:-1]) if b.ndim == 1 else y


@implements(np.linalg.inv)
def inv(a: Array) -> Array:
    return bind(SOLVE, a, np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape))


@implements(np.linalg.det)
def det(a: Array) -> Array:
    """Return the determinant, of which the derivative is the cofactors: singular matrices too."""
    value = value_of(a)
    if not value.size or not _nearly_singular(value).any():
        return bind(DET, a)
    matrices = reshape(a, (-1, *a.shape[-2:]))
    results = [
        _det_by_blocks(matrix) if _nearly_singular(value_of(matrix)) else bind(DET, matrix)
        for matrix in matrices
    ]
    return reshape(np.stack(results), a.shape[:-2])


def _nearly_singular(value: np.ndarray) -> Any:
    """Return which matrices have an inverse of too few digits, or none."""
    return np.linalg.cond(value, 1) > np.finfo(value.dtype).eps ** -0.25


def _det_by_blocks(a: Array) -> Array:
    """Return det a = ± det p · det(s − r·p⁻¹·q), with p the part of a that is well conditioned.

    In the bases of the singular vectors of its value, a has the blocks p, q, r and s. So no
    matrix is inverted that has no inverse, and the formula holds around the value as well.
    """
    value = value_of(a)
    left, sizes, right = np.linalg.svd(value)
    rank = np.count_nonzero(sizes > sizes[0] * np.finfo(value.dtype).eps ** 0.25)
    turned = left.T @ a @ right.T
    p, q, r, s = (turned[i, j] for i in _halves(rank) for j in _halves(rank))
    sign = np.sign(np.linalg.det(left) * np.linalg.det(right))
    result = sign * bind(DET, p) * _det_by_powers(s - r @ solve(p, q))
    return result + (np.linalg.det(value) - value_of(result))


def _halves(rank: int) -> tuple[slice, slice]:
    return slice(rank), slice(rank, None)


def _det_by_powers(a: Array) -> Array:
    """Return the determinant by the recursion of Faddeev and LeVerrier, which inverts nothing."""
    product, result = a, trace(a)
    for step in range(2, len(a) + 1):
        unit = np.eye(len(a), dtype=a.dtype)
        product = a @ (result * unit - product)
        result = trace(product) / step
    return result


@implements(np.linalg.slogdet)
def slogdet(a: Array) -> tuple[Array, Array]:
    plain = np.linalg.slogdet(value_of(a))
    return type(plain)(plain.sign, bind(LOGDET, a))


@implements(np.linalg.cholesky)
def cholesky(a: Array, *, upper: bool = False) -> Array:
    if upper:
        return np.matrix_transpose(bind(CHOLESKY, np.matrix_transpose(a)))
    return bind(CHOLESKY, a)


@implements(np.linalg.norm)
def norm(x: Array, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the norm. At 0, where it has a kink, its derivative is 0."""
    x = as_array(x)
    axes = x.ndim if axis is None else 1 if isinstance(axis, int) else len(axis)
    if ord is None or (ord == "fro" and axes == 2) or (ord == 2 and axes == 1):
        return np.sqrt(sum_(x * x, axis, keepdims=keepdims))
    if axes == 1 and ord == 1:
        return sum_(np.abs(x), axis, keepdims=keepdims)
    if axes == 1 and ord in (math.inf, -math.inf):
        return (max_ if ord > 0 else min_)(np.abs(x), axis, keepdims)
    if axes == 1 and isinstance(ord, int | float) and ord > 0:
        return sum_(np.abs(x) ** ord, axis, keepdims=keepdims) ** (1 / ord)
    raise NotDifferentiableError(
        f"the norm with ord={ord!r} over {axes} axes has no derivative rule: use one of a "
        "vector with ord > 0, or the Frobenius norm of a matrix"
    )


@implements(np.linalg.vector_norm)
def vector_norm(x: Array, *, axis: Axis = None, keepdims: bool = False, ord: Any = 2) -> Array:
    if axis is None and not keepdims:
        return norm(reshape(x, -1), ord, 0)
    return norm(x, None if ord == 2 else ord, axis, keepdims)


@implements(np.linalg.matrix_norm)
def matrix_norm(x: Array, *, keepdims: bool = False, ord: Any = "fro") -> Array:
    return norm(x, ord, (-2, -1), keepdims)


@implements(np.trace)
def trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    return sum_(np.diagonal(a, offset, axis1, axis2), -1)


@implements(np.linalg.trace)
def matrix_trace(x: Array, *, offset: int = 0) -> Array:
    return trace(x, offset, -2, -1)


@implements(np.linalg.diagonal)
def matrix_diagonal(x: Array, *, offset: int = 0) -> Array:
    return np.diagonal(x, offset, -2, -1)


@implements(np.linalg.matrix_power)
def matrix_power(a: Array, n: int) -> Array:
    base, power = (inv(a), -n) if n < 0 else (a, n)
    result = np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)
    for digit in bin(power)[2:]:
        result = matmul(result, result)
        result = matmul(result, base) if digit == "1" else result
    return result


@implements(np.linalg.multi_dot)
def multi_dot(arrays: Any) -> Array:
    return reduce(matmul, arrays)
