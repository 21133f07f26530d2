"""The Wengert list: a computation as flat columns, one record an operation, and its two sweeps.

A record says which operation it is, the places of its two operands, the partial derivative in
each, and the value. It stands after the records of its operands. So one run over the columns
forwards is a tangent sweep and one run backwards is an adjoint sweep; nothing needs sorting.

Sources: R. E. Wengert, A simple automatic derivative evaluation program, CACM 7(8), 1964; A.
Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 6.1.
"""

import sys
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from autodiff_lib.rules import RULES
from autodiff_lib.tracing import product

INPUT = 255
"""The code of a record that is an input. An operation's code is its place in the rule table."""

NONE = -1
"""The place of an operand that is absent or constant."""

RULE_OF = tuple(RULES.values())
"""The row of the rule table by its code."""


class WengertList:
    """Columns of records, at first of floats: 33 bytes a record, and room for growth.

    Attributes:
        codes: the operations; `INPUT` for an input.
        lefts, rights: the places of the operands; `NONE` for one that is absent or constant.
        left_partials, right_partials: the partial derivative in each operand; a constant
            operand has its value here, for only that is ever asked of it.
        values: the results.

    Where a value is traced by an enclosing differentiation, the last three become lists.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Drop all records."""
        self.codes = array("B")
        self.lefts, self.rights = array("i"), array("i")
        self.left_partials, self.right_partials = array("d"), array("d")
        self.values = array("d")

    @property
    def on_floats(self) -> bool:
        """Whether all values and partials are floats."""
        return isinstance(self.values, array)

    @property
    def nbytes(self) -> int:
        """How many bytes the columns take, room for growth included."""
        columns = (self.codes, self.lefts, self.rights, *self._numbers())
        return sum(map(sys.getsizeof, columns))

    def __len__(self) -> int:
        return len(self.values)

    def _numbers(self) -> tuple:
        return self.left_partials, self.right_partials, self.values

    def append(self, code: int, places: Sequence[int], partials: Sequence[Any], value: Any) -> int:
        """Add a record and return its place. What has fewer than two operands is filled up."""
        left, right = (*places, NONE, NONE)[:2]
        left_partial, right_partial = (*partials, 0.0, 0.0)[:2]
        numbers = (left_partial, right_partial, value)
        if self.on_floats and any(type(number) is not float for number in numbers):
            self.left_partials, self.right_partials, self.values = map(list, self._numbers())
        self.codes.append(code)
        self.lefts.append(left)
        self.rights.append(right)
        for column, number in zip(self._numbers(), numbers, strict=True):
            column.append(number)
        return len(self) - 1

    def reverse(self, seeds: Mapping[int, Any]) -> list[Any]:
        """Return Σ seed · ∂seeded/∂record for every record: one sweep, from last to first."""
        adjoints = [seeds.get(place, 0.0) for place in range(len(self))]
        columns = (adjoints, self.lefts, self.left_partials, self.rights, self.right_partials)
        # Reversed iterators read as they go: an adjoint is complete when its turn comes.
        turns = zip(*map(reversed, columns), strict=True)
        if self.on_floats and all(type(seed) is float for seed in seeds.values()):
            for adjoint, left, left_partial, right, right_partial in turns:
                if adjoint:  # the number 0 passes nothing on, and nothing passes it
                    if left >= 0 and left_partial:
                        adjoints[left] += adjoint * left_partial
                    if right >= 0 and right_partial:
                        adjoints[right] += adjoint * right_partial
            return adjoints
        for adjoint, left, left_partial, right, right_partial in turns:
            if left >= 0:
                adjoints[left] = adjoints[left] + product(left_partial, adjoint)
            if right >= 0:
                adjoints[right] = adjoints[right] + product(right_partial, adjoint)
        return adjoints

    def forward(self, seeds: Mapping[int, Any]) -> list[Any]:
        """Return Σ ∂record/∂seeded · seed for every record: one sweep, from first to last."""
        tangents = []
        columns = zip(self.lefts, self.left_partials, self.rights, self.right_partials, strict=True)
        for place, (left, left_partial, right, right_partial) in enumerate(columns):
            tangent = seeds.get(place, 0.0)
            if left >= 0:
                tangent = tangent + product(left_partial, tangents[left])
            if right >= 0:
                tangent = tangent + product(right_partial, tangents[right])
            tangents.append(tangent)
        return tangents
