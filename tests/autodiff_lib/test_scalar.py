"""`Var`: the graph it builds, the sweep over it, and what it refuses."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import (
    EscapedError,
    InputError,
    NotDifferentiableError,
    Var,
    backward,
    grad,
    named,
)
from autodiff_lib.math import exp, sin, sqrt
from autodiff_lib.rules import BY_UFUNC, RULES
from autodiff_lib.tracing import differentiation
from tests.autodiff_lib.facts import (
    CONSTANT_ZERO_BESIDE_INFINITY,
    CURVES,
    FACTS,
    LONG_SUM,
    ZERO_BESIDE_INFINITY,
)
from tests.autodiff_lib.operations import OPERATIONS


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
def test_worked_cases(fact):
    inputs = [Var(x) for x in fact.point]
    output = fact.f(*inputs)
    output.backward()
    assert output.primal == pytest.approx(fact.value, rel=1e-14)
    assert [x.adjoint for x in inputs] == pytest.approx(fact.gradient, rel=1e-13)


class TestArithmetic:
    @pytest.mark.parametrize(("f", "expected"), OPERATIONS)
    def test_every_operator_and_its_reflection(self, f, expected):
        x = Var(2.0)
        y = f(x)
        y.backward()
        assert y.primal == pytest.approx(f(2.0))
        assert type(y.primal) is float
        assert x.adjoint == pytest.approx(expected)

    @pytest.mark.parametrize("ufunc", BY_UFUNC)
    def test_numpys_functions_are_the_rule_tables(self, ufunc):
        rule = BY_UFUNC[ufunc]
        point = (1.25, 0.75)[: len(rule.inputs)]
        if rule.name in ("asin", "acos", "atanh"):
            point = (0.75,)
        by_numpy = getattr(np, ufunc)(*map(Var, point))
        by_method = getattr(Var(point[0]), rule.name)(*point[1:])
        assert isinstance(by_numpy, Var)
        assert by_numpy.primal == by_method.primal
        assert by_numpy.partials[0] == by_method.partials[0]

    def test_branches_follow_the_value(self):
        f = lambda x: x**2 if x > 1 else -x  # noqa: E731
        assert grad(f)(3.0) == 6.0
        assert grad(f)(0.5) == -1.0
        assert Var(2.0) == 2.0
        assert Var(2.0) != 3.0
        assert Var(0.0) <= Var(0.0) < 1 <= Var(1.0)
        assert not Var(0.0)


class TestSweep:
    def test_a_value_used_twice_collects_both_paths(self):
        x = Var(3.0)
        y = x * x + x
        y.backward()
        assert x.adjoint == 7.0

    def test_a_second_sweep_starts_from_zero(self):
        x = Var(3.0)
        y = x * x
        y.backward()
        y.backward()
        assert x.adjoint == 6.0

    def test_an_output_that_does_not_depend_on_a_value_leaves_it_zero(self):
        x, y = Var(2.0), Var(5.0)
        (x * y).backward()
        (y * y).backward()
        assert x.adjoint == 0.0
        assert y.adjoint == 10.0

    def test_seeds_for_several_outputs_give_a_row_times_the_jacobian(self):
        x = Var(0.5)
        z, v = 2 * x + x.sin(), 4 * x + x.cos()
        backward([z, v], [1.0, 0.0])
        assert x.adjoint == pytest.approx(2.877582561890373)
        backward([z, v], [0.0, 1.0])
        assert x.adjoint == pytest.approx(3.520574461395797)
        backward([z, v], [3.0, -2.0])
        assert x.adjoint == pytest.approx(3 * 2.877582561890373 - 2 * 3.520574461395797)

    def test_the_same_output_twice_counts_twice(self):
        x = Var(2.0)
        y = x * x
        backward([y, y], [1.0, 1.0])
        assert x.adjoint == 8.0

    def test_a_value_waits_for_all_that_was_made_from_it(self):
        x = Var(2.0)
        a = x * 3
        late = a * 5
        early = a + 1
        (early * late).backward()
        assert x.adjoint == pytest.approx(3 * 5 * (2 * 6 + 1))

    @pytest.mark.parametrize("length", [100_000])
    def test_a_long_chain_needs_no_recursion(self, length):
        x = Var(1.0)
        y = x
        for _ in range(length):
            y = y * 1.00001
        y.backward()
        assert x.adjoint == pytest.approx(1.00001**length)

    def test_all_of_a_long_sum(self):
        inputs = [Var(x) for x in LONG_SUM.point]
        output = LONG_SUM.f(*inputs)
        output.backward()
        assert output.primal == LONG_SUM.value
        assert [x.adjoint for x in inputs] == list(LONG_SUM.gradient)

    @pytest.mark.parametrize("fact", CURVES, ids=lambda fact: fact.id)
    def test_each_output_has_a_sweep(self, fact):
        x = Var(fact.point)
        outputs = fact.f(x)
        assert [y.primal for y in outputs] == pytest.approx(fact.values)
        for y, derivative in zip(outputs, fact.derivatives, strict=True):
            y.backward()
            assert x.adjoint == pytest.approx(derivative)

    @pytest.mark.parametrize(("f", "point", "expected"), ZERO_BESIDE_INFINITY)
    def test_the_number_0_passes_nothing_on_even_beside_infinity(self, f, point, expected):
        x = Var(point)
        f(x).backward()
        assert x.adjoint == expected

    @pytest.mark.parametrize(("f", "point", "expected"), CONSTANT_ZERO_BESIDE_INFINITY)
    def test_nor_does_it_in_nested_differentiation(self, f, point, expected):
        with differentiation() as tag:
            x = Var(Var(point), tag=tag)
            f(x).backward()
        assert x.adjoint == expected

    def test_an_adjoint_of_0_that_an_outer_derivative_moves_is_passed_on(self):
        assert grad(grad(lambda x: (x - 1) ** 2 * exp(x)))(1.0) == pytest.approx(2 * math.e)

    @pytest.mark.parametrize("seed", [2, np.float32(2), True + 1])
    def test_any_real_number_is_a_seed(self, seed):
        x = Var(3.0)
        (x * x).backward(seed)
        assert x.adjoint == 12.0
        assert type(x.adjoint) is float

    def test_a_seed_may_be_traced_by_a_later_differentiation(self):
        x = Var(3.0)
        y = x * x * x

        def swept(seed):
            y.backward(seed * seed)
            return x.adjoint

        assert grad(swept)(2.0) == 2 * 2.0 * 27.0

    def test_seeds_must_match_outputs(self):
        with pytest.raises(InputError, match="real number"):
            backward([Var(1.0)], ["1"])
        with pytest.raises(InputError, match="1 outputs and 2 seeds"):
            backward([Var(1.0)], [1.0, 2.0])
        with pytest.raises(InputError, match="0 outputs"):
            backward([], [])


@given(
    st.lists(st.sampled_from(["add", "sub", "mul", "sin", "tanh", "reuse"]), max_size=30),
    st.floats(-2, 2),
    st.floats(-2, 2),
)
def test_reverse_agrees_with_a_push_of_tangents_over_the_same_graph(operations, a, b):
    """ȳᵀẏ = x̄ᵀẋ: one sweep back and one push forward see the same derivative."""
    x, y = Var(a), Var(b)
    nodes = [x, y]
    for number, operation in enumerate(operations):
        left, right = nodes[-1], nodes[(number * 7) % len(nodes)]
        if operation == "reuse":
            nodes.append(right * 1.5)
        elif len(RULES[operation].inputs) == 1:
            nodes.append(getattr(left, operation)())
        else:
            nodes.append(getattr(left, operation)(right).tanh())
    tangents = {id(node): 0.0 for node in nodes} | {id(x): 0.3, id(y): -0.7}

    def push(node):
        if id(node) not in tangents or node.operands:
            tangents[id(node)] = sum(
                partial * push(operand)
                for operand, partial in zip(node.operands, node.partials, strict=True)
                if partial is not None
            )
        return tangents[id(node)]

    nodes[-1].backward()
    forward = push(nodes[-1])
    reverse = 0.3 * x.adjoint - 0.7 * y.adjoint
    assert reverse == pytest.approx(forward, rel=1e-12, abs=1e-12)


class TestRefusals:
    @pytest.mark.parametrize(
        "lose", [float, int, complex, math.sin, [1, 2, 3].__getitem__, np.array, np.asarray]
    )
    def test_what_would_lose_the_derivative_says_so(self, lose):
        with pytest.raises(NotDifferentiableError, match=r"would lose the derivative.*use"):
            lose(Var(1.0))

    @pytest.mark.parametrize("call", [np.floor, np.heaviside, np.add.reduce])
    def test_numpy_functions_without_a_row_are_refused(self, call):
        with pytest.raises(NotDifferentiableError):
            call(Var(1.0), *([0.5] if call is np.heaviside else []))

    @pytest.mark.parametrize(
        ("call", "what"),
        [
            (lambda x: x % 2.0, "% would lose"),
            (lambda x: 2.0 // x, "// would lose"),
            (lambda x: divmod(x, 2.0), r"divmod\(\) would lose"),
            (round, r"round\(\) would lose"),
            (lambda x: x @ x, "@ would lose"),
            (lambda x: x.sum(), "no attribute 'sum'"),
            (np.sum, r"np\.sum would lose"),
            (np.square, r"np\.square would lose"),
        ],
    )
    def test_what_arrays_do_and_numbers_do_not_says_so(self, call, what):
        with pytest.raises(NotDifferentiableError, match=what + r".*trace an array, np\.asarray"):
            call(Var(1.0))

    def test_arrays_and_lists_are_refused_as_operands(self):
        with pytest.raises(InputError, match=r"array of shape \(3,\)"):
            Var(1.0) * np.ones(3)
        with pytest.raises(InputError, match=r"array of shape \(3,\)"):
            np.ones(3) * Var(1.0)
        with pytest.raises(InputError, match="real number"):
            Var(1.0) + "2"

    @pytest.mark.parametrize("primal", ["1", None, 1j, [1.0], np.ones(1), np.array("1")])
    def test_an_input_must_be_a_real_number(self, primal):
        with pytest.raises(InputError, match="real number"):
            Var(primal)

    def test_a_root_of_a_negative_number_is_an_error_and_no_complex_number(self):
        with pytest.raises(ValueError, match="domain"):
            Var(-2.0) ** 0.5
        with pytest.raises(ValueError, match="domain"):
            sqrt(Var(-2.0))


class TestNesting:
    def test_derivatives_of_derivatives(self):
        f = lambda x: sin(x) * exp(x)  # noqa: E731
        assert grad(grad(f))(0.7) == pytest.approx(2 * math.cos(0.7) * math.exp(0.7))
        assert grad(grad(grad(f)))(0.7) == pytest.approx(
            2 * math.exp(0.7) * (math.cos(0.7) - math.sin(0.7))
        )

    def test_an_inner_derivative_does_not_see_the_outer_perturbation(self):
        assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
        assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0

    def test_a_value_that_escaped_is_refused(self):
        kept = []
        grad(lambda x: kept.append(x) or x * x)(2.0)
        with pytest.raises(EscapedError, match="has ended"):
            grad(lambda x: x * kept[0])(2.0)


def test_named_values_keep_their_value_and_plain_numbers_pass_through():
    assert named(Var(2.0) + 1, "m").name == "m"
    assert named(3.0, "m") == 3.0
    assert repr(Var(2.0, name="x")) == "Var(2.0, name='x')"
