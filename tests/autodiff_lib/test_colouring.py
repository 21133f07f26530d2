"""Colourings: dependent columns differ, bands are optimal, and J comes back whole."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import InputError
from autodiff_lib.colouring import (
    Colouring,
    column_colouring,
    compress,
    compressed_jacobian,
    decompress,
    dense,
    row_colouring,
)
from autodiff_lib.math import sin
from autodiff_lib.sparsity import Pattern, sparsity

ORDERS = ("natural", "largest-first", "incidence-degree", "best")


@st.composite
def patterns(draw, max_size=8):
    height, width = draw(st.integers(0, max_size)), draw(st.integers(0, max_size))
    columns = st.sets(st.integers(0, width - 1), max_size=4) if width else st.just(set())
    return Pattern(tuple(draw(columns) for _ in range(height)), width)


@st.composite
def matrices(draw):
    """A pattern and a matrix with that pattern, some of its entries zero by chance."""
    pattern = draw(patterns())
    numbers = st.floats(-9, 9).map(lambda number: round(number, 3))
    matrix = [
        [draw(numbers) if j in row else 0.0 for j in range(pattern.width)] for row in pattern.rows
    ]
    return pattern, matrix


def times(matrix, seeds, width):
    """matrix · seeds, for seeds of `width` columns."""
    return [
        [math.fsum(a * seed[k] for a, seed in zip(row, seeds, strict=True)) for k in range(width)]
        for row in matrix
    ]


def transposed(matrix, width):
    return [[row[j] for row in matrix] for j in range(width)]


class TestColours:
    @given(patterns(), st.sampled_from(ORDERS))
    def test_columns_that_share_a_row_differ(self, pattern, order):
        colouring = column_colouring(pattern, order)
        for row in pattern.rows:
            assert len({colouring.colours[j] for j in row}) == len(row)
        assert set(colouring.colours) == set(range(colouring.count))

    @given(patterns(max_size=5))
    def test_no_colouring_has_fewer_than_the_bound(self, pattern):
        found = column_colouring(pattern)
        fewest = min(
            max(colours, default=-1) + 1
            for colours in itertools.product(range(pattern.width), repeat=pattern.width)
            if all(len({colours[j] for j in row}) == len(row) for row in pattern.rows)
        )
        assert found.at_least <= fewest <= found.count
        assert not found.is_optimal or found.count == fewest

    @pytest.mark.parametrize("order", ["natural", "best"])
    @pytest.mark.parametrize(("below", "above"), [(0, 0), (1, 1), (0, 3), (2, 1), (4, 4)])
    def test_a_band_takes_as_many_colours_as_it_is_wide(self, below, above, order):
        found = column_colouring(Pattern.banded(40, below, above), order)
        assert found.count == below + above + 1
        assert found.is_optimal

    def test_the_best_order_is_at_least_as_good_as_each(self):
        # The path 0 – 3 – 2 – 1: where 0 and 1 get one colour, 2 and 3 need two more.
        path = Pattern(({0, 3}, {1, 2}, {2, 3}), 4)
        counts = {order: column_colouring(path, order).count for order in ORDERS}
        assert counts == {"natural": 3, "largest-first": 2, "incidence-degree": 2, "best": 2}

    @pytest.mark.parametrize("seed", range(10))
    def test_the_best_of_large_patterns_is_the_best_of_all_orders(self, seed):
        entry = random.Random(seed).randrange
        pattern = Pattern(tuple({entry(60) for _ in range(4)} for _ in range(60)), 60)
        counts = [column_colouring(pattern, order).count for order in ORDERS]
        assert counts[-1] == min(counts[:-1])

    def test_an_arrow_needs_one_colour_a_column_but_two_a_row(self):
        arrow = Pattern(({*range(6)}, *({0, i} for i in range(1, 6))), 6)
        assert column_colouring(arrow).count == 6
        assert row_colouring(arrow).count == 6
        one_row = Pattern(({*range(6)}, *({i} for i in range(1, 6))), 6)
        assert column_colouring(one_row).count == 6
        assert row_colouring(one_row).count == 2

    def test_largest_first_takes_the_largest_first(self):
        star = Pattern(({0, 3}, {1, 3}, {2, 3}), 4)
        assert column_colouring(star, "largest-first").colours == (1, 1, 1, 0)

    @pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3)])
    def test_empty_matrices(self, shape):
        found = column_colouring(Pattern((set(),) * shape[0], shape[1]))
        assert found.count == min(shape[1], 1)
        assert found.is_optimal


class TestCompression:
    @given(matrices(), st.sampled_from(ORDERS))
    def test_decompressing_what_was_compressed_gives_the_matrix(self, case, order):
        pattern, matrix = case
        colouring = column_colouring(pattern, order)
        entries = decompress(compress(matrix, colouring), pattern, colouring)
        assert set(entries) == {(i, j) for i, row in enumerate(pattern.rows) for j in row}
        assert dense(entries, pattern.shape) == matrix

    @given(matrices())
    def test_compressing_is_multiplying_by_the_seed_matrix(self, case):
        pattern, matrix = case
        colouring = column_colouring(pattern)
        product = times(matrix, colouring.seeds(), colouring.count)
        for row, expected in zip(compress(matrix, colouring), product, strict=True):
            assert row == pytest.approx(expected, abs=1e-12)

    @given(matrices())
    def test_forward_and_reverse_give_the_same_jacobian(self, case):
        pattern, matrix = case
        columns, rows = column_colouring(pattern).count, row_colouring(pattern).count
        push = lambda seeds: times(matrix, seeds, columns)  # noqa: E731
        pull = lambda seeds: times(transposed(matrix, pattern.width), seeds, rows)  # noqa: E731
        assert dense(compressed_jacobian(pattern, push), pattern.shape) == matrix
        assert dense(compressed_jacobian(pattern, pull=pull), pattern.shape) == matrix

    def test_the_cheaper_of_both_is_called(self):
        pattern = Pattern(({0, 1, 2},), 3)
        never = lambda seeds: pytest.fail("not this one")  # noqa: E731
        pull = lambda seeds: [[1.0], [2.0], [3.0]]  # noqa: E731
        assert dense(compressed_jacobian(pattern, never, pull), (1, 3)) == [[1.0, 2.0, 3.0]]
        push = lambda seeds: [[1.0], [2.0], [3.0]]  # noqa: E731
        assert dense(compressed_jacobian(pattern.transpose, push, never), (3, 1)) == [
            *([1.0], [2.0], [3.0])
        ]

    def test_a_tridiagonal_system_of_any_size_takes_three_sweeps(self):
        def f(x):
            ends = [0.0, *x, 0.0]
            return [sin(ends[i]) - ends[i - 1] * ends[i + 1] for i in range(1, len(x) + 1)]

        point = [0.1 * i for i in range(200)]
        pattern = sparsity(f, point)
        assert column_colouring(pattern).count == 3

        def push(seeds):
            products = []
            for tangent in zip(*seeds, strict=True):
                x, moved = [0.0, *point, 0.0], [0.0, *tangent, 0.0]
                products.append(
                    [
                        math.cos(x[i]) * moved[i]
                        - moved[i - 1] * x[i + 1]
                        - x[i - 1] * moved[i + 1]
                        for i in range(1, len(point) + 1)
                    ]
                )
            return list(zip(*products, strict=True))

        entries = compressed_jacobian(pattern, push)
        assert entries[7, 7] == pytest.approx(math.cos(point[7]))
        assert entries[7, 8] == pytest.approx(-point[6])
        assert len(entries) == pattern.entries == 3 * 200 - 2

    def test_not_a_number_beside_the_pattern_is_no_entry(self):
        pattern, colouring = Pattern((set(), {1}), 2), Colouring((0, 1), 1)
        assert decompress([[math.nan, 0.0], [0.0, 2.0]], pattern, colouring) == {(1, 1): 2.0}


PAIR = Pattern(({0, 1},), 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: column_colouring(PAIR, "smallest"), "'smallest'; there are 'natural', 'largest"),
        (lambda: decompress([[1.0]], PAIR, Colouring((0, 0), 2)), "two columns of row 0"),
        (lambda: decompress([[1.0]], PAIR, Colouring((0,), 1)), "colouring has 1 columns.* 2 are"),
        (lambda: decompress([], PAIR, Colouring((0, 1), 2)), "compressed matrix has 0 rows"),
        (lambda: decompress([[1.0]], PAIR, Colouring((0, 1), 2)), "row 0 .* has 1 numbers"),
        (
            lambda: decompress([[1.0, 5.0]], Pattern(({0},), 2), Colouring((0, 1), 1)),
            r"row 0 has 5\.0 in colour 1.* pattern is too small",
        ),
        (lambda: compress([[1.0]], Colouring((0, 1), 2)), "matrix has 1 columns"),
        (lambda: compressed_jacobian(PAIR), "give push"),
    ],
)
def test_errors_say_what_does_not_fit(call, message):
    with pytest.raises(InputError, match=message):
        call()
