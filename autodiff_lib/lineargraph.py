"""The linearised computational graph: vertices, and edges that carry partial derivatives.

The edge j → i carries the number ∂vᵢ/∂vⱼ. What the program computed is forgotten, only its
derivatives at one point are left, so a graph may also be written down by hand.

- Parallel edges, of `x * x` say, are one edge with the sum of both weights.
- An operation whose result is an output is that output: it has no vertex of its own before it.
  An output that other operations use, or that is an input, gets a copy, by an edge of weight 1.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 9.1.
"""

import heapq
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from autodiff_lib.errors import InputError
from autodiff_lib.expressions import subscript
from autodiff_lib.graph import Graph
from autodiff_lib.trace import Trace

Vertex = Hashable


@dataclass(frozen=True)
class LinearGraph:
    """A linearised computational graph. Make it with `linear_graph`.

    Attributes:
        inputs: the vertices of the independent variables; no edge enters them.
        inner: all vertices between, in program order: each after those it was made from.
        outputs: the vertices of the dependent variables; no edge leaves them.
        edges: the weight of each edge (from, to).
    """

    inputs: tuple[Vertex, ...]
    inner: tuple[Vertex, ...]
    outputs: tuple[Vertex, ...]
    edges: Mapping[tuple[Vertex, Vertex], Any]


def linear_graph(
    source: LinearGraph | Trace | Graph | Mapping[tuple[Vertex, Vertex], Any],
    inputs: Iterable[Vertex] | None = None,
    outputs: Iterable[Vertex] | None = None,
) -> LinearGraph:
    """Return the linearised graph of a trace, or of edges with their weights.

    Args:
        source: a trace or graph, with its labels as vertices, or edges {(from, to): weight}.
            The program order of these is that in which they mention vertices as their ends.
        inputs: for edges, the independent vertices; without, those that no edge enters.
        outputs: for edges, the dependent vertices; without, those that no edge leaves.

    Raises:
        InputError: when the edges form a circle, enter an input, know nothing of an output, or
            mention a vertex twice among the inputs.

    >>> linear_graph({("x", "v"): 2.0, ("v", "y"): 3.0}).inner
    ('v',)
    """
    if isinstance(source, LinearGraph | Trace | Graph) and (inputs or outputs):
        raise InputError(f"a {type(source).__name__} has its own inputs and outputs; give none")
    if isinstance(source, LinearGraph):
        return source
    if isinstance(source, Graph):
        source = source.trace
    if isinstance(source, Trace):
        edges, inputs, outputs = _of_trace(source)
    else:
        edges = dict(source)

    starts = dict.fromkeys(start for start, _ in edges)
    ends = dict.fromkeys(end for _, end in edges)
    before = {start: [] for start in starts if start not in ends} | {end: [] for end in ends}
    for start, end in edges:
        before[end].append(start)
    inputs = tuple(inputs if inputs is not None else (v for v in before if not before[v]))
    outputs = tuple(outputs if outputs is not None else (v for v in before if v not in starts))
    order = list(_program_order(before))
    _check(before, inputs, outputs)

    used = {*starts, *inputs}
    copies = {y: (y, "output") for y in outputs if y in used}
    edges |= dict.fromkeys(copies.items(), 1.0)
    outputs = tuple(copies.get(y, y) for y in outputs)
    outer = {*inputs, *outputs}
    return LinearGraph(inputs, tuple(v for v in order if v not in outer), outputs, edges)


def _of_trace(trace: Trace) -> tuple[dict, list[Vertex], list[Vertex]]:
    """Return the edges, inputs and outputs of a trace, its labels as vertices if they differ."""
    labels = [trace.label(node) for node in trace.nodes]
    if len(set(labels)) < len(labels):
        first = 1 - len(trace.inputs)
        labels = [f"v{subscript(number)}" for number in range(first, first + len(labels))]
    called = {id(node): label for node, label in zip(trace.nodes, labels, strict=True)}
    edges: dict[tuple[Vertex, Vertex], Any] = {}
    for node in trace.nodes:
        for operand, partial in zip(node.operands, node.partials, strict=True):
            if partial is not None:
                edge = called[id(operand)], called[id(node)]
                edges[edge] = edges[edge] + partial if edge in edges else partial
    return (
        edges,
        [called[id(node)] for node in trace.inputs],
        [called[id(node)] for node in trace.outputs],
    )


def _program_order(before: Mapping[Vertex, Sequence[Vertex]]) -> Iterator[Vertex]:
    """Yield the vertices as `before` has them, but none before those it is made from."""
    sorter = TopologicalSorter(before)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(map(str, error.args[1]))
        raise InputError(f"the edges form the circle {circle}; no program computes that") from None
    vertices = list(before)
    place = {vertex: number for number, vertex in enumerate(vertices)}
    ready: list[int] = []
    while sorter.is_active():
        for vertex in sorter.get_ready():
            heapq.heappush(ready, place[vertex])
        vertex = vertices[heapq.heappop(ready)]
        yield vertex
        sorter.done(vertex)


def _check(before: Mapping, inputs: Sequence[Vertex], outputs: Sequence[Vertex]) -> None:
    for vertex, times in Counter(inputs).items():
        if before.get(vertex):
            raise InputError(f"an edge enters {vertex!r}, so it cannot be an input; leave it out")
        if times > 1:
            raise InputError(f"the input {vertex!r} is given {times} times; give it once")
    known = {*before, *inputs}
    for vertex in outputs:
        if vertex not in known:
            raise InputError(f"no edge leads to the output {vertex!r}; give it one or leave it out")
