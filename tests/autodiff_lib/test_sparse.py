"""Sparse Jacobians and the patterns of array programs: never too small, never a dense J."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib.colouring import column_colouring, dense
from autodiff_lib.errors import InputError
from autodiff_lib.sparse import sparse_jacobian
from autodiff_lib.sparsity import Pattern, sparsity
from autodiff_lib.transforms import jacobian

A = np.array([[1.0, 0.0, 2.0], [0.0, 0.5, 0.0], [1.5, 0.0, -1.0]])


def neighbours(x):
    padded = np.pad(x, 1)
    return padded[:-2] * x - np.sin(x) + padded[2:] ** 2


ARRAY_PROGRAMS = (
    ("elementwise", lambda x: np.sin(x) * x),
    ("stencil", neighbours),
    ("a sparse constant matrix", lambda x: np.tanh(A @ x)),
    ("reversed and rolled", lambda x: x[::-1] * np.roll(x, 1)),
    ("fancy index", lambda x: x[[0, 2, 2, 1]] ** 2),
    ("sum", lambda x: np.sum(x * x)),
    ("cumsum", lambda x: np.cumsum(x * x)),
    ("einsum", lambda x: np.einsum("ij,j->i", A, x)),
    ("concatenate and reshape", lambda x: np.concatenate([x * x, x[:1]]).reshape(2, 2)),
    ("where", lambda x: np.where(x > 0.25, x**2, 3.0)),
    ("a linear system", lambda x: np.linalg.solve(A + np.diag(x), x)),
    ("max", lambda x: x * np.max(x)),
    ("an outer product", lambda x: x[:, None] * x[None, :]),
    ("a constant part", lambda x: np.concatenate([x * x, np.ones(2)])),
)


@pytest.mark.parametrize(("name", "f"), ARRAY_PROGRAMS, ids=[name for name, _ in ARRAY_PROGRAMS])
def test_array_programs(name, f):
    x = np.array([0.3, 0.2, 0.7])
    pattern = sparsity(f, x)
    full = jacobian(f)(x).reshape(pattern.shape)
    for i, row in enumerate(full):
        assert {j for j, value in enumerate(row) if value} <= pattern.rows[i]
    entries = sparse_jacobian(f, x)
    np.testing.assert_allclose(dense(entries, pattern.shape), full, rtol=1e-13)


@pytest.mark.parametrize(
    ("f", "rows"),
    [
        (lambda x: x * x, ({0}, {1}, {2})),
        (neighbours, ({0, 1}, {0, 1, 2}, {1, 2})),
        (lambda x: A @ x, ({0, 2}, {1}, {0, 2})),
        (lambda x: np.cumsum(x), ({0}, {0, 1}, {0, 1, 2})),
        (lambda x: np.where([True, False, True], x, 1.0), ({0}, set(), {2})),
        (lambda x: np.sign(x) * 1.0, (set(), set(), set())),
    ],
)
def test_patterns_are_as_small_as_sets_allow(f, rows):
    assert sparsity(f, np.array([0.3, 0.2, 0.7])) == Pattern(rows, 3)


def test_a_tridiagonal_jacobian_takes_three_sweeps_whatever_its_size():
    size = 400
    x = np.linspace(0.1, 1.0, size)
    pattern = sparsity(neighbours, x)
    assert pattern == Pattern.banded(size, 1, 1)
    assert column_colouring(pattern).count == 3
    entries = sparse_jacobian(neighbours, x)
    assert len(entries) == pattern.entries
    assert entries[200, 201] == pytest.approx(2 * x[201])


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=8))
def test_lists_of_numbers(x):
    def f(x):
        return [x[i] * x[i - 1] + x[0] for i in range(1, len(x))]

    entries = sparse_jacobian(f, x)
    full = jacobian(f)(x)
    np.testing.assert_allclose(dense(entries, (len(x) - 1, len(x))), full)


def test_a_wrong_pattern_is_refused():
    with pytest.raises(InputError, match="the pattern is of"):
        sparse_jacobian(lambda x: x * x, np.ones(3), Pattern.banded(2, 0, 0))
