"""NumPy's functions on traced arrays, each written with the primitives of `array_rules.py`.

A function is registered under NumPy's own, and takes NumPy's arguments. Those that cannot be
differentiated with are missing from the signature, so that passing one is an error.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autodiff_lib.array_protocol import FUNCTIONS, REDUCTIONS, TracedArray
from autodiff_lib.array_rules import (
    BROADCAST,
    CHOLESKY,
    CONCATENATE,
    CUMSUM,
    DET,
    EINSUM,
    LOGDET,
    MATMUL,
    MAX,
    MIN,
    RESHAPE,
    SOLVE,
    SUM,
    TAKE,
    TRANSPOSE,
    WHERE,
)
from autodiff_lib.errors import InputError
from autodiff_lib.keys import Key
from autodiff_lib.primitives import Array, bind
from autodiff_lib.tracing import value_of

Axis = int | tuple[int, ...] | None


def implements(*functions: Callable) -> Callable:
    """Register a function as NumPy's `functions` on traced arrays."""

    def register(ours: Callable) -> Callable:
        for function in functions:
            FUNCTIONS[function] = ours
        return ours

    return register


def _traced(x: Any) -> Array:
    """Return `x` as an array: a list of traced numbers is stacked."""
    if isinstance(x, TracedArray):
        return x
    if isinstance(x, list | tuple) and any(
        isinstance(part, TracedArray | list | tuple) for part in x
    ):
        return stack([_traced(part) for part in x])
    return np.asarray(x)


def _from_end(axis: Axis, ndim: int) -> tuple[int, ...]:
    """Return the axes named by `axis`, None meaning all, counted from the end."""
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(
        place - ndim for place in np.lib.array_utils.normalize_axis_tuple(tuple(axes), ndim)
    )


# --- the value only: truth values, indices, shapes, and new arrays ------------------------------

for _function in (
    np.shape, np.ndim, np.size, np.argmax, np.argmin, np.argsort, np.nonzero, np.flatnonzero,
    np.argwhere, np.count_nonzero, np.any, np.all, np.isclose, np.allclose, np.array_equal,
    np.searchsorted, np.zeros_like, np.ones_like, np.full_like, np.empty_like, np.iscomplexobj,
    np.isrealobj, np.result_type, np.may_share_memory, np.shares_memory, np.digitize,
):  # fmt: skip
    FUNCTIONS[_function] = lambda *args, _function=_function, **kwargs: _function(
        *map(_value, args), **{name: _value(arg) for name, arg in kwargs.items()}
    )


def _value(arg: Any) -> Any:
    return type(arg)(map(_value, arg)) if isinstance(arg, list | tuple) else value_of(arg)


# --- shapes -------------------------------------------------------------------------------------


@implements(np.reshape)
def reshape(a: Array, shape: Any, order: str = "C") -> Array:
    a = _traced(a)
    if order != "C":
        raise InputError(f"reshape with order={order!r} is not differentiated; use order='C'")
    target = np.broadcast_to(False, a.shape).reshape(shape).shape
    return bind(RESHAPE, a, shape=target, ndim=a.ndim)


@implements(np.ravel)
def ravel(a: Array, order: str = "C") -> Array:
    return reshape(a, -1, order)


@implements(np.squeeze)
def squeeze(a: Array, axis: Axis = None) -> Array:
    return reshape(a, np.squeeze(np.broadcast_to(False, a.shape), axis).shape)


@implements(np.expand_dims)
def expand_dims(a: Array, axis: Axis) -> Array:
    return reshape(a, np.expand_dims(np.broadcast_to(False, a.shape), axis).shape)


@implements(np.atleast_1d)
def atleast_1d(a: Array) -> Array:
    return reshape(a, np.atleast_1d(np.broadcast_to(False, a.shape)).shape)


@implements(np.atleast_2d)
def atleast_2d(a: Array) -> Array:
    return reshape(a, np.atleast_2d(np.broadcast_to(False, a.shape)).shape)


@implements(np.transpose, np.permute_dims)
def transpose(a: Array, axes: Sequence[int] | None = None) -> Array:
    order = tuple(range(a.ndim))[::-1] if axes is None else tuple(axes)
    return bind(TRANSPOSE, a, axes=tuple(axis % a.ndim for axis in order))


