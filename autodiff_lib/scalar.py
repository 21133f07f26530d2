"""Reverse mode on a dynamic graph: `Var` remembers which values it was made from.

Each operation makes a new `Var` with its operands and the partial derivative in each of them.
The graph is thus built while the program runs (define by run), and `backward` walks it from
the output to the inputs, adding up what reaches a value along every path.

Two things make that walk correct. A value must not pass its adjoint on before it is complete,
so operations are visited in reverse order of creation: each was made after its operands.
And the walk is a loop, no recursion, for a chain of 100,000 operations to fit.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 3.2.
"""

import itertools
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from autodiff_lib.errors import InputError
from autodiff_lib.methods import generate_methods
from autodiff_lib.rules import Elementwise
from autodiff_lib.tracing import GROUND, Tag, Traced, enclosing, linearise

_serials = itertools.count()
_sweeps = itertools.count(1)
_by_serial = attrgetter("serial")


class Var(Traced):
    """A scalar that records the operations it goes through.

    Attributes:
        primal: its value, a float; in nested differentiation a value of the level further out.
        operands: the values it was made from, numbers included; empty for an input.
        partials: its partial derivative in each operand, None for one that is constant.
        rule: the name of its row in the rule table; None for an input.
        name: what to call it in tables and graphs; empty unless given.

    >>> from autodiff_lib.math import sin
    >>> x, y = Var(0.5, name="x"), Var(4.2, name="y")
    >>> z = x * y + sin(x)
    >>> z.backward()
    >>> print(f"{x.adjoint:.6f} {y.adjoint:.6f}")
    5.077583 0.500000
    """

    __slots__ = (
        "_adjoint",
        "_sweep",
        "name",
        "operands",
        "partials",
        "primal",
        "rule",
        "serial",
        "tag",
    )

    def __init__(self, primal: Any, *, name: str = "", tag: Tag = GROUND) -> None:
        """Make an input of the graph.

        Raises:
            InputError: when `primal` is not one real number.
            NestingError: when `primal` is traced by a differentiation that does not lie around
                that of `tag`.
        """
        self.primal = enclosing(primal, tag)
        self.operands = self.partials = ()
        self.rule = None
        self.tag = tag
        self.name = name
        self.serial = next(_serials)
        self._sweep = None

    @property
    def adjoint(self) -> Any:
        """The derivative, in this value, of what `backward` was last called on.

        Zero before any sweep, and zero where that output does not depend on this value.
        """
        return self._adjoint if self._sweep is self.tag.sweep is not None else 0.0

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> "Var":
        value, partials = linearise(rule, operands, tag)
        return _node(value, operands, partials, rule.name, tag)

    def backward(self, seed: Any = 1.0) -> None:
        """Propagate the adjoint `seed` of this value back to all that it was made from.

        Every sweep starts from zero: nothing is added to the adjoints of an earlier one.
        """
        backward([self], [seed])

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"Var({self.primal!r}{name})"


def named(value: Any, name: str) -> Any:
    """Return `value`, and call it `name` in tables and graphs if it is a `Var`.

    >>> named(Var(2.0) + 1.0, "m")
    Var(3.0, name='m')
    """
    if isinstance(value, Var):
        value.name = name
    return value


def backward(outputs: Sequence[Var], seeds: Sequence[Any]) -> None:
    """Set the adjoint of every value behind `outputs` to Σ seedᵢ · ∂outputᵢ/∂value.

    One sweep for several outputs gives ȳᵀF′, the product of the seeds with the Jacobian.

    Raises:
        InputError: when seeds and outputs differ in number, or outputs in their level.
    """
    if len(outputs) != len(seeds) or not outputs:
        raise InputError(f"got {len(outputs)} outputs and {len(seeds)} seeds; give each its own")
    tag = outputs[0].tag
    if any(output.tag is not tag for output in outputs):
        raise InputError("the outputs belong to different differentiations")
    order = creation_order(outputs)
    tag.sweep = sweep = object()
    for node in order:
        node._adjoint = 0.0
        node._sweep = sweep
    for output, seed in zip(outputs, seeds, strict=True):
        output._adjoint = output._adjoint + seed
    for node in reversed(order):
        adjoint = node._adjoint
        for operand, partial in zip(node.operands, node.partials, strict=True):
            if partial is not None:
                operand._adjoint += adjoint * partial


def creation_order(outputs: Iterable[Var]) -> list[Var]:
    """Return the values that `outputs` depend on, themselves included, as they were made.

    An operation is made after its operands, so this order is topological.
    """
    found = {id(output): output for output in outputs}
    waiting = list(found.values())
    while waiting:
        node = waiting.pop()
        for operand, partial in zip(node.operands, node.partials, strict=True):
            if partial is not None and id(operand) not in found:
                found[id(operand)] = operand
                waiting.append(operand)
    return sorted(found.values(), key=_by_serial)


def _node(
    primal: Any, operands: tuple, partials: tuple, rule: str, tag: Tag, new: Any = Var.__new__
) -> Var:
    node = new(Var)
    node.primal = primal
    node.operands = operands
    node.partials = partials
    node.rule = rule
    node.tag = tag
    node.name = ""
    node.serial = next(_serials)
    node._sweep = None
    return node


# The methods of `Var`, one a row of the rule table. On floats they run the row's expressions
# written out; everything else, nesting above all, goes through `apply`.

_UNARY = """
def {name}(self):
    a = self.primal
    if type(a) is not float:
        return apply(rule, self)
    y = {value}
    return node(y, (self,), ({da},), {name!r}, self.tag)
"""

_BINARY = """
def {name}(self, other):
    a = self.primal
    if type(a) is float:
        kind = type(other)
        if kind is Var:
            b = other.primal
            if type(b) is float and other.tag is self.tag:
                y = {value}
                return node(y, (self, other), ({da}, {db}), {name!r}, self.tag)
        elif kind is float or kind is int:
            b = other
            y = {value}
            return node(y, (self, other), ({da}, None), {name!r}, self.tag)
    return apply(rule, self, other)

def reflected_{name}(self, other):
    kind = type(other)
    b = self.primal
    if type(b) is float and (kind is float or kind is int):
        a = other
        y = {value}
        return node(y, (other, self), (None, {db}), {name!r}, self.tag)
    return apply(rule, other, self)
"""

generate_methods(Var, _UNARY, _BINARY, node=_node, Var=Var)
