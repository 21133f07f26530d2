"""State Jacobians: the identity but for one row, and one Jacobian from either end."""

import math

import numpy as np
import pytest
from hypothesis import given

from autodiff_lib import InputError, backward, grad, trace
from autodiff_lib.math import log, sin, sqrt
from autodiff_lib.statejacobians import matmul, state_jacobians, transpose
from tests.autodiff_lib.facts import FACTS
from tests.autodiff_lib.programs import programs


def c1(x1, x2):
    return log(x1) + x1 * x2 - sin(x2)


def test_the_factors_of_a_worked_case():
    found = state_jacobians(trace(c1, 2.0, 5.0))
    assert np.eye(2, 7).tolist() == found.P
    assert np.eye(1, 7, 6).tolist() == found.Q
    rows = [matrix[2 + i] for i, matrix in enumerate(found.A)]
    assert rows == [
        [0.5, 0, 0, 0, 0, 0, 0],  # v₁ = log v₋₁
        [5.0, 2.0, 0, 0, 0, 0, 0],  # v₂ = v₋₁·v₀
        [0, 0, 1.0, 1.0, 0, 0, 0],  # v₃ = v₁ + v₂
        [0, math.cos(5.0), 0, 0, 0, 0, 0],  # v₄ = sin v₀
        [0, 0, 0, 0, 1.0, -1.0, 0],  # v₅ = v₃ − v₄
    ]


@given(programs())
def test_each_is_the_identity_and_a_row_of_partials(program):
    f, point = program
    run = trace(f, *point)
    n, size = len(run.inputs), len(run.nodes)
    for i, (matrix, node) in enumerate(zip(state_jacobians(run).A, run.operations, strict=True)):
        gradient = np.zeros(size)
        for operand, partial in zip(node.operands, node.partials, strict=True):
            if partial is not None:
                gradient[[other is operand for other in run.nodes].index(True)] += partial
        unit = np.eye(size)[n + i]
        expected = np.eye(size) + np.outer(unit, gradient - unit)
        np.testing.assert_array_equal(matrix, expected)
        assert matrix[n + i][n + i] == 0.0


@given(programs(max_operations=6))
def test_the_product_is_the_jacobian_from_either_end(program):
    f, point = program
    run = trace(f, *point)
    found = state_jacobians(run)
    jacobian = []
    for output in run.outputs:
        backward([output], [1.0])
        jacobian.append([node.adjoint for node in run.inputs])
    for multiplied in (found.forward(), found.reverse(), transpose(found.transposed())):
        assert len(multiplied) == len(jacobian)
        for row, expected in zip(multiplied, jacobian, strict=True):
            assert row == pytest.approx(expected, rel=1e-12, abs=1e-12)
    by_numpy = np.linalg.multi_dot([found.Q, *found.A[::-1], np.transpose(found.P)])
    assert np.allclose(by_numpy, jacobian, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
def test_worked_cases(fact):
    found = state_jacobians(trace(fact.f, *fact.point))
    assert found.forward()[0] == pytest.approx(fact.gradient, rel=1e-12)
    assert found.reverse()[0] == pytest.approx(fact.gradient, rel=1e-12)


def test_the_transposed_factors_in_turn_are_the_adjoint_recursion():
    run = trace(c1, 2.0, 5.0)
    found = state_jacobians(run)
    run.adjoint()
    state = transpose(found.Q)
    operations = list(enumerate(zip(found.A, run.operations, strict=True), len(run.inputs)))
    for place, (matrix, node) in reversed(operations):
        assert state[place][0] == node.adjoint
        state = matmul(transpose(matrix), state)
        assert state[place][0] == 0.0
    assert matmul(found.P, state) == [[node.adjoint] for node in run.inputs]


def test_outputs_that_are_inputs_or_appear_twice():
    found = state_jacobians(trace(lambda x, y: (y, x * y, y), 2.0, 5.0))
    assert found.reverse() == [[0.0, 1.0], [5.0, 2.0], [0.0, 1.0]]


def test_an_operand_that_is_used_twice():
    assert state_jacobians(trace(lambda x: x * x, 3.0)).A == [[[1.0, 0.0], [6.0, 0.0]]]


def test_an_infinite_partial_beside_a_zero_counts_for_nothing():
    found = state_jacobians(trace(lambda x, y: sqrt(0.0 * x) + y, 1.0, 2.0))
    assert found.forward() == found.reverse() == [[0.0, 1.0]]


def test_they_can_be_differentiated_themselves():
    slope = lambda x: state_jacobians(trace(lambda z: sin(z * z), x)).forward()[0][0]  # noqa: E731
    assert grad(slope)(0.7) == pytest.approx(
        2 * math.cos(0.49) - 4 * 0.49 * math.sin(0.49), rel=1e-13
    )


def test_errors_say_what_does_not_fit():
    with pytest.raises(InputError, match="has no output"):
        state_jacobians(trace(lambda x: [], 1.0))
    with pytest.raises(InputError, match="1 × 2 cannot be multiplied by one of 1 × 1"):
        matmul([[1.0, 2.0]], [[1.0]])