@implements(np.matrix_transpose)
def matrix_transpose(a: Array) -> Array:
    return swapaxes(a, -1, -2)


@implements(np.swapaxes)
def swapaxes(a: Array, axis1: int, axis2: int) -> Array:
    return _permuted(a, np.swapaxes, axis1, axis2)


@implements(np.moveaxis)
def moveaxis(a: Array, source: Any, destination: Any) -> Array:
    return _permuted(a, np.moveaxis, source, destination)


@implements(np.rollaxis)
def rollaxis(a: Array, axis: int, start: int = 0) -> Array:
    return _permuted(a, np.rollaxis, axis, start)


def _permuted(a: Array, function: Callable, *args: Any) -> Array:
    """Return `a` with its axes as NumPy's `function` orders them."""
    probe = function(np.empty(tuple(range(1, a.ndim + 1)), np.bool_), *args)
    return transpose(a, [size - 1 for size in probe.shape])


@implements(np.broadcast_to)
def broadcast_to(array: Array, shape: Any) -> Array:
    shape = np.broadcast_to(np.broadcast_to(False, array.shape), shape).shape
    return bind(BROADCAST, array, shape=shape, ndim=array.ndim)


@implements(np.broadcast_arrays)
def broadcast_arrays(*arrays: Any) -> tuple[Array, ...]:
    shape = np.broadcast_shapes(*(np.shape(array) for array in arrays))
    return tuple(broadcast_to(_traced(array), shape) for array in arrays)


# --- indexing -----------------------------------------------------------------------------------


@implements("getitem")
def getitem(a: Array, key: Any) -> Array:
    return bind(TAKE, a, key=Key(_value_key(key), a.shape))


def _value_key(key: Any) -> Any:
    """Return a key in which traced truth values and numbers are refused or read."""
    if isinstance(key, tuple):
        return tuple(map(_value_key, key))
    if isinstance(key, TracedArray):
        return key.__index__()
    return key


@implements(np.take)
def take(a: Array, indices: Any, axis: int | None = None) -> Array:
    return _rearranged(a, lambda places: np.take(places, indices, axis))


@implements(np.take_along_axis)
def take_along_axis(arr: Array, indices: Any, axis: int | None = -1) -> Array:
    return _rearranged(arr, lambda places: np.take_along_axis(places, indices, axis))


def _rearranged(a: Array, function: Callable) -> Array:
    """Return `a` with its elements where `function` puts those of an array of that shape."""
    a = _traced(a)
    places = function(np.arange(a.size).reshape(a.shape))
    return getitem(reshape(a, -1), places)


def _moving(name: str, function: Callable) -> None:
    @implements(function)
    def moved(a: Array, *args: Any, **kwargs: Any) -> Array:
        return _rearranged(a, lambda places: function(places, *args, **kwargs))

    moved.__name__ = name


for _function in (
    np.repeat, np.tile, np.roll, np.flip, np.fliplr, np.flipud, np.rot90, np.diagonal, np.resize,
    np.delete, np.compress, np.extract,
):  # fmt: skip
    _moving(_function.__name__, _function)


@implements(np.sort)
def sort(a: Array, axis: int | None = -1) -> Array:
    a, axis = (reshape(a, -1), -1) if axis is None else (a, axis)
    return take_along_axis(a, np.argsort(value_of(a), axis), axis)


@implements(np.diag)
def diag(v: Array, k: int = 0) -> Array:
    if v.ndim == 2:
        return np.diagonal(v, k)
    return _spread(v, lambda places: np.diag(places, k))


@implements(np.tril)
def tril(m: Array, k: int = 0) -> Array:
    return where(np.tri(*m.shape[-2:], k=k, dtype=bool), m, 0)


@implements(np.triu)
def triu(m: Array, k: int = 0) -> Array:
    return where(np.tri(*m.shape[-2:], k=k - 1, dtype=bool), 0, m)


@implements(np.trace)
def trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    return sum_(np.diagonal(a, offset, axis1, axis2), -1)


