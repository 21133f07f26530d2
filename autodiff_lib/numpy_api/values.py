"""NumPy's functions that have no derivative to lose: they work on values, and return plain ones.

Truth values, indices, shapes and types have none; nor has what is constant between jumps,
such as np.floor: its derivative is 0 wherever there is one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autodiff_lib.array_protocol import FUNCTIONS
from autodiff_lib.broadcasting import Array
from autodiff_lib.numpy_api.registry import implements
from autodiff_lib.numpy_api.shapes import broadcast_to
from autodiff_lib.tracing import value_of

# fmt: off
OF_THE_VALUE = (
    # truth values
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.isfinite, np.isinf, np.isnan, np.isneginf, np.isposinf, np.signbit, np.iscomplex, np.isreal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor,
    np.any, np.all, np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isin,
    np.iscomplexobj, np.isrealobj, np.may_share_memory, np.shares_memory,
    # constant between jumps
    np.floor, np.ceil, np.rint, np.trunc, np.floor_divide, np.round, np.around, np.fix,
    # places and numbers of elements
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort,
    np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero, np.searchsorted, np.digitize,
    np.linalg.matrix_rank,
    # shapes, types, text
    np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type, np.common_type,
    np.array_repr, np.array_str, np.array2string,
    # arrays of constants
    np.zeros_like, np.ones_like, np.empty_like,
)
# fmt: on


def _plain(argument: Any) -> Any:
    """Return an argument with the values of all that is traced in it."""
    if isinstance(argument, list | tuple):
        return type(argument)(map(_plain, argument))
    return value_of(argument)


def _on_values(function: Callable) -> Callable:
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(_plain, args), **{name: _plain(arg) for name, arg in kwargs.items()})

    return call


for _function in OF_THE_VALUE:
    FUNCTIONS[_function] = _on_values(_function)


@implements(np.full_like)
def full_like(a: Array, fill_value: Any) -> Array:
    if fill_value is value_of(fill_value):
        return np.full_like(value_of(a), fill_value)
    return broadcast_to(fill_value, a.shape).astype(a.dtype)


@implements(np.divmod)
def divmod_(x1: Array, x2: Array) -> tuple[Any, Array]:
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


@implements(np.modf)
def modf(x: Array) -> tuple[Array, Any]:
    whole = np.trunc(x)
    return x - whole, whole
