"""Sparse Jacobians in a few sweeps: columns that share no row are differentiated together.

Two columns are independent when no row has an entry in both. One tangent that is 1 in several
independent columns yields all their entries in one forward sweep, each in a row of its own. So
columns get colours, dependent ones different colours, and each colour takes one sweep: J is
compressed to B = J·S by the seed matrix S, which has a column a colour. In reverse the same is
done to rows. The fewest colours are hard to find (it is graph colouring); no colouring has fewer
than the fullest row has entries, and greedy ones are often there.

Sources: A. R. Curtis, M. J. D. Powell and J. K. Reid, On the estimation of sparse Jacobian
matrices, IMA Journal of Applied Mathematics 13, 1974; A. H. Gebremedhin, F. Manne and A. Pothen,
What color is your Jacobian?, SIAM Review 47, 2005.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autodiff_lib.errors import InputError
from autodiff_lib.sparsity import Pattern

Matrix = Sequence[Sequence[Any]]
Entries = dict[tuple[int, int], Any]


@dataclass(frozen=True)
class Colouring:
    """Colours 0, 1, … of the columns (or the rows) of a pattern.

    Attributes:
        colours: a colour for each.
        at_least: how many colours any colouring needs, as far as is known.
    """

    colours: tuple[int, ...]
    at_least: int

    @property
    def count(self) -> int:
        """How many colours there are: so many sweeps it takes."""
        return max(self.colours, default=-1) + 1

    @property
    def is_optimal(self) -> bool:
        """Whether it is known that no colouring has fewer colours."""
        return self.count == self.at_least

    def seeds(self) -> list[list[float]]:
        """Return the seed matrix: a row for each coloured column, a column for each colour.

        >>> Colouring((0, 1, 0), 2).seeds()
        [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
        """
        return [[float(c == colour) for c in range(self.count)] for colour in self.colours]


def column_colouring(pattern: Pattern, order: str = "best") -> Colouring:
    """Return a colouring of the columns in which columns that share a row differ.

    Args:
        pattern: the pattern of the matrix.
        order: the order in which columns get the first colour that is free for them.
            "natural": as they stand, which is optimal for a full band; "largest-first": those
            first that depend on most others; "incidence-degree": always one that depends on most
            columns with a colour; "best": the best of all three, or the first of them that is
            known to be optimal.

    Raises:
        InputError: when `order` is none of these.

    >>> column_colouring(Pattern.banded(6, 1, 1)).colours
    (0, 1, 2, 0, 1, 2)
    """
    if order not in (*_ORDERS, "best"):
        names = ", ".join(map(repr, _ORDERS))
        raise InputError(f"no order is called {order!r}; there are {names} and 'best'")
    at_least = max([min(pattern.width, 1), *map(len, pattern.rows)])
    best = None
    for name in _ORDERS if order == "best" else [order]:
        colouring = Colouring(_greedy(pattern, _ORDERS[name](pattern)), at_least)
        if best is None or colouring.count < best.count:
            best = colouring
        if best.is_optimal:
            break
    return best


def row_colouring(pattern: Pattern, order: str = "best") -> Colouring:
    """Return a colouring of the rows in which rows that share a column differ.

    The arguments are those of `column_colouring`.

    >>> row_colouring(Pattern(({0, 1, 2}, {0}, {1}, {2}), 3)).colours
    (0, 1, 1, 1)
    """
    return column_colouring(pattern.transpose, order)


def _greedy(pattern: Pattern, order: Sequence[int]) -> tuple[int, ...]:
    """Give each column in turn the first colour that no dependent column has."""
    rows_of = pattern.transpose.rows
    used = [0] * len(pattern.rows)  # the colours in each row, colour c as the bit 2ᶜ
    colours = [0] * pattern.width
    for column in order:
        taken = 0
        for row in rows_of[column]:
            taken |= used[row]
        free = ~taken & (taken + 1)  # the lowest bit that is not set
        colours[column] = free.bit_length() - 1
        for row in rows_of[column]:
            used[row] |= free
    return tuple(colours)


def _dependent(pattern: Pattern, column: int) -> set[int]:
    """Return the other columns that share a row with `column`."""
    rows = pattern.transpose.rows[column]
    return set().union(*(pattern.rows[row] for row in rows)) - {column}


def _natural(pattern: Pattern) -> Sequence[int]:
    return range(pattern.width)


def _largest_first(pattern: Pattern) -> Sequence[int]:
    return sorted(range(pattern.width), key=lambda column: -len(_dependent(pattern, column)))


def _incidence_degree(pattern: Pattern) -> Iterator[int]:
    """Yield always the first of the columns with most dependent ones yielded before."""
    degree = [0] * pattern.width
    having = [dict.fromkeys(range(pattern.width))]  # the columns of each degree
    for _ in range(pattern.width):
        while not having[-1]:
            having.pop()
        column = next(iter(having[-1]))
        del having[-1][column]
        degree[column] = -1
        yield column
        for other in sorted(_dependent(pattern, column)):
            if degree[other] >= 0:
                del having[degree[other]][other]
                degree[other] += 1
                if degree[other] == len(having):
                    having.append({})
                having[degree[other]][other] = None


_ORDERS: Mapping[str, Callable[[Pattern], Any]] = {
    "natural": _natural,
    "largest-first": _largest_first,
    "incidence-degree": _incidence_degree,
}


def compress(matrix: Matrix, colouring: Colouring) -> list[list[Any]]:
    """Return the compressed matrix J·S: in each row, the columns of one colour added up.

    >>> compress([[1.0, 0.0, 0.0], [0.0, 2.0, 3.0]], Colouring((0, 1, 0), 2))
    [[1.0, 0.0], [3.0, 2.0]]
    """
    compressed = []
    for row in matrix:
        _expect(len(row), len(colouring.colours), "the matrix", "columns")
        sums = [0.0] * colouring.count
        for colour, entry in zip(colouring.colours, row, strict=True):
            sums[colour] = sums[colour] + entry
        compressed.append(sums)
    return compressed


def decompress(compressed: Matrix, pattern: Pattern, colouring: Colouring) -> Entries:
    """Return the entries {(row, column): value} of J from B = J·S.

    Args:
        compressed: B, a row for each row of J, a column for each colour.
        pattern: where J may have entries; the result has all of these.
        colouring: a colouring of the columns of `pattern`.

    Raises:
        InputError: when the sizes do not fit, when dependent columns have one colour, or when B
            has an entry where J can have none by its pattern, which then is too small.

    >>> pattern = Pattern(({0}, {1, 2}), 3)
    >>> decompress([[1.0, 0.0], [3.0, 2.0]], pattern, Colouring((0, 1, 0), 2))
    {(0, 0): 1.0, (1, 1): 2.0, (1, 2): 3.0}
    """
    _expect(len(colouring.colours), pattern.width, "the colouring", "columns")
    _expect(len(compressed), len(pattern.rows), "the compressed matrix", "rows")
    entries: Entries = {}
    for i, (row, values) in enumerate(zip(pattern.rows, compressed, strict=True)):
        _expect(len(values), colouring.count, f"row {i} of the compressed matrix", "numbers")
        free = dict.fromkeys(range(colouring.count))
        for j in sorted(row):
            colour = colouring.colours[j]
            if colour not in free:
                raise InputError(f"two columns of row {i} have one colour; colour them apart")
            del free[colour]
            entries[i, j] = values[colour]
        for colour in free:
            if values[colour] != 0 and values[colour] == values[colour]:
                raise InputError(
                    f"row {i} has {values[colour]!r} in colour {colour}, where the pattern has no "
                    "entry: the pattern is too small, it may come from another point or branch"
                )
    return entries


def compressed_jacobian(
    pattern: Pattern,
    push: Callable[[list[list[float]]], Matrix] | None = None,
    pull: Callable[[list[list[float]]], Matrix] | None = None,
) -> Entries:
    """Return the entries {(row, column): value} of a Jacobian from one compressed product.

    Args:
        pattern: the pattern of the m × n Jacobian J.
        push: takes a seed matrix S of n × p numbers, a tangent a column, and returns J·S, m × p.
        pull: takes a seed matrix W of m × q numbers, a cotangent a column, and returns Jᵀ·W,
            n × q. Where both are given, the one that needs fewer sweeps is called.

    Raises:
        InputError: when neither is given, or as `decompress` does.

    >>> matrix = [[5.0, 0.0], [0.0, 7.0]]
    >>> push = lambda S: [[sum(a * s for a, s in zip(r, c)) for c in zip(*S)] for r in matrix]
    >>> compressed_jacobian(Pattern.banded(2, 0, 0), push)
    {(0, 0): 5.0, (1, 1): 7.0}
    """
    columns = column_colouring(pattern) if push else None
    rows = row_colouring(pattern) if pull else None
    if columns and (rows is None or columns.count <= rows.count):
        return decompress(push(columns.seeds()), pattern, columns)
    if rows:
        transposed = decompress(pull(rows.seeds()), pattern.transpose, rows)
        return {(i, j): value for (j, i), value in transposed.items()}
    raise InputError("give push, which multiplies J by tangents, or pull, which Jᵀ by cotangents")


def dense(entries: Entries, shape: tuple[int, int]) -> list[list[Any]]:
    """Return the entries as a full matrix, a list of rows.

    >>> dense({(0, 1): 3.0}, (1, 2))
    [[0.0, 3.0]]
    """
    height, width = shape
    return [[entries.get((i, j), 0.0) for j in range(width)] for i in range(height)]


def _expect(got: int, needed: int, what: str, of: str) -> None:
    if got != needed:
        raise InputError(f"{what} has {got} {of}, where {needed} are needed")
