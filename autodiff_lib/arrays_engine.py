"""The engine for arrays, which records with `Tensor`, as transforms use it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.errors import InputError, ScalarMeetsArrayError
from autodiff_lib.primitives import lead
from autodiff_lib.tags import Tag
from autodiff_lib.tensor import Tensor, backward, captured, creation_order
from autodiff_lib.tracing import Traced, is_of, value_of
from autodiff_lib.trees import as_given

if TYPE_CHECKING:
    from autodiff_lib.recording import Recording

BATCH_NUMBERS = 2**24
"""About how many numbers a batch of tangents or cotangents may have."""


def variable(leaf: Any, tag: Tag) -> Tensor:
    """Return `leaf`, a float, an array of floats or a traced array, as an input of a recording.

    Raises:
        InputError: when it is none of these.
    """
    if isinstance(leaf, Traced) and not isinstance(leaf, TracedArray):
        raise ScalarMeetsArrayError("a traced number meets arrays: it must be traced as an array")
    if isinstance(leaf, int):
        raise InputError(
            f"an argument is the integer {leaf}, but only a float can be differentiated in: "
            f"pass {float(leaf)!r}"
        )
    return Tensor(captured(leaf, tag), tag=tag)


def pull(
    tag: Tag, inputs: Sequence[Tensor], outputs: Sequence[Any], seeds: Sequence[Any]
) -> list[Any]:
    """Return the adjoint of each input in one reverse sweep from all outputs."""
    seeds = [seed if isinstance(seed, Traced) else np.asarray(seed) for seed in seeds]
    active = [(x, seed) for x, seed in zip(outputs, seeds, strict=True) if is_of(x, tag)]
    if not active:
        front = lead(seeds[0], np.ndim(outputs[0])) if seeds else ()
        return [np.zeros(front + x.shape, x.dtype) for x in inputs]
    backward(*zip(*active, strict=True), wanted=inputs)
    return [x.adjoint for x in inputs]


def push(
    tag: Tag, inputs: Sequence[Tensor], tangents: Sequence[Any], outputs: Sequence[Any]
) -> list[Any]:
    """Return the tangent of each output in one forward sweep over the recorded graph."""
    moved = {
        id(x): tangent if isinstance(tangent, Traced) else np.asarray(tangent, x.dtype)
        for x, tangent in zip(inputs, tangents, strict=True)
    }
    with np.errstate(all="ignore"):
        for node in creation_order([x for x in outputs if is_of(x, tag)]):
            if id(node) not in moved:
                moved[id(node)] = _pushed(node, moved)
    front = lead(moved[id(inputs[0])], inputs[0].ndim) if inputs else ()
    return [
        moved[id(x)] if is_of(x, tag) else np.zeros(front + np.shape(x), _float_type(x))
        for x in outputs
    ]


def _pushed(node: Tensor, moved: dict[int, Any]) -> Any:
    primals, active = node.peeled()
    tangents = [
        moved[id(operand)] if is_active else None
        for operand, is_active in zip(node.operands, active, strict=True)
    ]
    return node.primitive.push(primals, tangents, node.primal, node.params)


def columns(run: "Recording") -> list[list[Any]]:
    """Return ∂output/∂input, of shape output.shape + input.shape, pushing batches of columns."""
    pushed = [run.push(units) for units in _batches(run.inputs, run.output_size)]
    blocks = []
    for output, parts in zip(run.primals, zip(*pushed, strict=True), strict=True):
        table = np.moveaxis(_joined(parts), 0, -1)  # output.shape + (all inputs' numbers,)
        blocks.append(_cut(table, run.inputs, np.shape(output)))
    return [[as_given(x, y) for x, y in zip(row, run.leaves, strict=True)] for row in blocks]


def rows(run: "Recording") -> list[list[Any]]:
    """Return ∂output/∂input, of shape output.shape + input.shape, pulling batches of rows."""
    pulled = [run.pull(units) for units in _batches(run.primals, run.input_size)]
    tables = [_joined(parts) for parts in zip(*pulled, strict=True)]
    blocks, start = [], 0
    for output in run.primals:
        stop = start + np.size(output)
        blocks.append([t[start:stop].reshape(np.shape(output) + t.shape[1:]) for t in tables])
        start = stop
    return [[as_given(x, y) for x, y in zip(row, run.leaves, strict=True)] for row in blocks]


def _batches(arrays: Sequence[Any], other_size: int) -> Iterator[list[np.ndarray]]:
    """Yield the unit vectors of all `arrays` laid end to end, in batches of a bounded size."""
    sizes = [np.size(array) for array in arrays]
    total = sum(sizes)
    count = max(1, BATCH_NUMBERS // max(total, other_size, 1))
    for first in range(0, max(total, 1), count):
        units, start = [], first
        number = min(count, total - first)
        for array, size in zip(arrays, sizes, strict=True):
            flat = np.eye(number, size, start, dtype=_float_type(array))
            units.append(flat.reshape((number, *np.shape(array))))
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
    dtype = np.asarray(value_of(array)).dtype
    return dtype if dtype.kind == "f" else np.dtype(float)
