"""Shapes of tangents and cotangents: batches in front, broadcasting, and its transpose.

A batch has axes in front of the value's own, one entry a direction. Broadcasting, which puts
axes in front as well, must not take them for its own.
"""

import math
from typing import Any

import numpy as np

Array = Any  # an ndarray, a number, or a traced array of an enclosing level
Shape = tuple[int, ...]

SMALL = 1024
"""Up to so many numbers copies cost less than NumPy's calls."""


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


def unbroadcast(cotangent: Array, shape: Shape, ndim: int) -> Array:
    """Return the transpose of broadcasting `shape` to `ndim` axes, applied to `cotangent`.

    Broadcasting copies; its transpose adds the copies up.
    """
    own = cotangent.shape
    front = len(own) - ndim
    if own == shape or own[front:] == shape:
        return cotangent
    first = cotangent.ndim - len(shape)
    axes = tuple(range(front, first)) + tuple(
        first + place
        for place, size in enumerate(shape)
        if size == 1 and cotangent.shape[first + place] != 1
    )
    return np.add.reduce(cotangent, axes).reshape(cotangent.shape[:front] + shape)


def in_type_of(y: Array, tangent: Array) -> Array:
    """Return `tangent` in the type of the result that it belongs to."""
    return tangent if tangent.dtype == y.dtype else tangent.astype(y.dtype)


def broadcast(array: Array, shape: Shape) -> Array:
    """Return `array` broadcast to `shape`, to be read only.

    A small one is written out, which takes NumPy less time than to make a view.
    """
    if array.shape == shape:
        return array
    if type(array) is np.ndarray and math.prod(shape) <= SMALL:
        result = np.empty(shape, array.dtype)
        result[...] = array
        return result
    return np.broadcast_to(array, shape)
