"""The engine for numbers, as transforms use it: `Var` for recordings, `Dual` for forward mode."""

from collections.abc import Callable, Sequence
from typing import Any

from autodiff_lib.dual import Dual
from autodiff_lib.errors import InputError
from autodiff_lib.scalar import Var, backward, creation_order
from autodiff_lib.tags import Tag
from autodiff_lib.tracing import Traced, is_of, product


def variable(leaf: Any, tag: Tag) -> Var:
    """Return `leaf`, a float or a traced value, as an input of a recording.

    Raises:
        InputError: when it is neither.
    """
    return Var(_checked(leaf), tag=tag)


def dual(leaf: Any, tangent: Any, tag: Tag) -> Dual:
    """Return `leaf`, a float or a traced value, as an input that moves along `tangent`.

    Raises:
        InputError: when it is neither.
    """
    return Dual(_checked(leaf), tangent, tag=tag)


def spread(leaves: Sequence[Any], tag: Tag) -> list[Dual]:
    """Return `leaves` as inputs that move along all their unit tangents at once.

    Raises:
        InputError: when one is neither a float nor a traced value.
    """
    inputs = [Dual(_checked(leaf), 1.0, tag=tag) for leaf in leaves]
    if len(inputs) > 1:
        for x, unit in zip(inputs, _units(len(inputs)), strict=True):
            x.tangent = tuple(unit)
    return inputs


def spread_columns(tag: Tag, inputs: Sequence[Dual], outputs: Sequence[Any]) -> list[list[Any]]:
    """Return ∂output/∂input for each output and each input, after a run on spread inputs."""
    rows = tangents(tag, outputs, inputs)
    return [list(row) if type(row) is tuple else [row] * len(inputs) for row in rows]


def _checked(leaf: Any) -> Any:
    if isinstance(leaf, Traced | float):
        return leaf
    advice = f": pass {float(leaf)!r}" if isinstance(leaf, int) else ""
    raise InputError(
        f"an argument is {leaf!r} of type {type(leaf).__name__}, "
        f"but only a float can be differentiated in{advice}"
    )


def tangents(tag: Tag, outputs: Sequence[Any], given: Sequence[Any]) -> list[Any]:
    """Return the tangent of each output."""
    return [output.tangent if is_of(output, tag) else 0.0 for output in outputs]


def pull(
    tag: Tag, inputs: Sequence[Var], outputs: Sequence[Any], seeds: Sequence[Any]
) -> list[Any]:
    """Return the adjoint of each input in one reverse sweep from all outputs."""
    active = [(x, seed) for x, seed in zip(outputs, seeds, strict=True) if is_of(x, tag)]
    if not active:
        return [0.0 for _ in inputs]
    backward(*zip(*active, strict=True))
    return [x.adjoint for x in inputs]


def push(
    tag: Tag, inputs: Sequence[Var], tangents: Sequence[Any], outputs: Sequence[Any]
) -> list[Any]:
    """Return the tangent of each output in one forward sweep over the recorded graph."""
    moved = {id(x): tangent for x, tangent in zip(inputs, tangents, strict=True)}
    for node in creation_order([x for x in outputs if is_of(x, tag)]):
        if id(node) not in moved:
            moved[id(node)] = sum(
                product(partial, moved[id(operand)])
                for operand, partial in zip(node.operands, node.partials, strict=True)
                if partial is not None
            )
    return [moved[id(x)] if is_of(x, tag) else 0.0 for x in outputs]


def columns(push: Callable, inputs: Sequence[Var], primals: Sequence[Any]) -> list[list[Any]]:
    """Return ∂output/∂input for each output and each input, from one push an input."""
    pushed = [push(unit) for unit in _units(len(inputs))]
    return [[column[place] for column in pushed] for place in range(len(primals))]


def rows(pull: Callable, inputs: Sequence[Var], primals: Sequence[Any]) -> list[list[Any]]:
    """Return ∂output/∂input for each output and each input, from one pull an output."""
    return [pull(unit) for unit in _units(len(primals))]


def _units(count: int) -> list[list[float]]:
    return [[float(i == j) for j in range(count)] for i in range(count)]
