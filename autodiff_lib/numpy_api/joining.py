"""Several arrays made into one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autodiff_lib.array_rules import CONCATENATE
from autodiff_lib.broadcasting import Array
from autodiff_lib.numpy_api.registry import as_array, from_end, implements
from autodiff_lib.numpy_api.shapes import reshape
from autodiff_lib.primitives import bind


@implements(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Array:
    parts = [as_array(array) for array in arrays]
    if axis is None:
        parts, axis = [reshape(part, -1) for part in parts], 0
    (place,) = from_end(axis, parts[0].ndim)
    return bind(CONCATENATE, *parts, axis=place)


@implements(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Array:
    return concatenate([np.expand_dims(as_array(array), axis) for array in arrays], axis)


@implements(np.hstack)
def hstack(tup: Sequence[Any]) -> Array:
    parts = [np.atleast_1d(as_array(array)) for array in tup]
    return concatenate(parts, 0 if parts[0].ndim == 1 else 1)


@implements(np.vstack)
def vstack(tup: Sequence[Any]) -> Array:
    return concatenate([np.atleast_2d(as_array(array)) for array in tup], 0)


@implements(np.dstack)
def dstack(tup: Sequence[Any]) -> Array:
    return concatenate([np.atleast_3d(as_array(array)) for array in tup], 2)


@implements(np.column_stack)
def column_stack(tup: Sequence[Any]) -> Array:
    parts = [as_array(array) for array in tup]
    return concatenate([reshape(p, (-1, 1)) if p.ndim < 2 else p for p in parts], 1)


@implements(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Array:
    return concatenate([arr, values], axis)
