"""Evaluation traces: what a program computed, line by line, with its tangents and adjoints.

A trace numbers the inputs v₁₋ₙ … v₀ and the operations v₁ … v_l, as the program made them.
The formulas in its tables are rows of the rule table with these labels filled in.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 2.2.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from autodiff_lib.errors import InputError, OutputError
from autodiff_lib.expressions import formula, pretty, resolve, simplify, subscript, substitute
from autodiff_lib.floats import NAMESPACE
from autodiff_lib.rules import RULES
from autodiff_lib.scalar import Var, backward, creation_order
from autodiff_lib.tables import Table
from autodiff_lib.tracing import differentiation, product, value_of

DIGITS = 6
_DOT, _BAR = "\u0307", "\u0304"


def trace(f: Callable, *point: Any) -> "Trace":
    """Run `f` at `point` and return what it computed.

    Args:
        f: a function of numbers, or of lists of numbers, that returns a number or a tuple.
        point: its arguments, floats or lists of floats.

    Raises:
        InputError: when an argument is neither.
        OutputError: when `f` returns something that does not depend on its arguments.

    >>> from autodiff_lib.math import sin
    >>> print(trace(lambda x, y: x * y + sin(x), 0.5, 4.2).primal())
    variable  formula      value
    v₋₁       x         0.500000
    v₀        y         4.200000
    v₁        v₋₁·v₀    2.100000
    v₂        sin(v₋₁)  0.479426
    v₃        v₁ + v₂   2.579426
    """
    with differentiation() as tag:
        inputs: list[Var] = []

        def variable(value: Any, name: str) -> Any:
            if isinstance(value, list | tuple):
                members = [variable(item, name + subscript(i)) for i, item in enumerate(value, 1)]
                return type(value)(members)
            inputs.append(Var(value, name=name, tag=tag))
            return inputs[-1]

        arguments = [variable(*pair) for pair in zip(point, _names(f, len(point)), strict=True)]
        result = f(*arguments)
        outputs = list(result) if isinstance(result, list | tuple) else [result]
        for output in outputs:
            if not isinstance(output, Var) or output.tag is not tag:
                raise OutputError(
                    f"the function returned {output!r}, which does not depend on its arguments; "
                    "return the numbers that it computes from them"
                )
    return Trace(inputs, outputs)


class Trace:
    """The operations from `inputs` to `outputs`, in the order in which they were made.

    `nodes` are the `Var`s: the inputs first, then the operations that an output depends on.
    """

    def __init__(self, inputs: Sequence[Var], outputs: Sequence[Var]) -> None:
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        ours = {id(node) for node in inputs}
        self.operations = [node for node in creation_order(outputs) if id(node) not in ours]
        self.nodes = self.inputs + self.operations
        self._label = self._make_labels()

    @classmethod
    def of(cls, *outputs: Var) -> "Trace":
        """Return the trace of values that were computed by hand, without a function.

        >>> x = Var(3.0, name="x")
        >>> print(Trace.of(x * x).primal())
        variable  formula     value
        v₀        x        3.000000
        v₁        v₀·v₀    9.000000
        """
        return cls([node for node in creation_order(outputs) if node.rule is None], outputs)

    def _make_labels(self) -> dict[int, str]:
        """Number the nodes; where the program names its operations, call all by their names."""
        by_name = any(node.name for node in self.operations)
        first = 1 - len(self.inputs)
        return {
            id(node): node.name if by_name and node.name else "v" + subscript(number)
            for number, node in enumerate(self.nodes, first)
        }

    def label(self, operand: Any) -> str:
        """Return what tables and graphs call a node; a constant is called by its value."""
        if isinstance(operand, Var) and id(operand) in self._label:
            return self._label[id(operand)]
        number = f"{value_of(operand):g}".replace("-", "−")
        return f"({number})" if number.startswith("−") else number

    def formula(self, node: Var) -> str:
        """Return how `node` was computed, in labels; an input's name."""
        if node.rule is None:
            return node.name or self.label(node)
        if node.rule not in RULES:  # a user's own
            return f"{node.rule}({', '.join(map(self.label, node.operands))})"
        return formula(RULES[node.rule].value, self._labels_of(node))

    def partial_formulas(self, node: Var) -> list[tuple[Var, str]]:
        """Return each active operand of `node` with the expression of its partial derivative.

        The expression is a row's, in `a`, `b` and `y`, with its conditions decided. A user's rule
        has numbers only.
        """
        if node.rule is not None and node.rule not in RULES:
            numbers = [repr(float(value_of(partial))) for partial in node.partials]
            return list(zip(node.operands, numbers, strict=True))
        rule = RULES[node.rule] if node.rule else None
        values = {name: value_of(v) for name, v in zip("ab", node.operands, strict=False)}
        values["y"] = value_of(node)
        constants = {
            name: repr(value_of(operand))
            for name, operand, partial in zip("ab", node.operands, node.partials, strict=False)
            if partial is None
        }
        return [
            (operand, simplify(substitute(resolve(text, values, NAMESPACE), constants)))
            for text, operand, partial in zip(
                rule.partials if rule else (), node.operands, node.partials, strict=True
            )
            if partial is not None
        ]

    def _labels_of(self, node: Var) -> dict[str, str]:
        operands = zip("ab", node.operands, strict=False)
        return {name: self.label(operand) for name, operand in operands} | {"y": self.label(node)}

    def primal(self) -> Table:
        """Return the forward primal trace: every variable, its formula, its value."""
        rows = [(self.label(node), self.formula(node), _digits(node.primal)) for node in self.nodes]
        return Table(("variable", "formula", "value"), tuple(rows), numeric=("value",))

    def tangent(self, *direction: float) -> Table:
        """Return the forward tangent trace along `direction`, one number an input.

        >>> print(trace(lambda x, y: x * y, 0.5, 4.2).tangent(1.0, 0.0))
        variable  formula     value  tangent  formula of the tangent  value of it
        v₋₁       x        0.500000  v̇₋₁      1                          1.000000
        v₀        y        4.200000  v̇₀       0                          0.000000
        v₁        v₋₁·v₀   2.100000  v̇₁       v₀·v̇₋₁ + v₋₁·v̇₀            4.200000
        """
        self._expect(direction, self.inputs, "direction", "input")
        tangents = {id(node): seed for node, seed in zip(self.inputs, direction, strict=True)}
        rows = []
        for node in self.nodes:
            if node.rule is None:
                text = f"{tangents[id(node)]:g}"
            else:
                terms = [
                    (operand, partial, _accented(self.label(operand), _DOT))
                    for operand, partial in self.partial_formulas(node)
                ]
                text = self._sum(node, terms)
                tangents[id(node)] = sum(
                    product(partial, tangents[id(operand)])
                    for operand, partial in zip(node.operands, node.partials, strict=True)
                    if partial is not None
                )
            label = self.label(node)
            primal = (label, self.formula(node), _digits(node.primal))
            rows.append((*primal, _accented(label, _DOT), text, _digits(tangents[id(node)])))
        heading = (
            *("variable", "formula", "value"),
            *("tangent", "formula of the tangent", "value of it"),
        )
        return Table(heading, tuple(rows), numeric=("value", "value of it"))

    def adjoint(self, *seeds: float) -> Table:
        """Return the reverse adjoint trace: from the outputs, one seed each, to the inputs.

        Without seeds a single output has the seed 1.

        >>> print(trace(lambda x, y: x * y + x, 0.5, 4.2).adjoint())
        adjoint  formula        value
        v̄₂       1           1.000000
        v̄₁       v̄₂          1.000000
        v̄₀       v̄₁·v₋₁      0.500000
        v̄₋₁      v̄₂ + v̄₁·v₀  5.200000
        """
        seeds = seeds or (1.0,) * (len(self.outputs) == 1)
        self._expect(seeds, self.outputs, "seeds", "output")
        backward(self.outputs, seeds)
        incoming: dict[int, list[str]] = {id(node): [] for node in self.nodes}
        for output, seed in zip(self.outputs, seeds, strict=True):
            incoming[id(output)].append(f"{seed:g}")
        rows = []
        for node in reversed(self.nodes):
            label = _accented(self.label(node), _BAR)
            text = " + ".join(incoming[id(node)]).replace("+ −", "− ") or "0"
            rows.append((label, text, _digits(node.adjoint)))
            for operand, partial in self.partial_formulas(node):
                incoming[id(operand)].append(self._term(node, partial, label, before=True))
        return Table(("adjoint", "formula", "value"), tuple(rows), numeric=("value",))

    def _sum(self, node: Var, terms: Sequence[tuple[Var, str, str]]) -> str:
        """Return Σ partial · factor as one formula."""
        texts = [self._term(node, partial, factor) for _, partial, factor in terms]
        return " + ".join(texts).replace("+ −", "− ")

    def _term(self, node: Var, partial: str, factor: str, before: bool = False) -> str:
        """Return partial · factor in the labels of `node`, the `factor` first if `before`."""
        product = f"factor * ({partial})" if before else f"({partial}) * factor"
        return formula(simplify(product), self._labels_of(node) | {"factor": factor})

    @staticmethod
    def _expect(numbers: Sequence[float], nodes: Sequence[Var], what: str, of: str) -> None:
        if len(numbers) != len(nodes):
            raise InputError(
                f"{what} has {len(numbers)} numbers for {len(nodes)} {of}s; give one each"
            )

    def __str__(self) -> str:
        return str(self.primal().shortened())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.primal().shortened()._repr_html_()


def _names(f: Callable, count: int) -> list[str]:
    """Return the names of the first `count` parameters of `f`, else x₁, x₂ and so on."""
    numbered = [f"x{subscript(number)}" for number in range(1, count + 1)]
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        return numbered
    usual = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [pretty(name) for name in usual[:count]] if len(usual) >= count else numbered


def _accented(label: str, accent: str) -> str:
    """Return `label` with a dot or a bar over its first letter."""
    return label[0] + accent + label[1:]


def _digits(value: Any) -> str:
    return f"{value_of(value):.{DIGITS}f}".replace("-", "−")
