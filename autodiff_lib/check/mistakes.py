"""What a reverse sweep with a planted mistake would answer."""

from collections.abc import Callable, Iterator
from typing import Any

from autodiff_lib.arguments import Arguments
from autodiff_lib.recording import Recording
from autodiff_lib.tracing import Traced
from autodiff_lib.trees import leaves, rebuild


def overwritten(f: Callable, point: tuple, seed: Any, first: bool) -> Any:
    """Return the pullback of `f` by a sweep that overwrites adjoints where it should add up.

    Of the shares that a value gets, the `first` one stays, or else the last.
    """
    run = Recording(f, Arguments(point))
    adjoints = {
        id(_node(output)): cotangent
        for output, cotangent in zip(run.outputs, leaves(seed), strict=True)
        if isinstance(output, Traced)
    }
    outputs = [output for output in run.outputs if isinstance(output, Traced)]
    for node in reversed(run.engine.creation_order(outputs)):
        if id(node) in adjoints:
            for operand, share in _shares(node, adjoints[id(node)]):
                if not (first and id(operand) in adjoints):
                    adjoints[id(operand)] = share
    found = [adjoints.get(id(_node(x)), x.primal * 0.0) for x in run.inputs]
    arguments = rebuild(run.arguments.chosen, found)
    return arguments[0] if len(arguments) == 1 else tuple(arguments)


def _node(traced: Any) -> Any:
    """Return a traced value's place in the graph: that of a number is the number itself."""
    return getattr(traced, "node", traced)


def _shares(node: Any, adjoint: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what an operation hands back to each of its operands."""
    if not node.operands:
        return
    if hasattr(node, "partials"):
        pairs = zip(node.operands, node.partials, strict=True)
        yield from ((x, partial * adjoint) for x, partial in pairs if partial is not None)
    else:
        found = node.primitive.pull(node.primals, node.active, node.value, node.params, adjoint)
        triples = zip(node.operands, node.active, found, strict=True)
        yield from ((x, share) for x, is_active, share in triples if is_active)
