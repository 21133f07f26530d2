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
from autodiff_lib.tracing import GROUND, Tag, Traced, enclosing, linearise, product, real

_serials = itertools.count()
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
        "_mark",
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
        self._mark = self._sweep = None

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
        InputError: when seeds and outputs differ in number, outputs in their level, or a seed
            is no number.
    """
    if len(outputs) != len(seeds) or not outputs:
        raise InputError(f"got {len(outputs)} outputs and {len(seeds)} seeds; give each its own")
    tag = outputs[0].tag
    if any(output.tag is not tag for output in outputs):
        raise InputError("the outputs belong to different differentiations")
    seeds = [seed if isinstance(seed, Traced) else real(seed) for seed in seeds]
    order = creation_order(outputs)
    order.reverse()
    tag.sweep = sweep = object()
    on_floats = all(type(seed) is float for seed in seeds)
    for node in order:
        node._adjoint = 0.0
        node._sweep = sweep
        on_floats = on_floats and type(node.primal) is float
    for output, seed in zip(outputs, seeds, strict=True):
        output._adjoint = output._adjoint + seed
    (_sweep_floats if on_floats else _sweep)(order)


def _sweep_floats(order: list[Var]) -> None:
    """Pass adjoints on from each value to its operands. The number 0 passes nothing on."""
    for node in order:
        adjoint = node._adjoint
        if adjoint:
            partials = node.partials  # zip(…, strict=True) would double the time of the loop
            for place, operand in enumerate(node.operands):
                if partials[place]:
                    operand._adjoint += adjoint * partials[place]


def _sweep(order: list[Var]) -> None:
    """The same where an enclosing differentiation traces partials and adjoints."""
    for node in order:
        adjoint = node._adjoint
        for operand, partial in zip(node.operands, node.partials, strict=True):
            if partial is not None:
                operand._adjoint = operand._adjoint + product(partial, adjoint)


def creation_order(outputs: Iterable[Var]) -> list[Var]:
    """Return the values that `outputs` depend on, themselves included, as they were made.

    An operation is made after its operands, so this order is topological.
    """
    mark = object()
    found = []
    for output in outputs:
        if output._mark is not mark:
            output._mark = mark
            found.append(output)
    for node in found:  # which grows while it is read
        partials = node.partials
        for place, operand in enumerate(node.operands):
            if partials[place] is not None and operand._mark is not mark:
                operand._mark = mark
                found.append(operand)
    found.sort(key=_by_serial)
    return found


def _node(primal: Any, operands: tuple, partials: tuple, rule: str, tag: Tag) -> Var:
    """Return the result of an operation. The generated methods do the same without a call."""
    node = Var.__new__(Var)
    node.primal, node.operands, node.partials = primal, operands, partials
    node.rule, node.tag, node.name = rule, tag, ""
    node.serial, node._mark, node._sweep = next(_serials), None, None
    return node


# The methods of `Var`, one a row of the rule table. On floats they run the row's expressions
# written out; everything else, nesting above all, goes through `apply`.

_UNARY = """
def {name}(self):
    a = self.primal
    if type(a) is not float:
        return apply(rule, self)
    y = {value}
    node = new(Var)
    node.primal, node.operands, node.partials = y, (self,), ({da},)
    node.rule, node.tag, node.name = {name!r}, self.tag, ""
    node.serial, node._mark, node._sweep = next(serials), None, None
    return node
"""

_BINARY = """
def {name}(self, other):
    a = self.primal
    kind = type(other)
    if type(a) is not float:
        return apply(rule, self, other)
    if kind is Var and other.tag is self.tag:
        b = other.primal
        if type(b) is not float:
            return apply(rule, self, other)
        y = {value}
        partials = ({da}, {db})
    elif kind is float or kind is int:
        b = float(other)
        y = {value}
        partials = ({da}, None)
    else:
        return apply(rule, self, other)
    node = new(Var)
    node.primal, node.operands, node.partials = y, (self, other), partials
    node.rule, node.tag, node.name = {name!r}, self.tag, ""
    node.serial, node._mark, node._sweep = next(serials), None, None
    return node

def reflected_{name}(self, other):
    b = self.primal
    kind = type(other)
    if type(b) is not float or (kind is not float and kind is not int):
        return apply(rule, other, self)
    a = float(other)
    y = {value}
    node = new(Var)
    node.primal, node.operands, node.partials = y, (other, self), (None, {db})
    node.rule, node.tag, node.name = {name!r}, self.tag, ""
    node.serial, node._mark, node._sweep = next(serials), None, None
    return node
"""

generate_methods(Var, _UNARY, _BINARY, Var=Var, new=Var.__new__, serials=_serials)