@implements(np.pad)
def pad(array: Array, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Array:
    if mode == "constant":
        outside = np.pad(np.zeros(array.shape, bool), pad_width, constant_values=True)
        inside = _spread(array, lambda places: np.pad(places, pad_width))
        filler = np.pad(np.zeros(array.shape), pad_width, constant_values=constant_values)
        return where(outside, filler.astype(array.dtype), inside)
    if mode in {"edge", "reflect", "symmetric", "wrap"}:
        return _rearranged(array, lambda places: np.pad(places, pad_width, mode))
    raise InputError(f"np.pad with mode={mode!r} is not differentiated; use 'constant' or 'edge'")


def _spread(a: Array, function: Callable) -> Array:
    """Return an array with the elements of `a` where `function` puts them, and zeros elsewhere.

    `function` gets the numbers 1, 2, … in the shape of `a` and fills up with 0.
    """
    places = function(np.arange(1, a.size + 1).reshape(a.shape))
    padded = concatenate([np.zeros(1, a.dtype), reshape(a, -1)])
    return getitem(padded, places)


# --- joining and splitting ------------------------------------------------------------------------


@implements(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Array:
    parts = [_traced(array) for array in arrays]
    if axis is None:
        parts, axis = [reshape(part, -1) for part in parts], 0
    (place,) = _from_end(axis, np.ndim(parts[0]))
    return bind(CONCATENATE, *parts, axis=place)


@implements(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Array:
    return concatenate([expand_dims(_traced(array), axis) for array in arrays], axis)


@implements(np.hstack)
def hstack(tup: Sequence[Any]) -> Array:
    parts = [atleast_1d(_traced(array)) for array in tup]
    return concatenate(parts, 0 if parts[0].ndim == 1 else 1)


@implements(np.vstack)
def vstack(tup: Sequence[Any]) -> Array:
    return concatenate([atleast_2d(_traced(array)) for array in tup], 0)


@implements(np.column_stack)
def column_stack(tup: Sequence[Any]) -> Array:
    parts = [_traced(array) for array in tup]
    return concatenate([reshape(p, (-1, 1)) if p.ndim < 2 else p for p in parts], 1)


@implements(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Array:
    return concatenate([arr, values], axis)


def _splitting(function: Callable) -> None:
    @implements(function)
    def split(ary: Array, indices_or_sections: Any, *args: Any, **kwargs: Any) -> list[Array]:
        places = np.arange(ary.size).reshape(ary.shape)
        flat = reshape(ary, -1)
        parts = function(places, indices_or_sections, *args, **kwargs)
        return [getitem(flat, part) for part in parts]


for _function in (np.split, np.array_split, np.hsplit, np.vsplit):
    _splitting(_function)


# --- sums, means, products ------------------------------------------------------------------------


@implements(np.sum)
def sum_(a: Array, axis: Axis = None, dtype: Any = None, keepdims: bool = False) -> Array:
    a = _traced(a)
    total = bind(SUM, a, axes=_from_end(axis, a.ndim), keepdims=bool(keepdims))
    return total if dtype is None else astype(total, dtype)


@implements(np.mean)
def mean(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    a = _traced(a)
    count = math.prod(a.shape[place] for place in _from_end(axis, a.ndim))
    return sum_(a, axis, keepdims=keepdims) / a.dtype.type(count)


@implements(np.average)
def average(a: Array, axis: Axis = None, weights: Any = None) -> Array:
    if weights is None:
        return mean(a, axis)
    return sum_(a * weights, axis) / sum_(broadcast_to(_traced(weights), np.shape(a)), axis)


@implements(np.var)
def var(a: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    count = math.prod(a.shape[place] for place in _from_end(axis, a.ndim))
    centred = a - mean(a, axis, keepdims=True)
    return sum_(centred * centred, axis, keepdims=keepdims) / a.dtype.type(count - ddof)


@implements(np.std)
def std(a: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    return np.sqrt(var(a, axis, ddof, keepdims))


@implements(np.cumsum)
def cumsum(a: Array, axis: int | None = None) -> Array:
    a, axis = (reshape(a, -1), -1) if axis is None else (a, axis)
    return bind(CUMSUM, a, axis=_from_end(axis, a.ndim)[0])


@implements(np.prod)
def prod(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Multiply pairs, then pairs of pairs: right for zeros too, where dividing is not."""
    a = _traced(a)
    axes = tuple(place % a.ndim for place in _from_end(axis, a.ndim))
    kept = [place for place in range(a.ndim) if place not in axes]
    rows = (
        reshape(transpose(a, (*kept, *axes)), [a.shape[place] for place in kept] + [-1])
        if (a.size)
        else np.ones([a.shape[place] for place in kept] + [1], a.dtype)
    )
    while rows.shape[-1] > 1:
        half = rows.shape[-1] // 2
        pairs = rows[..., :half] * rows[..., half : 2 * half]
        rows = concatenate([pairs, rows[..., 2 * half :]], -1)
    result = rows[..., 0]
    return (
        reshape(result, [1 if place in axes else a.shape[place] for place in range(a.ndim)])
        if (keepdims)
        else result
    )


@implements(np.cumprod)
def cumprod(a: Array, axis: int | None = None) -> Array:
    """Double the reach of each product until it spans the axis (Hillis and Steele, 1986)."""
    rows = reshape(a, -1) if axis is None else moveaxis(a, axis, -1)
    reach = 1
    while reach < rows.shape[-1]:
        rows = concatenate([rows[..., :reach], rows[..., reach:] * rows[..., :-reach]], -1)
        reach *= 2
    return rows if axis is None else moveaxis(rows, -1, axis)


@implements(np.diff)
def diff(a: Array, n: int = 1, axis: int = -1) -> Array:
    rows = moveaxis(a, axis, -1)
    for _ in range(n):
        rows = rows[..., 1:] - rows[..., :-1]
    return moveaxis(rows, -1, axis)


# --- choices --------------------------------------------------------------------------------------


@implements(np.where)
def where(condition: Any, x: Any, y: Any) -> Array:
    shape = np.broadcast_shapes(np.shape(condition), np.shape(x), np.shape(y))
    kind = np.result_type(*(_weak(choice) for choice in (x, y)))
    choices = [
        broadcast_to(_traced(np.asarray(choice, kind) if _plain(choice) else choice), shape)
        for choice in (x, y)
    ]
    condition = np.broadcast_to(np.asarray(value_of(condition), bool), shape)
    return bind(WHERE, *choices, condition=condition)


def _plain(x: Any) -> bool:
    return not isinstance(x, TracedArray)


def _weak(x: Any) -> Any:
    """Return what decides the type of a result: a Python number gives way to an array's type."""
    return (
        x
        if isinstance(x, int | float)
        else x.dtype
        if isinstance(x, TracedArray)
        else np.asarray(x)
    )


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


def _extreme(functions: tuple[Callable, ...], primitive: Any) -> Callable:
    @implements(*functions)
    def extreme(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        a = _traced(a)
        axes = _from_end(axis, a.ndim)
        result = bind(primitive, a, axes=axes)
        return result if keepdims else squeeze(result, axes) if axes else result

    return extreme


max_ = _extreme((np.max, np.amax), MAX)
min_ = _extreme((np.min, np.amin), MIN)


@implements(np.ptp)
def ptp(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return max_(a, axis, keepdims) - min_(a, axis, keepdims)


# --- products ---------------------------------------------------------------------------------------


@implements(np.matmul)
def matmul(a: Any, b: Any) -> Array:
    a, b = _traced(a), _traced(b)
    if a.ndim == 0 or b.ndim == 0:
        raise InputError("matmul needs arrays with axes: multiply numbers with *")
    rows = a if a.ndim > 1 else reshape(a, (1, -1))
    columns = b if b.ndim > 1 else reshape(b, (-1, 1))
    ndim = max(rows.ndim, columns.ndim)
    rows, columns = (_with_axes(matrix, ndim) for matrix in (rows, columns))
    y = bind(MATMUL, rows, columns)
    shape = y.shape
    kept = shape[:-2] + ((shape[-2],) if a.ndim > 1 else ()) + ((shape[-1],) if b.ndim > 1 else ())
    return y if kept == shape else reshape(y, kept)


def _with_axes(a: Array, ndim: int) -> Array:
    return a if a.ndim == ndim else reshape(a, (1,) * (ndim - a.ndim) + a.shape)


@implements(np.dot)
def dot(a: Any, b: Any) -> Array:
    a, b = _traced(a), _traced(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    if b.ndim <= 2:
        return matmul(a, b)
    return tensordot(a, b, (-1, -2))


@implements(np.vdot)
def vdot(a: Any, b: Any) -> Array:
    return dot(ravel(a), ravel(b))


@implements(np.inner)
def inner(a: Any, b: Any) -> Array:
    a, b = _traced(a), _traced(b)
    return a * b if a.ndim == 0 or b.ndim == 0 else tensordot(a, b, (-1, -1))


@implements(np.outer)
def outer(a: Any, b: Any) -> Array:
    return reshape(_traced(a), (-1, 1)) * reshape(_traced(b), (1, -1))


@implements(np.kron)
def kron(a: Any, b: Any) -> Array:
    a, b = _traced(a), _traced(b)
    ndim = max(a.ndim, b.ndim)
    a, b = _with_axes(a, ndim), _with_axes(b, ndim)
    left = reshape(a, [size for n in a.shape for size in (n, 1)])
    right = reshape(b, [size for n in b.shape for size in (1, n)])
    return reshape(left * right, [m * n for m, n in zip(a.shape, b.shape, strict=True)])


@implements(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Array:
    a, b = _traced(a), _traced(b)
    if isinstance(axes, int):
        axes = (range(a.ndim - axes, a.ndim), range(axes))
    left, right = (
        tuple(place % x.ndim for place in ((side,) if isinstance(side, int) else side))
        for x, side in zip((a, b), axes, strict=True)
    )
    rest_a = [place for place in range(a.ndim) if place not in left]
    rest_b = [place for place in range(b.ndim) if place not in right]
    size = math.prod(a.shape[place] for place in left)
    shape_a, shape_b = [a.shape[p] for p in rest_a], [b.shape[p] for p in rest_b]
    rows = reshape(transpose(a, (*rest_a, *left)), (math.prod(shape_a), size))
    columns = reshape(transpose(b, (*right, *rest_b)), (size, math.prod(shape_b)))
    return reshape(matmul(rows, columns), shape_a + shape_b)


@implements(np.cross)
def cross(a: Any, b: Any) -> Array:
    a, b = _traced(a), _traced(b)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise InputError("np.cross is differentiated for vectors of length 3 in the last axis")
    ahead, behind = [1, 2, 0], [2, 0, 1]
    return a[..., ahead] * b[..., behind] - a[..., behind] * b[..., ahead]


@implements(np.einsum)
def einsum(subscripts: str, *operands: Any, optimize: Any = True) -> Array:
    if not isinstance(subscripts, str):
        raise InputError("np.einsum is differentiated with subscripts in a string")
    arrays = [_traced(operand) for operand in operands]
    inputs, output = _spelled_out(subscripts, arrays)
    for place, letters in enumerate(inputs):
        arrays[place], inputs[place] = _without_repeats(arrays[place], letters)
    for place, letters in enumerate(inputs):
        elsewhere = "".join([output, *inputs[:place], *inputs[place + 1 :]])
        alone = [axis for axis, letter in enumerate(letters) if letter not in elsewhere]
        if alone:
            arrays[place] = sum_(arrays[place], tuple(alone))
            inputs[place] = "".join(letter for letter in letters if letter in elsewhere)
    return bind(EINSUM, *arrays, inputs=inputs, output=output)


def _spelled_out(subscripts: str, arrays: list[Array]) -> tuple[list[str], str]:
    """Return the letters of each operand and of the result, "..." replaced by letters."""
    before, arrow, output = subscripts.replace(" ", "").partition("->")
    inputs = before.split(",")
    if len(inputs) != len(arrays):
        raise InputError(
            f"{subscripts!r} names {len(inputs)} operands, but {len(arrays)} were given"
        )
    spare = [chr(code) for code in range(ord("A"), ord("Z")) if chr(code) not in subscripts]
    dots = [
        array.ndim - len(text) + 3
        for array, text in zip(arrays, inputs, strict=True)
        if "..." in text
    ]
    widest = "".join(spare[: max(dots, default=0)])
    letters = [
        text.replace(
            "...", widest[len(widest) - (array.ndim - len(text) + 3) :] if "..." in text else ""
        )
        for array, text in zip(arrays, inputs, strict=True)
    ]
    if arrow:
        return letters, output.replace("...", widest)
    joined = "".join(inputs).replace(".", "")
    return letters, widest + "".join(sorted(c for c in set(joined) if joined.count(c) == 1))


def _without_repeats(array: Array, letters: str) -> tuple[Array, str]:
    """Return `array` with its diagonal taken wherever a letter stands twice."""
    for letter in letters:
        while letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            array = np.diagonal(array, axis1=first, axis2=second)
            letters = letters[:first] + letters[first + 1 : second] + letters[second + 1 :] + letter
    return array, letters


# --- linear algebra ---------------------------------------------------------------------------------


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Array:
    a, b = _traced(a), _traced(b)
    columns = reshape(b, (-1, 1)) if b.ndim == 1 else b
    ndim = max(a.ndim, columns.ndim)
    y = bind(SOLVE, _with_axes(a, ndim), _with_axes(columns, ndim))
    return reshape(y, y.shape[:-1]) if b.ndim == 1 else y


@implements(np.linalg.inv)
def inv(a: Array) -> Array:
    identity = np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)
    return bind(SOLVE, a, identity)


@implements(np.linalg.det)
def det(a: Array) -> Array:
    return bind(DET, a)


@implements(np.linalg.slogdet)
def slogdet(a: Array) -> tuple[Array, Array]:
    sign, _ = np.linalg.slogdet(value_of(a))
    return type(np.linalg.slogdet(np.eye(1)))(sign, bind(LOGDET, a))


@implements(np.linalg.cholesky)
def cholesky(a: Array) -> Array:
    return bind(CHOLESKY, a)


@implements(np.linalg.norm)
def norm(x: Array, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the norm. At 0, where it has a kink, its derivative is 0."""
    x = _traced(x)
    axes = x.ndim if axis is None else 1 if isinstance(axis, int) else len(axis)
    if ord in (None, "fro") or (ord == 2 and axes == 1):
        squares = sum_(x * x, axis, keepdims=keepdims)
        zero = value_of(squares) == 0
        return where(zero, 0.0, np.sqrt(where(zero, 1.0, squares)))
    if axes == 1 and ord == 1:
        return sum_(np.abs(x), axis, keepdims=keepdims)
    if axes == 1 and ord in (math.inf, -math.inf):
        return (max_ if ord > 0 else min_)(np.abs(x), axis, keepdims)
    if axes == 1 and isinstance(ord, int | float) and ord > 0:
        return sum_(np.abs(x) ** ord, axis, keepdims=keepdims) ** (1 / ord)
    raise InputError(f"the norm with ord={ord!r} over {axes} axes is not differentiated")


def logsumexp(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return log Σ exp(a) over some axes, without overflow.

    >>> float(logsumexp(np.array([1000.0, 1000.0])))
    1000.6931471805599
    """
    top = np.max(value_of(a), axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0).astype(value_of(top).dtype)
    total = np.log(np.sum(np.exp(a - top), axis=axis, keepdims=True)) + top
    return total if keepdims else np.squeeze(total, axis)


# --- types --------------------------------------------------------------------------------------------


@implements("astype", np.astype)
def astype(a: Array, dtype: Any) -> Array:
    if np.dtype(dtype).kind != "f":
        a._refuse(f"a conversion to {np.dtype(dtype)}", ".primal if the derivative may be dropped")
    from autodiff_lib.array_rules import CAST

    return a if a.dtype == dtype else bind(CAST, a, dtype=np.dtype(dtype), source=a.dtype)


@implements(np.copy)
def copy(a: Array) -> Array:
    return a


REDUCTIONS["reduce"] |= {
    "add": lambda a, axis=0, **kwargs: sum_(a, axis, **kwargs),
    "multiply": lambda a, axis=0, **kwargs: prod(a, axis, **kwargs),
    "maximum": lambda a, axis=0, **kwargs: max_(a, axis, **kwargs),
    "minimum": lambda a, axis=0, **kwargs: min_(a, axis, **kwargs),
}
REDUCTIONS["accumulate"] |= {
    "add": lambda a, axis=0: cumsum(a, axis),
    "multiply": lambda a, axis=0: cumprod(a, axis),
}
REDUCTIONS["outer"] |= {"multiply": lambda a, b: tensordot(a, b, 0)}
