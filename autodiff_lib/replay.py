"""A record evaluated at new inputs, for as long as the program would take the same branches.

A record knows the operations that ran, not the program that chose them. What it can know is
every comparison that the program made of recorded values: each is kept as a guard, and a
replay that would decide one differently stops. It cannot see a choice made by other means, on
`x.primal` or on `isinstance` for example, nor a constant that was worked out from the inputs.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autodiff_lib.errors import ReplayError
from autodiff_lib.expressions import subscript
from autodiff_lib.tracing import evaluate, value_of
from autodiff_lib.wengert import INPUT, NONE, RULE_OF, WengertList

_SIGNS = {
    # What was compared, as it is written when it came out true, and when false.
    operator.lt: ("<", "≥"),
    operator.le: ("≤", ">"),
    operator.gt: (">", "≤"),
    operator.ge: ("≥", "<"),
    operator.eq: ("=", "≠"),
    operator.ne: ("≠", "="),
}


class Guard(NamedTuple):
    """A comparison that the program made after so many records, and how it came out."""

    after: int
    relation: Callable[[Any, Any], bool]
    left: int
    right: int
    constant: Any  # stands on the right where `right` is NONE
    outcome: bool

    def holds(self, values: Sequence[Any]) -> bool:
        """Return whether the comparison comes out the same at `values`."""
        right = self.constant if self.right == NONE else value_of(values[self.right])
        return bool(self.relation(value_of(values[self.left]), right)) is self.outcome

    def __str__(self) -> str:
        sign = _SIGNS[self.relation][0 if self.outcome else 1]
        right = label(self.right) if self.right != NONE else _shown(self.constant)
        return f"{label(self.left)} {sign} {right}"


def label(place: int) -> str:
    """Return what the record at `place` is called in tables."""
    return "v" + subscript(place)


def constant_text(value: Any) -> str:
    """Return a constant as it stands in formulas, a negative one in brackets."""
    text = _shown(value)
    return f"({text})" if text.startswith("−") else text


def _shown(value: Any) -> str:
    value = value_of(value)
    return f"{value:g}".replace("-", "−") if isinstance(value, int | float) else repr(value)


def replayed(record: WengertList, guards: Sequence[Guard], inputs: Sequence[Any]) -> WengertList:
    """Return `record` with the values and partials that it has at `inputs`.

    Raises:
        ReplayError: where a comparison comes out differently.
    """
    result, remaining, waiting = WengertList(), iter(inputs), iter(guards)
    guard = next(waiting, None)
    columns = (record.codes, record.lefts, record.rights)
    slots = zip(record.left_partials, record.right_partials, strict=True)
    for code, left, right, constants in zip(*columns, slots, strict=True):
        while guard is not None and guard.after == len(result):
            _expect_holds(guard, result.values)
            guard = next(waiting, None)
        if code == INPUT:
            result.append(INPUT, (), (), next(remaining))
            continue
        rule = RULE_OF[code]
        operands = (left, right)[: len(rule.inputs)]
        primals = [
            constant if operand == NONE else result.values[operand]
            for operand, constant in zip(operands, constants, strict=False)
        ]
        value, partials = evaluate(rule, primals, [operand != NONE for operand in operands])
        pairs = zip(partials, constants, strict=False)
        kept = [constant if partial is None else partial for partial, constant in pairs]
        result.append(code, operands, kept, value)
    while guard is not None:
        _expect_holds(guard, result.values)
        guard = next(waiting, None)
    return result


def _expect_holds(guard: Guard, values: Sequence[Any]) -> None:
    if not guard.holds(values):
        raise ReplayError(
            f"the tape holds while {guard}, and {label(guard.left)} is "
            f"{_shown(values[guard.left])} now: record the program again, which takes another "
            "branch at these inputs"
        )
