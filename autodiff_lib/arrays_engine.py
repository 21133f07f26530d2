"""The engine for arrays, as transforms use it: `Tensor` for recordings, `TensorDual` forward."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.broadcasting import Shape, lead
from autodiff_lib.errors import InputError, ScalarMeetsArrayError
from autodiff_lib.tags import Tag
from autodiff_lib.tensor import Node, Tensor, backward, creation_order
from autodiff_lib.tensor_dual import TensorDual
from autodiff_lib.tracing import Traced, is_of, value_of

BATCH_NUMBERS = 2**24
"""About how many numbers a batch of tangents or cotangents may have."""

SIDE = 32
"""Up to so many rows an identity matrix is kept."""


def variable(leaf: Any, tag: Tag) -> Tensor:
    """Return `leaf`, a float, an array of floats or a traced array, as an input of a recording.

    Raises:
        InputError: when it is none of these.
    """
    return Tensor(_checked(leaf), tag=tag)


def dual(leaf: Any, tangent: Any, tag: Tag) -> TensorDual:
    """Return `leaf` as an input that moves along `tangent`, or a batch of tangents.

    Raises:
        InputError: when it is no float, no array of floats and no traced array.
    """
    x = Tensor(_checked(leaf), tag=tag).primal
    return TensorDual(x, _typed(tangent, x.dtype), tag=tag)


def spread(leaves: Sequence[Any], tag: Tag) -> list[TensorDual]:
    """Return `leaves` as inputs that move along all their unit tangents, a batch of them.

    Raises:
        InputError: when one is no float, no array of floats and no traced array.
    """
    primals = [Tensor(_checked(leaf), tag=tag).primal for leaf in leaves]
    units = _units(primals, 0, sum(x.size for x in primals))
    return [TensorDual(x, unit, tag=tag) for x, unit in zip(primals, units, strict=True)]


def spread_columns(
    tag: Tag, inputs: Sequence[TensorDual], outputs: Sequence[Any]
) -> list[list[Any]]:
    """Return ∂output/∂input, of shape output.shape + input.shape, after a run on spread inputs."""
    seeds = [x.tangent for x in inputs]
    front = lead(seeds[0], inputs[0].ndim) if inputs else (0,)
    tables = _owned([_tangent(x, tag, front) for x in outputs], seeds)
    return [_blocks(table, inputs) for table in tables]


def _checked(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return leaf
    if isinstance(leaf, Traced) and not isinstance(leaf, TracedArray):
        raise ScalarMeetsArrayError("a traced number meets arrays: it must be traced as an array")
    if isinstance(leaf, int):
        raise InputError(
            f"an argument is the integer {leaf}, but only a float can be differentiated in: "
            f"pass {float(leaf)!r}"
        )
    if not isinstance(leaf, float | np.generic | TracedArray):
        raise InputError(
            f"an argument is {leaf!r} of type {type(leaf).__name__}, but only floats and arrays "
            "of floats can be differentiated in: pass it in another argument, or np.asarray(x)"
        )
    return leaf


def _typed(tangent: Any, dtype: np.dtype) -> Any:
    """Return a tangent or cotangent as an array of the type `dtype`."""
    if isinstance(tangent, Traced):
        return tangent if tangent.dtype == dtype else tangent.astype(dtype)
    return np.asarray(tangent, dtype)


def tangents(tag: Tag, outputs: Sequence[Any], given: Sequence[Any]) -> list[Any]:
    """Return the tangent of each output, `given` those of the inputs."""
    return _owned([_tangent(x, tag, ()) for x in outputs], given)


def _tangent(output: Any, tag: Tag, front: Shape) -> Any:
    """Return the tangent of an output; of a constant, zeros with the batch axes `front`."""
    if is_of(output, tag):
        return output.tangent
    return np.zeros(front + np.shape(output), _float_type(output))


def pull(
    tag: Tag, inputs: Sequence[Tensor], outputs: Sequence[Any], seeds: Sequence[Any]
) -> list[Any]:
    """Return the adjoint of each input in one reverse sweep from all outputs."""
    active = [
        (x, _typed(seed, x.dtype)) for x, seed in zip(outputs, seeds, strict=True) if is_of(x, tag)
    ]
    if not active:
        front = lead(np.asarray(value_of(seeds[0])), np.ndim(outputs[0])) if seeds else ()
        return [np.zeros(front + x.shape, x.dtype) for x in inputs]
    active_outputs, active_seeds = zip(*active, strict=True)
    backward(active_outputs, active_seeds, inputs)
    return _owned([x.adjoint for x in inputs], [*seeds, *active_seeds])


@np.errstate(all="ignore")
def push(
    tag: Tag, inputs: Sequence[Tensor], tangents: Sequence[Any], outputs: Sequence[Any]
) -> list[Any]:
    """Return the tangent of each output in one forward sweep over the recorded graph."""
    moved = {x.node: _typed(t, x.dtype) for x, t in zip(inputs, tangents, strict=True)}
    for node in creation_order([x for x in outputs if is_of(x, tag)]):
        if node not in moved:
            moved[node] = _pushed(node, moved)
    front = lead(moved[inputs[0].node], inputs[0].ndim) if inputs else ()
    found = [
        moved[x.node] if is_of(x, tag) else np.zeros(front + np.shape(x), _float_type(x))
        for x in outputs
    ]
    return _owned(found, [*tangents, *(moved[x.node] for x in inputs)])


def _pushed(node: Node, moved: dict[Node, Any]) -> Any:
    tangents = [None if operand is None else moved[operand] for operand in node.operands]
    return node.primitive.push(node.primals, tangents, node.value, node.params)


def _owned(results: Sequence[Any], given: Sequence[Any]) -> list[Any]:
    """Return results that share no memory with each other or with what was given.

    They are for the user to overwrite, whereas sweeps hand on one array to many places.
    """
    taken = set(map(id, given))
    owned = []
    for array in results:
        if type(array) is np.ndarray:
            shared = array.base is not None or id(array) in taken or not array.flags.writeable
            array = array.copy() if shared else array
            taken.add(id(array))
        owned.append(array)
    return owned


def columns(push: Callable, inputs: Sequence[Tensor], primals: Sequence[Any]) -> list[list[Any]]:
    """Return ∂output/∂input, of shape output.shape + input.shape, pushing batches of columns."""
    output_size = sum(map(_size, primals))
    pushed = [push(units) for units in _batches(inputs, output_size)]
    return [_blocks(_joined(parts), inputs) for parts in zip(*pushed, strict=True)]


def _blocks(table: Any, inputs: Sequence[Any]) -> list[Any]:
    """Return the derivatives of an output in each input, from its tangents for all columns."""
    table = table.transpose((*range(1, table.ndim), 0))  # inputs' numbers come last
    front = table.shape[:-1]
    if len(inputs) == 1:
        return [table.reshape(front + inputs[0].shape)]
    pieces, start = [], 0
    for array in inputs:
        piece = table[..., start : start + array.size]
        pieces.append(piece.reshape(front + array.shape))
        start += array.size
    return pieces


def rows(pull: Callable, inputs: Sequence[Tensor], primals: Sequence[Any]) -> list[list[Any]]:
    """Return ∂output/∂input, of shape output.shape + input.shape, pulling batches of rows."""
    input_size = sum(array.size for array in inputs)
    pulled = [pull(units) for units in _batches(primals, input_size)]
    tables = [_joined(parts) for parts in zip(*pulled, strict=True)]
    blocks, start = [], 0
    for output in primals:
        stop = start + _size(output)
        blocks.append([t[start:stop].reshape(_shape(output) + t.shape[1:]) for t in tables])
        start = stop
    return blocks


def _batches(arrays: Sequence[Any], other_size: int) -> Iterator[list[np.ndarray]]:
    """Yield the unit vectors of all `arrays` laid end to end, in batches of a bounded size."""
    total = sum(map(_size, arrays))
    count = max(1, BATCH_NUMBERS // max(total, other_size, 1))
    for first in range(0, max(total, 1), count):
        yield _units(arrays, first, min(count, total - first))


def _units(arrays: Sequence[Any], first: int, number: int) -> list[np.ndarray]:
    """Return `number` unit vectors of all `arrays` laid end to end, from place `first` on."""
    units = []
    for array in arrays:
        shape, size = _shape(array), _size(array)
        if number == size <= SIDE and first == 0:
            flat = _identity(size, _float_type(array)).copy()
        else:
            flat = np.eye(number, size, first, _float_type(array))
        units.append(flat if len(shape) == 1 else flat.reshape((number, *shape)))
        first -= size
    return units


@cache
def _identity(size: int, dtype: np.dtype) -> np.ndarray:
    """Return a small identity matrix, to be copied: NumPy takes several times as long over it."""
    return np.eye(size, dtype=dtype)


def _shape(array: Any) -> Shape:
    return getattr(array, "shape", ())


def _size(array: Any) -> int:
    return getattr(array, "size", 1)


def _joined(parts: Sequence[Any]) -> Any:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, 0)


def _float_type(array: Any) -> np.dtype:
    """Return the type of derivatives of `array`: its own, if that is a type of floats."""
    dtype = getattr(array, "dtype", np.dtype(float))
    return dtype if dtype.kind == "f" else np.dtype(float)
