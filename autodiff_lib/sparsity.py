"""Sparsity patterns: which output depends on which input, found without any derivative.

Each input starts with the set of its own index, and the result of an operation has the union
of its operands' sets. The sets of the outputs are the rows of the Jacobian's pattern. It is a
pattern at a point: branches are followed as the program takes them there. It may be too large,
for x − x depends on x as far as sets can tell; it is never too small.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 7.1.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autodiff_lib.errors import InputError, OutputError
from autodiff_lib.methods import generate_methods
from autodiff_lib.rules import Elementwise
from autodiff_lib.tracing import Tag, Traced, apply, differentiation, is_of, peeled, real

_SHOWN = 60  # larger patterns are described, not drawn


@dataclass(frozen=True)
class Pattern:
    """Where a matrix may have entries other than zero.

    Attributes:
        rows: for each row the columns of its entries.
        width: how many columns the matrix has.

    >>> Pattern(({0}, {0, 2}), 3)
    × · ·
    × · ×
    """

    rows: tuple[frozenset[int], ...]
    width: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(map(frozenset, self.rows)))
        for number, row in enumerate(self.rows):
            wrong = [column for column in row if column not in range(self.width)]
            if wrong:
                raise InputError(
                    f"row {number} has an entry in column {wrong[0]!r}; the columns are "
                    f"0 to {self.width - 1}"
                )

    @classmethod
    def banded(cls, size: int, below: int, above: int) -> "Pattern":
        """Return the pattern of a square matrix with so many diagonals below and above the main.

        >>> Pattern.banded(3, 1, 0)
        × · ·
        × × ·
        · × ×
        """
        band = (range(max(i - below, 0), min(i + above + 1, size)) for i in range(size))
        return cls(tuple(band), size)

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return len(self.rows), self.width

    @property
    def entries(self) -> int:
        """How many entries may differ from zero."""
        return sum(map(len, self.rows))

    @cached_property
    def transpose(self) -> "Pattern":
        """The pattern of the transposed matrix."""
        columns: list[list[int]] = [[] for _ in range(self.width)]
        for number, row in enumerate(self.rows):
            for column in row:
                columns[column].append(number)
        return Pattern(tuple(columns), len(self.rows))

    def __str__(self) -> str:
        if not 0 < max(self.shape) <= _SHOWN:
            return f"pattern of {self.shape[0]} × {self.shape[1]} with {self.entries} entries"
        return "\n".join(
            " ".join("×" if column in row else "·" for column in range(self.width))
            for row in self.rows
        )

    __repr__ = __str__


class Dependent(Traced):
    """A number together with the indices of the inputs that it depends on."""

    __slots__ = ("indices", "primal", "tag")

    def __init__(self, primal: Any, indices: frozenset[int], tag: Tag) -> None:
        self.primal = primal
        self.indices = indices
        self.tag = tag

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> "Dependent":
        indices = frozenset()
        for operand, partial in zip(operands, rule.partials, strict=True):
            if is_of(operand, tag) and partial != "0.0":
                indices = _union(indices, operand.indices)
        return cls(apply(rule, *[peeled(operand, tag) for operand in operands]), indices, tag)

    def __repr__(self) -> str:
        return f"Dependent({self.primal!r}, {set(self.indices) or '{}'})"


generate_methods(Dependent)


def _union(one: frozenset[int], other: frozenset[int]) -> frozenset[int]:
    """Return the union, without a new set where one of both holds it already."""
    if one >= other:
        return one
    return other if other >= one else one | other


def sparsity(f: Callable, x: Sequence[float]) -> Pattern:
    """Return the sparsity pattern of the Jacobian of `f` at `x`.

    Args:
        f: a function of a list of numbers that returns a list of numbers, or one number; or a
            function of an array, written in NumPy.
        x: the point, a list or a tuple of numbers, or an array of floats. Its values matter
            for branches only. Rows and columns count an array's numbers as they lie in memory.

    Raises:
        InputError: when `x` is something else.
        OutputError: when `f` returns something else.
        NotDifferentiableError: when `f` puts the numbers of a list into NumPy arrays.

    >>> sparsity(lambda x: [x[0] * x[1], x[1] + 1, x[2] * x[0]], [1.0, 2.0, 3.0])
    × × ·
    · × ·
    × · ×
    """
    if hasattr(x, "dtype") and x.shape:
        from autodiff_lib.array_sparsity import rows_of

        return Pattern(rows_of(f, x), x.size)
    if not isinstance(x, list | tuple):
        raise InputError(
            f"the point must be a list or a tuple of numbers, or an array of floats; got {x!r} "
            f"of type {type(x).__name__}"
        )
    with differentiation() as tag:
        inputs = [
            Dependent(value if isinstance(value, Traced) else real(value), frozenset([i]), tag)
            for i, value in enumerate(x)
        ]
        result = f(inputs if isinstance(x, list) else tuple(inputs))
        outputs = result if isinstance(result, list | tuple) else [result]
        return Pattern(tuple(_indices(output, tag) for output in outputs), len(x))


def _indices(output: Any, tag: Tag) -> Iterable[int]:
    """Return what an output depends on; nothing for one that is a plain number."""
    if is_of(output, tag):
        return output.indices
    if not isinstance(output, Traced):
        try:
            real(output)
        except InputError:
            raise OutputError(
                f"the function returned {output!r} of type {type(output).__name__} among its "
                "outputs; each of them must be one number"
            ) from None
    return frozenset()
