"""What a program computes with while a tape records it: a `TapeVar`, no more than a place there.

Each operation writes a record, as `autodiff_lib.wengert` describes it; each comparison leaves a
guard for `autodiff_lib.replay`.
"""

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autodiff_lib.methods import generate_methods
from autodiff_lib.replay import Guard, label
from autodiff_lib.rules import RULES, Elementwise
from autodiff_lib.tags import Tag
from autodiff_lib.tracing import Traced, is_of, linearise, real, value_of
from autodiff_lib.wengert import NONE

if TYPE_CHECKING:
    from autodiff_lib.tape import Tape

_CODES = {name: code for code, name in enumerate(RULES)}


class TapeVar(Traced):
    """A scalar that a tape records: the tape, and the place of its record on it."""

    __slots__ = ("index", "tape")

    def __init__(self, tape: "Tape", index: int) -> None:
        self.tape = tape
        self.index = index

    @property
    def primal(self) -> Any:
        """Its value: a float; in nested differentiation a value of the level further out."""
        self.tape.expect_unfreed()
        return self.tape.values[self.index]

    @property
    def tag(self) -> Tag:
        """The differentiation that it belongs to: its tape's."""
        return self.tape.tag

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> "TapeVar":
        value, partials = linearise(rule, operands, tag)
        tape = next(operand.tape for operand in operands if is_of(operand, tag))
        places, slots = [], []
        for operand, partial in zip(operands, partials, strict=True):
            constant = operand if isinstance(operand, Traced) else real(operand)
            places.append(NONE if partial is None else operand.index)
            slots.append(constant if partial is None else partial)
        return cls(tape, tape.append(_CODES[rule.name], places, slots, value))

    def _compare(self, relation: Callable, other: Any) -> bool:
        outcome = super()._compare(relation, other)
        if not isinstance(other, Traced) or other.tag.serial <= self.tag.serial:
            self._guard(relation, other, outcome)
        return outcome

    def __bool__(self) -> bool:
        outcome = bool(self.primal)
        self._guard(operator.ne, 0.0, outcome)
        return outcome

    def _guard(self, relation: Callable, other: Any, outcome: bool) -> None:
        """Note a comparison, for a replay to see whether it comes out the same."""
        if self.tag.is_open:
            right = other.index if is_of(other, self.tag) else NONE
            constant = value_of(other) if right == NONE else None
            guard = Guard(len(self.tape), relation, self.index, right, constant, bool(outcome))
            self.tape.guards.append(guard)

    def __repr__(self) -> str:
        return f"TapeVar({label(self.index)} = {self.primal!r})"


# The methods of `TapeVar`, one a row of the rule table. On a tape of floats they write the
# record themselves; everything else, nesting above all, goes through `apply`.

_UNARY = """
def {name}(self):
    tape, left = self.tape, self.index
    if not tape.takes_floats:
        return apply(rule, self)
    a = tape.values[left]
    y = {value}
    p = {da}
    result = new(TapeVar)
    result.tape, result.index = tape, len(tape.values)
    tape.codes.append({code})
    tape.lefts.append(left)
    tape.rights.append(-1)
    tape.left_partials.append(p)
    tape.right_partials.append(0.0)
    tape.values.append(y)
    return result
"""

_BINARY = """
def {name}(self, other):
    tape, left = self.tape, self.index
    kind = type(other)
    if not tape.takes_floats:
        return apply(rule, self, other)
    a = tape.values[left]
    if kind is TapeVar and other.tape is tape:
        right = other.index
        b = tape.values[right]
        y = {value}
        p, q = {da}, {db}
    elif kind is float or kind is int:
        right, b = -1, float(other)
        y = {value}
        p, q = {da}, b
    else:
        return apply(rule, self, other)
    result = new(TapeVar)
    result.tape, result.index = tape, len(tape.values)
    tape.codes.append({code})
    tape.lefts.append(left)
    tape.rights.append(right)
    tape.left_partials.append(p)
    tape.right_partials.append(q)
    tape.values.append(y)
    return result

def reflected_{name}(self, other):
    tape, right = self.tape, self.index
    kind = type(other)
    if not tape.takes_floats or (kind is not float and kind is not int):
        return apply(rule, other, self)
    a, b = float(other), tape.values[right]
    y = {value}
    q = {db}
    result = new(TapeVar)
    result.tape, result.index = tape, len(tape.values)
    tape.codes.append({code})
    tape.lefts.append(-1)
    tape.rights.append(right)
    tape.left_partials.append(a)
    tape.right_partials.append(q)
    tape.values.append(y)
    return result
"""

generate_methods(TapeVar, _UNARY, _BINARY, TapeVar=TapeVar, new=TapeVar.__new__)
