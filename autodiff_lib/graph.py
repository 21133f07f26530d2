"""Computational graphs: which value was made from which, and every path between two of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autodiff_lib.drawing import Drawing, draw
from autodiff_lib.errors import InputError
from autodiff_lib.expressions import formula
from autodiff_lib.rules import RULES
from autodiff_lib.scalar import Var
from autodiff_lib.tables import Table
from autodiff_lib.trace import Trace, trace
from autodiff_lib.tracing import value_of

MOST_DRAWN = 200
"""The largest graph that shows itself as a picture; of others, `draw` makes one on demand."""

_SIGNS = {"add": "+", "sub": "−", "mul": "×", "div": "÷", "pow": "^", "neg": "−"}


@dataclass(frozen=True)
class Edge:
    """An arrow from an operand to what was made from it, weighted by the partial derivative.

    `source` and `target` are places in `Graph.nodes`. `a * a` has two edges between one pair.
    """

    source: int
    target: int
    partial: float


def graph(f: Callable, *point: Any) -> "Graph":
    """Run `f` at `point` and return its computational graph. For the arguments see `trace`.

    >>> print(graph(lambda x: x * x, 3.0))
    node  operation     value  made from
    v₀    x          3.000000
    v₁    v₀·v₀      9.000000  v₀, v₀
    """
    return Graph(trace(f, *point))


class Graph:
    """The nodes of a trace and the edges between them.

    In a notebook it draws itself, or shows its table if it has more than `MOST_DRAWN` nodes.
    """

    def __init__(self, source: Trace) -> None:
        self.trace = source
        self.nodes: list[Var] = source.nodes
        places = {id(node): place for place, node in enumerate(self.nodes)}
        self.edges = [
            Edge(places[id(operand)], place, value_of(partial))
            for place, node in enumerate(self.nodes)
            for operand, partial in zip(node.operands, node.partials, strict=True)
            if partial is not None
        ]

    @property
    def labels(self) -> list[str]:
        """What each node is called."""
        return [self.trace.label(node) for node in self.nodes]

    def paths(self, start: str, end: str) -> list[list[Edge]]:
        """Return every path from the node labelled, or named, `start` to the one called `end`.

        Their number can grow exponentially with the number of operations.

        >>> len(graph(lambda x: x * x, 3.0).paths("x", "v₁"))
        2
        """
        leaving: list[list[Edge]] = [[] for _ in self.nodes]
        for edge in self.edges:
            leaving[edge.source].append(edge)
        place, goal = self._place(start), self._place(end)
        found, path, choices = [], [], [iter(leaving[place])]
        if place == goal:
            return [[]]
        while choices:
            edge = next(choices[-1], None)
            if edge is None:
                choices.pop()
                if path:
                    path.pop()
            elif edge.target == goal:
                found.append([*path, edge])
            else:
                path.append(edge)
                choices.append(iter(leaving[edge.target]))
        return found

    def _place(self, called: str) -> int:
        for place, node in enumerate(self.nodes):
            if called in (self.trace.label(node), node.name):
                return place
        raise InputError(f"no node is called {called!r}; there are {', '.join(self.labels)}")

    def draw(
        self,
        *,
        values: bool = True,
        partials: bool = False,
        adjoints: bool = False,
        flows: bool = False,
        highlight: list[Edge] | None = None,
        alt: str = "",
    ) -> Drawing:
        """Return a picture of the graph, inputs on the left, outputs on the right.

        Args:
            values: write each node's value below it.
            partials: write on each edge its partial derivative.
            adjoints: write each node's adjoint of the latest `backward` below it.
            flows: write on each edge what that `backward` passed back along it, the adjoint of
                its target times its partial derivative.
            highlight: edges to draw in colour, one of `paths` for example.
            alt: what the picture shows, in words; made from the formulas if not given.

        Raises:
            InputError: when both partials and flows are to be written on the edges.
        """
        if partials and flows:
            raise InputError("an edge has room for one number; ask for partials or for flows")
        notes = []
        for node in self.nodes:
            lines = [f"{value_of(node):.4g}".replace("-", "−")] if values else []
            if adjoints:
                lines.append(f"adjoint {value_of(node.adjoint):.4g}".replace("-", "−"))
            notes.append(lines)
        outputs = {id(node) for node in self.trace.outputs}
        return draw(
            labels=self.labels,
            signs=[self._sign(node) for node in self.nodes],
            notes=notes,
            kinds=[
                "input" if node.rule is None else "output" if id(node) in outputs else "inner"
                for node in self.nodes
            ],
            edges=[(edge.source, edge.target) for edge in self.edges],
            texts=[self._text(edge, partials, flows) for edge in self.edges],
            highlight={self.edges.index(edge) for edge in highlight or ()},
            alt=alt or self._alt(),
        )

    def _text(self, edge: Edge, partials: bool, flows: bool) -> str:
        """Return what is written on an edge."""
        if not partials and not flows:
            return ""
        factor = value_of(self.nodes[edge.target].adjoint) if flows else 1.0
        return f"{factor * edge.partial:.4g}".replace("-", "−")

    def _sign(self, node: Var) -> str:
        """Return what is written inside a node: its operation, or the input's name."""
        if node.rule is None:
            return node.name
        constants = [
            self.trace.label(operand)
            for operand, partial in zip(node.operands, node.partials, strict=True)
            if partial is None
        ]
        if constants:
            places = {
                name: "( )" if partial is not None else self.trace.label(operand)
                for name, operand, partial in zip("ab", node.operands, node.partials, strict=False)
            }
            return formula(RULES[node.rule].value, places)
        return _SIGNS.get(node.rule, node.rule)

    def _alt(self) -> str:
        steps = [
            f"{self.trace.label(node)} = {self.trace.formula(node)}"
            for node in self.trace.operations
        ]
        return "Computational graph: " + "; ".join(steps)

    def table(self) -> Table:
        """Return the nodes, a line each: operation, value, and what it was made from."""
        labels = self.labels
        sources: list[list[str]] = [[] for _ in self.nodes]
        for edge in self.edges:
            sources[edge.target].append(labels[edge.source])
        rows = []
        for place, node in enumerate(self.nodes):
            value = f"{value_of(node):.6f}".replace("-", "−")
            rows.append((labels[place], self.trace.formula(node), value, ", ".join(sources[place])))
        heading = ("node", "operation", "value", "made from")
        return Table(heading, tuple(rows), numeric=("value",))

    def __str__(self) -> str:
        return str(self.table().shortened())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if len(self.nodes) > MOST_DRAWN:
            return self.table().shortened()._repr_html_()
        return self.draw()._repr_html_()
