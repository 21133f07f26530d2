"""Vertex elimination: the chain rule in any order, on the linearised computational graph.

Eliminating an inner vertex v replaces each pair of edges j → v → i by one edge j → i with the
product as its weight, added to the edge that is there already. When no inner vertex is left,
the edges are the entries of the Jacobian. Forward mode eliminates in the order of the program,
reverse mode against it, and neither need be the cheapest: finding that is NP-complete when the
edges too may be taken one by one.

Eliminating v costs (edges into v) × (edges out of v) multiplications. A weight 1 counts as any
other number; additions do not count. All orders of forward elimination that the program allows
cost the same, and so in reverse. Markowitz's rule takes the vertex that costs least at the
moment, of equal ones the first in program order; which one it is can change the final count.

Take y_j = g_j(Σ h_i(x_i)) with n inputs and m outputs, its sum one vertex, each g_j two
operations: 2nm + n multiplications forward, 2nm + m in reverse, nm + n + m after Markowitz. With
n = m = 4 that is 36, 36 and 24.

Sources: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, chapters 9 and
10; U. Naumann, Optimal Jacobian accumulation is NP-complete, Mathematical Programming 112, 2008.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autodiff_lib.errors import InputError
from autodiff_lib.graph import Graph
from autodiff_lib.lineargraph import LinearGraph, Vertex, linear_graph
from autodiff_lib.tables import Table
from autodiff_lib.trace import Trace
from autodiff_lib.tracing import product

_LARGEST = 16  # `best_order` looks at every subset of the inner vertices: 2¹⁶ take seconds


@dataclass(frozen=True)
class Elimination:
    """What eliminating the inner vertices of a graph in one order gave.

    Attributes:
        order: the inner vertices as they were eliminated.
        degrees: for each of them, how many edges entered and how many left it just then.
        jacobian: a row an output, a column an input.
    """

    order: tuple[Vertex, ...]
    degrees: tuple[tuple[int, int], ...]
    jacobian: list[list[Any]]

    @property
    def multiplications(self) -> int:
        """How many multiplications it took."""
        return sum(entering * leaving for entering, leaving in self.degrees)

    def table(self) -> Table:
        """Return the eliminations one by one."""
        rows = tuple(
            (str(vertex), str(entering), str(leaving), str(entering * leaving))
            for vertex, (entering, leaving) in zip(self.order, self.degrees, strict=True)
        )
        heading = ("vertex", "edges in", "edges out", "multiplications")
        return Table(heading, rows, numeric=heading[1:])


def eliminate(
    graph: LinearGraph | Trace | Graph | Mapping[tuple[Vertex, Vertex], Any],
    order: str | Sequence[Vertex] = "markowitz",
) -> Elimination:
    """Eliminate the inner vertices and return the Jacobian with the count of multiplications.

    Args:
        graph: what `linear_graph` takes or returns.
        order: "forward", "reverse", "markowitz" (always the vertex that costs least at that
            moment), "best" (see `best_order`), or all the inner vertices as a sequence.

    Raises:
        InputError: when `order` is none of these.

    >>> from autodiff_lib import trace
    >>> from autodiff_lib.math import exp, sin
    >>> def f(x, y):
    ...     u = exp(x * y)
    ...     return sin(u), u * y
    >>> run = trace(f, 0.0, 2.0)
    >>> [eliminate(run, order).multiplications for order in ("forward", "reverse")]
    [6, 6]
    >>> eliminate(run).jacobian
    [[1.0806046117362795, 0.0], [4.0, 1.0]]
    """
    linear = linear_graph(graph)
    into: dict[Vertex, dict] = {v: {} for v in (*linear.inputs, *linear.inner, *linear.outputs)}
    out_of: dict[Vertex, dict] = {v: {} for v in into}
    for (start, end), weight in linear.edges.items():
        into[end][start] = weight
        out_of[start][end] = None

    eliminated, degrees = [], []
    for vertex in _sequence(linear, order, into, out_of):
        entering, leaving = into.pop(vertex), out_of.pop(vertex)
        eliminated.append(vertex)
        degrees.append((len(entering), len(leaving)))
        for end in leaving:
            weight = into[end].pop(vertex)
            for start, inner in entering.items():
                added = product(weight, inner)
                known = into[end].get(start)
                into[end][start] = added if known is None else known + added
                out_of[start][end] = None
        for start in entering:
            del out_of[start][vertex]
    jacobian = [[into[y].get(x, 0.0) for x in linear.inputs] for y in linear.outputs]
    return Elimination(tuple(eliminated), tuple(degrees), jacobian)


def _sequence(
    linear: LinearGraph, order: str | Sequence[Vertex], into: Mapping, out_of: Mapping
) -> Iterable[Vertex]:
    """Return the inner vertices in `order`; Markowitz looks at the graph as it shrinks."""
    match order:
        case "forward":
            return linear.inner
        case "reverse":
            return reversed(linear.inner)
        case "markowitz":
            return _markowitz(linear.inner, into, out_of)
        case "best":
            return best_order(linear)
        case str():
            raise InputError(
                f"no order is called {order!r}; there are 'forward', 'reverse', 'markowitz' and "
                "'best', or give the inner vertices as a sequence"
            )
    given = list(order)
    if len(given) != len(linear.inner) or set(given) != set(linear.inner):
        needed = ", ".join(map(str, linear.inner)) or "none at all"
        raise InputError(f"the order {given} is not one of the inner vertices: {needed}")
    return given


def _markowitz(inner: Sequence[Vertex], into: Mapping, out_of: Mapping) -> Iterator[Vertex]:
    """Yield the vertex of least cost, again and again, as the caller eliminates them."""
    place = {vertex: number for number, vertex in enumerate(inner)}

    def entry(vertex: Vertex) -> tuple[int, int]:
        return len(into[vertex]) * len(out_of[vertex]), place[vertex]

    heap = [entry(vertex) for vertex in inner]
    heapq.heapify(heap)
    while heap:
        cost, number = heapq.heappop(heap)
        vertex = inner[number]
        if vertex not in into or entry(vertex)[0] != cost:
            continue  # an entry from before a neighbour went
        neighbours = [*into[vertex], *out_of[vertex]]
        yield vertex
        for neighbour in neighbours:
            if neighbour in place:
                heapq.heappush(heap, entry(neighbour))


def best_order(
    graph: LinearGraph | Trace | Graph | Mapping[tuple[Vertex, Vertex], Any],
) -> list[Vertex]:
    """Return an order of the inner vertices that takes the fewest multiplications of all orders.

    It is the best vertex order, not the optimal accumulation: eliminating single edges, or
    using what is known of the weights, may take fewer still. Which edges are left does not
    depend on the order in which a set of vertices went, so sets are searched, not orders.

    Raises:
        InputError: for more than 16 inner vertices, whose subsets are too many to search.
    """
    linear = linear_graph(graph)
    count = len(linear.inner)
    if count > _LARGEST:
        raise InputError(
            f"the best of all orders is searched among 2^{count} subsets of the inner vertices; "
            f"up to {_LARGEST} vertices can be done: use 'markowitz'"
        )
    names = [*linear.inner, *linear.inputs, *dict.fromkeys(linear.outputs)]
    bit = {vertex: 1 << number for number, vertex in enumerate(names)}
    into = [sum(bit[s] for s, e in linear.edges if e == v) for v in linear.inner]
    out_of = [sum(bit[e] for s, e in linear.edges if s == v) for v in linear.inner]

    # What has gone → least cost, one order of it, and what enters and leaves each vertex then.
    level = {0: (0, (), into, out_of)}
    for _ in range(count):
        following: dict[int, tuple] = {}
        for gone, (cost, order, into, out_of) in level.items():
            for v in range(count):
                now = gone | 1 << v
                if now == gone:
                    continue
                total = cost + into[v].bit_count() * out_of[v].bit_count()
                known = following.get(now)
                if known is None:
                    following[now] = total, (*order, v), _bypass(into, v), _bypass(out_of, v)
                elif total < known[0]:
                    following[now] = total, (*order, v), known[2], known[3]
        level = following
    (_, order, _, _) = level[(1 << count) - 1]
    return [linear.inner[v] for v in order]


def _bypass(neighbours: list[int], v: int) -> list[int]:
    """Return the sets of neighbours, with vertex v replaced by its own neighbours."""
    return [near & ~(1 << v) | neighbours[v] if near >> v & 1 else near for near in neighbours]
