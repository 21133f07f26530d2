"""How a function is registered as NumPy's on traced arrays, and what such functions share."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autodiff_lib.array_protocol import FUNCTIONS, OPTIONS, UFUNC_METHODS, TracedArray
from autodiff_lib.array_rules import CONCATENATE, RESHAPE
from autodiff_lib.broadcasting import Array
from autodiff_lib.primitives import bind

Axis = int | tuple[int, ...] | None


def implements(*functions: Any) -> Callable:
    """Register a function as NumPy's `functions` on traced arrays.

    It takes NumPy's arguments. Those that have no derivative rule are missing from its
    signature, so that passing one is refused.
    """

    def register(ours: Callable) -> Callable:
        for function in functions:
            FUNCTIONS[function] = ours
        _note_options(ours)
        return ours

    return register


def implements_method(ufunc: str, method: str) -> Callable:
    """Register a function as a method of a ufunc: ("add", "reduce") is np.add.reduce."""

    def register(ours: Callable) -> Callable:
        UFUNC_METHODS[ufunc, method] = ours
        _note_options(ours)
        return ours

    return register


def _note_options(ours: Callable) -> None:
    parameters = inspect.signature(ours).parameters
    if all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters.values()):
        OPTIONS[ours] = frozenset(parameters)


def as_array(x: Any) -> Array:
    """Return `x` as an array; a list with traced arrays in it is stacked."""
    if isinstance(x, TracedArray | np.ndarray):
        return x
    if isinstance(x, list | tuple) and _has_traced(x):
        parts = [as_array(part) for part in x]
        rows = [bind(RESHAPE, p, shape=(1, *p.shape), ndim=p.ndim) for p in parts]
        return bind(CONCATENATE, *rows, axis=-rows[0].ndim)
    return np.asarray(x)


def _has_traced(x: Any) -> bool:
    if isinstance(x, list | tuple):
        return any(map(_has_traced, x))
    return isinstance(x, TracedArray)


def from_end(axis: Axis, ndim: int) -> tuple[int, ...]:
    """Return the axes named by `axis`, None meaning all, counted from the end."""
    if axis is None:
        return tuple(range(-ndim, 0))
    axes = np.lib.array_utils.normalize_axis_tuple(axis, ndim)
    return tuple(place - ndim for place in axes)
