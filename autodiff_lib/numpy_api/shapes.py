"""The same numbers in another shape: reshaping, axes, broadcasting, types."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.array_rules import BROADCAST, CAST, RESHAPE, TRANSPOSE
from autodiff_lib.broadcasting import Array
from autodiff_lib.errors import NotDifferentiableError
from autodiff_lib.numpy_api.registry import Axis, as_array, implements
from autodiff_lib.primitives import bind


@implements(np.reshape)
def reshape(a: Array, shape: Any, order: str = "C", copy: bool | None = None) -> Array:
    a = as_array(a)
    if order == "F":
        turned = shape if isinstance(shape, int) else tuple(shape)[::-1]
        return transpose(reshape(transpose(a), turned))
    if order != "C":
        raise NotDifferentiableError(
            f"np.reshape with order={order!r} has no derivative rule: use order='C' or 'F'"
        )
    target = (shape,) if isinstance(shape, int) else tuple(shape)
    if any(size < 0 for size in target) or math.prod(target) != a.size:
        target = np.broadcast_to(False, a.shape).reshape(target).shape
    return bind(RESHAPE, a, shape=target, ndim=a.ndim)


@implements(np.ravel)
def ravel(a: Array, order: str = "C") -> Array:
    return reshape(a, -1, "C" if order == "K" else order)


def _reshaped(function: Callable) -> None:
    @implements(function)
    def reshaping(a: Array, *args: Any, **kwargs: Any) -> Array:
        probe = np.broadcast_to(False, np.shape(a))
        return reshape(a, function(probe, *args, **kwargs).shape)


for _function in (np.expand_dims, np.atleast_1d, np.atleast_2d, np.atleast_3d):
    _reshaped(_function)


@implements(np.squeeze)
def squeeze(a: Array, axis: Axis = None) -> Array:
    return reshape(a, np.squeeze(np.broadcast_to(False, a.shape), axis).shape)


@implements(np.transpose, np.permute_dims)
def transpose(a: Array, axes: Sequence[int] | None = None) -> Array:
    a = as_array(a)
    order = range(a.ndim)[::-1] if axes is None else axes
    axes = np.lib.array_utils.normalize_axis_tuple(order, a.ndim, "axes")
    if len(axes) != a.ndim:
        raise ValueError(f"axes {tuple(order)} do not name all {a.ndim} axes of the array")
    return bind(TRANSPOSE, a, axes=axes)


@implements(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Array) -> Array:
    return swapaxes(x, -1, -2)


def _permuting(function: Callable) -> Callable:
    @implements(function)
    def permuted(a: Array, *args: Any, **kwargs: Any) -> Array:
        """Ask NumPy where the axes go, by their sizes in an array without numbers."""
        a = as_array(a)
        probe = np.broadcast_to(False, range(1, a.ndim + 1))
        return transpose(a, [size - 1 for size in function(probe, *args, **kwargs).shape])

    return permuted


swapaxes = _permuting(np.swapaxes)
moveaxis = _permuting(np.moveaxis)
rollaxis = _permuting(np.rollaxis)


@implements(np.broadcast_to)
def broadcast_to(array: Array, shape: Any) -> Array:
    shape = np.broadcast_to(np.broadcast_to(False, array.shape), shape).shape
    return bind(BROADCAST, array, shape=shape, ndim=array.ndim)


@implements(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> tuple[Array, ...]:
    arrays = [as_array(array) for array in args]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    return tuple(broadcast_to(array, shape) for array in arrays)


@implements(np.astype)
def astype(x: Array, dtype: Any, copy: bool = True) -> Array:
    kind = np.dtype(dtype)
    if kind.kind != "f":
        raise NotDifferentiableError(
            f"a conversion to {kind} would lose the derivative of this {type(x).__name__}: "
            f"use x.primal.astype({kind}) if it may be dropped"
        )
    return x if x.dtype == kind else bind(CAST, x, dtype=kind, source=x.dtype)


@implements(np.copy, np.positive, np.real, np.real_if_close, np.conjugate)
def identity(a: TracedArray, *args: Any, **kwargs: Any) -> TracedArray:
    """Real numbers are their own conjugates, and traced arrays are never overwritten."""
    return a
