"""Sums, means, products and extremes, over axes or running along one."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autodiff_lib.array_rules import CUMSUM, MAX, MIN, SUM
from autodiff_lib.broadcasting import Array
from autodiff_lib.numpy_api.choices import where
from autodiff_lib.numpy_api.joining import concatenate
from autodiff_lib.numpy_api.registry import Axis, as_array, from_end, implements, implements_method
from autodiff_lib.numpy_api.shapes import astype, moveaxis, reshape, squeeze, transpose
from autodiff_lib.primitives import bind
from autodiff_lib.tracing import value_of


@implements(np.sum)
def sum_(a: Array, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Array:
    a = as_array(a)
    a = a if dtype is None else astype(a, dtype)
    return bind(SUM, a, axes=from_end(axis, a.ndim), keepdims=bool(keepdims))


@implements(np.mean)
def mean(a: Array, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Array:
    a = as_array(a)
    total = sum_(a, axis, dtype, keepdims)
    return total / total.dtype.type(_count(a, axis))


def _count(a: Array, axis: Axis) -> int:
    """Return how many elements a reduction over `axis` takes together."""
    return math.prod(a.shape[place] for place in from_end(axis, a.ndim))


@implements(np.average)
def average(a: Array, axis: Axis = None, weights: Any = None, keepdims: bool = False) -> Array:
    if weights is None:
        return mean(a, axis, keepdims=keepdims)
    a, weights = as_array(a), as_array(weights)
    if weights.shape != a.shape and weights.ndim == 1 and isinstance(axis, int):
        weights = reshape(weights, (-1,) + (1,) * (a.ndim - 1 - axis % a.ndim))
    total = sum_(weights + 0 * value_of(a), axis, keepdims=keepdims)
    return sum_(a * weights, axis, keepdims=keepdims) / total


@implements(np.var)
def var(a: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    a = as_array(a)
    centred = a - mean(a, axis, keepdims=True)
    total = sum_(centred * centred, axis, keepdims=keepdims)
    return total / a.dtype.type(max(_count(a, axis) - ddof, 0))


@implements(np.std)
def std(a: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    return np.sqrt(var(a, axis, ddof, keepdims))


@implements(np.cumsum)
def cumsum(a: Array, axis: int | None = None) -> Array:
    a = as_array(a)
    a, axis = (reshape(a, -1), -1) if axis is None else (a, axis)
    return bind(CUMSUM, a, axis=from_end(axis, a.ndim)[0])


@implements(np.prod)
def prod(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Multiply pairs, then pairs of pairs: right for zeros too, where dividing is not."""
    a = as_array(a)
    axes = [place % a.ndim for place in from_end(axis, a.ndim)]
    kept = [place for place in range(a.ndim) if place not in axes]
    shape = [a.shape[place] for place in kept]
    rows = reshape(transpose(a, (*kept, *axes)), [*shape, _count(a, axis)])
    if rows.shape[-1] == 0:
        rows = np.ones([*shape, 1], a.dtype)
    while rows.shape[-1] > 1:
        half = rows.shape[-1] // 2
        pairs = rows[..., :half] * rows[..., half : 2 * half]
        rows = concatenate([pairs, rows[..., 2 * half :]], -1)
    if keepdims:
        shape = [1 if place in axes else size for place, size in enumerate(a.shape)]
    return reshape(rows, shape)


@implements(np.cumprod)
def cumprod(a: Array, axis: int | None = None) -> Array:
    """Double the reach of each product until it spans the axis (Hillis and Steele, 1986)."""
    a = as_array(a)
    rows = reshape(a, -1) if axis is None else moveaxis(a, axis, -1)
    reach = 1
    while reach < rows.shape[-1]:
        rows = concatenate([rows[..., :reach], rows[..., reach:] * rows[..., :-reach]], -1)
        reach *= 2
    return rows if axis is None else moveaxis(rows, -1, axis)


if hasattr(np, "cumulative_sum"):  # since NumPy 2.1

    @implements(np.cumulative_sum)
    def cumulative_sum(x: Array, *, axis: int | None = None) -> Array:
        return cumsum(x, axis)

    @implements(np.cumulative_prod)
    def cumulative_prod(x: Array, *, axis: int | None = None) -> Array:
        return cumprod(x, axis)


@implements(np.diff)
def diff(a: Array, n: int = 1, axis: int = -1) -> Array:
    rows = moveaxis(a, axis, -1)
    for _ in range(n):
        rows = rows[..., 1:] - rows[..., :-1]
    return moveaxis(rows, -1, axis)


def _extreme(primitive: Any, *functions: Callable) -> Callable:
    @implements(*functions)
    def extreme(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        a = as_array(a)
        axes = from_end(axis, a.ndim)
        result = bind(primitive, a, axes=axes)
        return result if keepdims else squeeze(result, axes)

    return extreme


max_ = _extreme(MAX, np.max, np.amax)
min_ = _extreme(MIN, np.min, np.amin)


@implements(np.ptp)
def ptp(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return max_(a, axis, keepdims) - min_(a, axis, keepdims)


@implements(np.nansum)
def nansum(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return sum_(where(np.isnan(a), 0, a), axis, keepdims=keepdims)


@implements(np.nanmean)
def nanmean(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    count = np.sum(~np.isnan(a), axis, keepdims=keepdims)
    return nansum(a, axis, keepdims) / count.astype(a.dtype)


@implements(np.nanprod)
def nanprod(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return prod(where(np.isnan(a), 1, a), axis, keepdims)


def logsumexp(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return log Σ exp(a) over some axes, without overflow.

    >>> float(logsumexp(np.array([1000.0, 1000.0])))
    1000.6931471805599
    """
    a = as_array(a)
    value = value_of(a)
    top = np.max(value, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0).astype(value.dtype)
    total = np.log(np.sum(np.exp(a - top), axis=axis, keepdims=True)) + top
    return total if keepdims else squeeze(total, from_end(axis, a.ndim))


for _ufunc, _function in {
    "add": sum_,
    "multiply": prod,
    "maximum": max_,
    "minimum": min_,
    "logaddexp": logsumexp,
}.items():

    @implements_method(_ufunc, "reduce")
    def _reduce(
        array: Array, axis: Axis = 0, keepdims: bool = False, *, _function: Callable = _function
    ) -> Array:
        return _function(array, axis, keepdims=keepdims)


@implements_method("add", "accumulate")
def _running_sum(array: Array, axis: int = 0) -> Array:
    return cumsum(array, axis)


@implements_method("multiply", "accumulate")
def _running_product(array: Array, axis: int = 0) -> Array:
    return cumprod(array, axis)
