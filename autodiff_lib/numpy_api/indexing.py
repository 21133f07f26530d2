"""Elements picked, moved and spread: indexing, sorting, flipping, padding, diagonals.

What merely moves elements is found by letting NumPy move their places instead.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.array_rules import TAKE
from autodiff_lib.broadcasting import Array
from autodiff_lib.errors import NotDifferentiableError
from autodiff_lib.keys import Key
from autodiff_lib.numpy_api.choices import where
from autodiff_lib.numpy_api.joining import concatenate
from autodiff_lib.numpy_api.registry import as_array, implements
from autodiff_lib.numpy_api.shapes import reshape
from autodiff_lib.primitives import bind
from autodiff_lib.tracing import value_of


@implements("getitem")
def getitem(a: Array, key: Any) -> Array:
    return bind(TAKE, a, key=Key(_plain_key(key), a.shape))


def _plain_key(key: Any) -> Any:
    """Return a key, of which no part may be traced: an index has no derivative."""
    if isinstance(key, tuple):
        return tuple(map(_plain_key, key))
    return key.__index__() if isinstance(key, TracedArray) else key


def rearranged(a: Array, function: Callable) -> Array:
    """Return `a` with its elements where `function` puts those of an array of that shape."""
    a = as_array(a)
    places = function(np.arange(a.size).reshape(a.shape))
    return getitem(reshape(a, -1), places)


def spread(a: Array, function: Callable) -> Array:
    """Return an array with the elements of `a` where `function` puts them, and zeros elsewhere.

    `function` gets the numbers 1, 2, … in the shape of `a` and fills up with 0.
    """
    a = as_array(a)
    places = function(np.arange(1, a.size + 1).reshape(a.shape))
    return getitem(concatenate([np.zeros(1, a.dtype), reshape(a, -1)]), places)


def _moving(function: Callable) -> None:
    """Register a function of which all further arguments say where the elements go."""

    @implements(function)
    def moved(a: Array, *args: Any, **kwargs: Any) -> Array:
        _expect_plain([*args, *kwargs.values()], function)
        return rearranged(a, lambda places: function(places, *args, **kwargs))


def _expect_plain(arguments: list, function: Callable) -> None:
    if any(isinstance(argument, TracedArray) for argument in arguments):
        raise NotDifferentiableError(
            f"np.{function.__name__} has a derivative in its first argument only: "
            "pass the values of the others, x.primal"
        )


for _function in (
    *(np.take, np.take_along_axis, np.repeat, np.tile, np.roll, np.resize, np.delete),
    *(np.flip, np.fliplr, np.flipud, np.rot90, np.diagonal),
):
    _moving(_function)


@implements(np.compress)
def compress(condition: Any, a: Array, axis: int | None = None) -> Array:
    return rearranged(a, lambda places: np.compress(value_of(condition), places, axis))


@implements(np.extract)
def extract(condition: Any, arr: Array) -> Array:
    return rearranged(arr, lambda places: np.extract(value_of(condition), places))


@implements(np.sort)
def sort(a: Array, axis: int | None = -1, kind: str | None = None) -> Array:
    order = np.argsort(value_of(as_array(a)), axis, kind)
    return rearranged(a, lambda places: np.take_along_axis(places, order, axis))


@implements(np.partition)
def partition(a: Array, kth: Any, axis: int | None = -1) -> Array:
    order = np.argpartition(value_of(as_array(a)), kth, axis)
    return rearranged(a, lambda places: np.take_along_axis(places, order, axis))


@implements(np.diag)
def diag(v: Array, k: int = 0) -> Array:
    return (rearranged if v.ndim == 2 else spread)(v, lambda places: np.diag(places, k))


@implements(np.diagflat)
def diagflat(v: Array, k: int = 0) -> Array:
    return spread(v, lambda places: np.diagflat(places, k))


@implements(np.tril)
def tril(m: Array, k: int = 0) -> Array:
    return where(np.tri(*m.shape[-2:], k=k, dtype=bool), m, 0)


@implements(np.triu)
def triu(m: Array, k: int = 0) -> Array:
    return where(np.tri(*m.shape[-2:], k=k - 1, dtype=bool), 0, m)


@implements(np.pad)
def pad(array: Array, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Array:
    _expect_plain([constant_values], np.pad)
    if mode == "constant":
        inside = spread(array, lambda places: np.pad(places, pad_width))
        outside = np.pad(np.zeros(array.shape, bool), pad_width, constant_values=True)
        filler = np.pad(np.zeros(array.shape), pad_width, constant_values=constant_values)
        return where(outside, filler.astype(array.dtype), inside)
    if mode in {"edge", "reflect", "symmetric", "wrap"}:
        return rearranged(array, lambda places: np.pad(places, pad_width, mode))
    raise NotDifferentiableError(
        f"np.pad with mode={mode!r} has no derivative rule: "
        "use 'constant', 'edge', 'reflect', 'symmetric' or 'wrap'"
    )


@implements(np.meshgrid)
def meshgrid(*xi: Any, indexing: str = "xy", sparse: bool = False) -> list[Array]:
    arrays = [as_array(x) for x in xi]
    places = [np.arange(array.size) for array in arrays]
    grids = np.meshgrid(*places, indexing=indexing, sparse=sparse)
    return [getitem(reshape(x, -1), grid) for x, grid in zip(arrays, grids, strict=True)]


def _splitting(function: Callable) -> None:
    @implements(function)
    def parts(ary: Array, *args: Any, **kwargs: Any) -> Any:
        pieces = function(np.arange(ary.size).reshape(ary.shape), *args, **kwargs)
        flat = reshape(ary, -1)
        return type(pieces)(getitem(flat, piece) for piece in pieces)


for _function in (np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit):
    _splitting(_function)
if hasattr(np, "unstack"):  # since NumPy 2.1
    _splitting(np.unstack)
