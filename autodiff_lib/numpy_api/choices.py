"""Choices between arrays, element by element. What is not chosen contributes nothing."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.array_rules import WHERE
from autodiff_lib.broadcasting import Array
from autodiff_lib.numpy_api.registry import as_array, implements
from autodiff_lib.numpy_api.shapes import broadcast_to
from autodiff_lib.primitives import bind
from autodiff_lib.tracing import value_of


@implements(np.where)
def where(condition: Any, *choices: Any) -> Any:
    if not choices:
        return np.nonzero(value_of(condition))
    condition = np.array(value_of(condition), bool)  # a copy, for a sweep reads it
    kind = np.result_type(*map(_deciding, choices))
    arrays = [x if isinstance(x, TracedArray) else _typed(x, kind) for x in choices]
    shape = np.broadcast_shapes(condition.shape, *(array.shape for array in arrays))
    arrays = [a if a.shape == shape else broadcast_to(a, shape) for a in arrays]
    return bind(WHERE, *arrays, condition=np.broadcast_to(condition, shape))


def _typed(x: Any, kind: np.dtype) -> Array:
    array = as_array(x)
    return array if isinstance(array, TracedArray) else array.astype(kind)


def _deciding(x: Any) -> Any:
    """Return what decides the type of a result: a Python number gives way to an array's type."""
    return x if isinstance(x, int | float) else as_array(x).dtype


@implements(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Array:
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = where(condition, choice, result)
    return result


@implements(np.clip)
def clip(
    a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None
) -> Array:
    low = a_min if a_min is not None else min
    high = a_max if a_max is not None else max
    a = a if low is None else np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


@implements(np.nan_to_num)
def nan_to_num(x: Array, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Array:
    value = value_of(x)
    constant = np.nan_to_num(value, nan=nan, posinf=posinf, neginf=neginf)
    return where(np.isfinite(value), x, constant)
