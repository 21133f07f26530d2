"""Sparsity patterns of functions written in NumPy: index sets through the recorded graph.

The function is recorded once; then sets of indices take the place of its numbers. Data that
only moves takes its set along, sums and products unite sets, and a constant factor of exactly 0
drops one. An operation without such a law, the solution of a linear system for instance, makes
each of its results depend on all that its operands depend on.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autodiff_lib.arguments import Arguments
from autodiff_lib.primitives import Bilinear, Elementwise, Linear
from autodiff_lib.product_rules import EINSUM
from autodiff_lib.recording import Recording
from autodiff_lib.rules import RULES
from autodiff_lib.tensor import Node
from autodiff_lib.tracing import is_of

Indices = frozenset[int]


class IndexSet:
    """What one number depends on. Adding and multiplying unite; a factor of 0 empties."""

    __slots__ = ("indices",)

    def __init__(self, indices: Indices) -> None:
        self.indices = indices

    def __add__(self, other: Any) -> "IndexSet":
        if not isinstance(other, IndexSet) or other.indices <= self.indices:
            return self
        return IndexSet(self.indices | other.indices)

    def __mul__(self, other: Any) -> "IndexSet":
        return _NOTHING if not isinstance(other, IndexSet) and other == 0 else self + other

    __radd__ = __add__
    __rmul__ = __mul__


_NOTHING = IndexSet(frozenset())


def rows_of(f: Callable, x: np.ndarray) -> tuple[Indices, ...]:
    """Return, for each number of f(x), the indices of the numbers of `x` it may depend on.

    Both are counted as they lie in memory, row by row. Branches are followed as at `x`.
    """
    run = Recording(f, Arguments((x,)))
    tag = run.inputs[0].tag
    inputs = [IndexSet(frozenset([place])) for place in range(x.size)]
    sets = {run.inputs[0].node: _objects(inputs, np.shape(x))}
    outputs = [output for output in run.outputs if is_of(output, tag)]
    for node in run.engine.creation_order(outputs):
        if node not in sets:
            sets[node] = _through(node, sets)
    return tuple(
        _indices(item)
        for output, primal in zip(run.outputs, run.primals, strict=True)
        for item in (
            sets[output.node].ravel() if is_of(output, tag) else [_NOTHING] * np.size(primal)
        )
    )


def _indices(item: Any) -> Indices:
    """Return the indices in an item of an array of sets; a place left empty has none."""
    return item.indices if isinstance(item, IndexSet) else frozenset()


def _objects(items: Sequence[IndexSet], shape: tuple[int, ...]) -> np.ndarray:
    array = np.empty(len(items), object)
    array[:] = items
    return array.reshape(shape)


def _through(node: Node, sets: dict[Node, np.ndarray]) -> np.ndarray:
    """Return the sets of an operation's result, from those of its operands."""
    active = node.active
    operands = [
        primal if operand is None else sets[operand]
        for operand, primal in zip(node.operands, node.primals, strict=True)
    ]
    primitive = node.primitive
    if isinstance(primitive, Elementwise):
        found = _elementwise(primitive.name, operands, active, node.shape)
    elif isinstance(primitive, Linear):
        found = _linear(primitive, operands, active, node.params)
    elif isinstance(primitive, Bilinear) or primitive is EINSUM:
        found = primitive.value(*operands, **node.params)
    else:
        found = _all_of(operands, active)
    result = np.empty(node.shape, object)
    result[...] = found
    return result


def _elementwise(
    name: str, operands: Sequence[Any], active: Sequence[bool], shape: tuple[int, ...]
) -> np.ndarray:
    """Unite element by element; an operand whose partial derivative is 0 adds nothing."""
    result = np.full(shape, _NOTHING, object)
    for operand, is_active, partial in zip(operands, active, RULES[name].partials, strict=True):
        if is_active and partial != "0.0":
            result = result + operand
    return result


def _linear(
    primitive: Linear, operands: Sequence[Any], active: Sequence[bool], params: dict
) -> np.ndarray:
    if primitive.name == "astype":
        return operands[0]
    moved = [
        operand if is_active else np.full(np.shape(operand), _NOTHING, object)
        for operand, is_active in zip(operands, active, strict=True)
    ]
    return primitive.value(*moved, **params)


def _all_of(operands: Sequence[Any], active: Sequence[bool]) -> IndexSet:
    everything = frozenset().union(
        *(
            _indices(item)
            for operand, is_active in zip(operands, active, strict=True)
            if is_active
            for item in operand.ravel()
        )
    )
    return IndexSet(everything)
