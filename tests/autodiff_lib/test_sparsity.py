"""Sparsity patterns: never too small, no derivative needed, branches as taken."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given

from autodiff_lib import InputError, NotDifferentiableError, OutputError, backward, grad, trace
from autodiff_lib.math import cos, exp, maximum, sign, sin
from autodiff_lib.sparsity import Pattern, sparsity
from tests.autodiff_lib.programs import programs


def pattern(*rows, width):
    return Pattern(tuple(map(frozenset, rows)), width)


# fmt: off
CASES = (
    # what, function of a list, point, rows
    ("the identity", lambda x: x, [1.0, 2.0], [{0}, {1}]),
    ("neighbours", lambda x: [b - a for a, b in pairwise(x)], [1.0] * 3, [{0, 1}, {1, 2}]),
    ("one number", lambda x: x[0] * sin(x[2]), [1.0] * 3, [{0, 2}]),
    ("constants", lambda x: [3.0, 2, x[1]], [1.0] * 2, [set(), set(), {1}]),
    ("two constants make no dependence", lambda x: [exp(2.0) + x[0]], [1.0] * 2, [{0}]),
    ("reflected operators", lambda x: [2.0 - x[0], 1 / x[1], 2**x[0]], [1.0] * 2, [{0}, {1}, {0}]),
    ("a step has no derivative", lambda x: [sign(x[0]) * x[1]], [1.0] * 2, [{1}]),
    ("both sides of a maximum", lambda x: [maximum(x[0], x[1])], [1.0, 2.0], [{0, 1}]),
    ("cancellation is not seen", lambda x: [x[0] - x[0]], [1.0], [{0}]),
    ("NumPy's functions of one number", lambda x: [np.sin(x[0]) * x[1]], [1.0] * 2, [{0, 1}]),
    ("a tuple", lambda x: (x[1], x[0]), (1.0, 2.0), [{1}, {0}]),
    ("no inputs", lambda x: [1.0], [], [set()]),
    ("no outputs", lambda x: [], [1.0], []),
)
# fmt: on


@pytest.mark.parametrize(("f", "x", "rows"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_rows_hold_what_an_output_depends_on(f, x, rows):
    assert sparsity(f, x) == pattern(*rows, width=len(x))


def test_branches_are_followed_as_taken():
    f = lambda x: [x[0] if x[1] > 0 else x[1]]  # noqa: E731
    assert sparsity(f, [1.0, 1.0]).rows == (frozenset({0}),)
    assert sparsity(f, [1.0, -1.0]).rows == (frozenset({1}),)


@given(programs())
def test_every_entry_of_the_jacobian_lies_in_the_pattern(program):
    f, point = program
    found = sparsity(lambda x: f(*x), list(point))
    run = trace(f, *point)
    for row, output in zip(found.rows, run.outputs, strict=True):
        backward([output], [1.0])
        assert {j for j, node in enumerate(run.inputs) if node.adjoint != 0} <= row
        reached = {id(node) for node in trace_inputs(output)}
        assert row <= {j for j, node in enumerate(run.inputs) if id(node) in reached}


def trace_inputs(output):
    """Everything that `output` is made from, itself included."""
    found, waiting = [], [output]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += [o for o, p in zip(node.operands, node.partials, strict=True) if p is not None]
    return found


def test_a_long_chain_and_a_wide_one():
    def long(x):
        total = x[0]
        for _ in range(20_000):
            total = total + 1.0
        return [total]

    assert sparsity(long, [1.0, 2.0]).rows == (frozenset({0}),)
    wide = sparsity(lambda x: [cos(a) for a in x], [1.0] * 2_000)
    assert wide == Pattern.banded(2_000, 0, 0)
    assert repr(wide) == "pattern of 2000 × 2000 with 2000 entries"


def test_inside_a_differentiation_it_follows_the_outer_values():
    def f(x):
        rows = sparsity(lambda z: [z[0] * x, z[1] + z[0] * x], [x, 2.0]).rows
        return x * sum(map(len, rows))

    assert grad(f)(5.0) == 3.0


def test_a_pattern_knows_its_shape_and_transpose():
    found = pattern({0}, {0, 2}, width=3)
    assert (found.shape, found.entries) == ((2, 3), 3)
    assert found.transpose == pattern({0, 1}, set(), {1}, width=2)
    assert found.transpose.transpose == found
    assert str(found) == "× · ·\n× · ×"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: sparsity(lambda x: x, 3.0), InputError, "array of floats; got 3.0"),
        (lambda: sparsity(lambda x: x, np.arange(2)), InputError, "int64 cannot be different"),
        (lambda: sparsity(lambda x: x, ["1"]), InputError, "real number, got '1'"),
        (lambda: sparsity(lambda x: [[x[0]]], [1.0]), OutputError, "among its outputs"),
        (lambda: sparsity(lambda x: None, [1.0]), OutputError, "returned None"),
        (lambda: sparsity(lambda x: [math.sin(x[0])], [1.0]), NotDifferentiableError, "float()"),
        (lambda: sparsity(lambda x: np.sin(x), [1.0]), NotDifferentiableError, "NumPy array"),
        (lambda: pattern({2}, width=2), InputError, "row 0 .* column 2; the columns are 0 to 1"),
    ],
)
def test_errors_say_what_is_needed(call, error, message):
    with pytest.raises(error, match=message):
        call()
