"""The engine for arrays, as transforms use it: `Tensor` for recordings, `TensorDual` forward."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.broadcasting import lead
from autodiff_lib.errors import InputError, ScalarMeetsArrayError
from autodiff_lib.tags import Tag
from autodiff_lib.tensor import Node, Tensor, backward, creation_order
from autodiff_lib.tensor_dual import TensorDual
from autodiff_lib.tracing import Traced, is_of, value_of

BATCH_NUMBERS = 2**24
"""About how many numbers a batch of tangents or cotangents may have."""


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
    moved = [x.tangent if is_of(x, tag) else np.zeros(np.shape(x), _float_type(x)) for x in outputs]
    return _owned(moved, given)


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


def push(
    tag: Tag, inputs: Sequence[Tensor], tangents: Sequence[Any], outputs: Sequence[Any]
) -> list[Any]:
    """Return the tangent of each output in one forward sweep over the recorded graph."""
    moved = {x.node: _typed(t, x.dtype) for x, t in zip(inputs, tangents, strict=True)}
    with np.errstate(all="ignore"):
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
    output_size = sum(map(np.size, primals))
    pushed = [push(units) for units in _batches(inputs, output_size)]
    blocks = []
    for output, parts in zip(primals, zip(*pushed, strict=True), strict=True):
        table = _joined(parts)
        table = table.transpose((*range(1, table.ndim), 0))  # inputs' numbers come last
        blocks.append(_cut(table, inputs, np.shape(output)))
    return blocks


def rows(pull: Callable, inputs: Sequence[Tensor], primals: Sequence[Any]) -> list[list[Any]]:
    """Return ∂output/∂input, of shape output.shape + input.shape, pulling batches of rows."""
    input_size = sum(array.size for array in inputs)
    pulled = [pull(units) for units in _batches(primals, input_size)]
    tables = [_joined(parts) for parts in zip(*pulled, strict=True)]
    blocks, start = [], 0
    for output in primals:
        stop = start + np.size(output)
        blocks.append([t[start:stop].reshape(np.shape(output) + t.shape[1:]) for t in tables])
        start = stop
    return blocks


def _batches(arrays: Sequence[Any], other_size: int) -> Iterator[list[np.ndarray]]:
    """Yield the unit vectors of all `arrays` laid end to end, in batches of a bounded size."""
    models = [(np.shape(array), np.size(array), _float_type(array)) for array in arrays]
    total = sum(size for _, size, _ in models)
    count = max(1, BATCH_NUMBERS // max(total, other_size, 1))
    for first in range(0, max(total, 1), count):
        units, start = [], first
        number = min(count, total - first)
        for shape, size, dtype in models:
            flat = np.eye(number, size, start, dtype)
            units.append(flat if len(shape) == 1 else flat.reshape((number, *shape)))
            start -= size
        yield units


def _cut(table: Any, inputs: Sequence[Any], front: tuple[int, ...]) -> list[Any]:
    """Return the last axis of `table` cut into pieces, each in the shape of its input."""
    pieces, start = [], 0
    for array in inputs:
        piece = table[..., start : start + array.size]
        pieces.append(piece.reshape(front + array.shape))
        start += array.size
    return pieces


def _joined(parts: Sequence[Any]) -> Any:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, 0)


def _float_type(array: Any) -> np.dtype:
    """Return the type of derivatives of `array`: its own, if that is a type of floats."""
    dtype = getattr(array, "dtype", np.dtype(float))
    return dtype if dtype.kind == "f" else np.dtype(float)
