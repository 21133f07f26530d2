"""`Dual`: tangents, one or several, nested with itself and with `Var`, and what it refuses."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import math as am
from autodiff_lib.dual import Dual
from autodiff_lib.errors import EscapedError, InputError, NestingError, NotDifferentiableError
from autodiff_lib.math import cos, exp, maximum, sin, sqrt
from autodiff_lib.rules import BY_UFUNC, RULES
from autodiff_lib.scalar import Var, backward
from autodiff_lib.tracing import differentiation
from tests.autodiff_lib.facts import (
    CONSTANT_ZERO_BESIDE_INFINITY,
    CURVES,
    FACTS,
    LONG_SUM,
    ZERO_BESIDE_INFINITY,
)
from tests.autodiff_lib.modes import by_dual, by_var
from tests.autodiff_lib.operations import OPERATIONS
from tests.autodiff_lib.programs import programs

NUMBERS = st.floats(-2.0, 2.0, allow_subnormal=False)


def unit(place, length):
    return tuple(float(place == other) for other in range(length))


def partial(mode, f, place):
    """The partial derivative of f in the argument at `place`, as a function."""

    def differentiated(*point):
        at = lambda v: f(*point[:place], v, *point[place + 1 :])  # noqa: E731
        return mode(at, point[place])

    return differentiated


def point_for(name):
    """A point inside the domain of a row, away from kinks."""
    if name in ("asin", "acos", "atanh"):
        return (0.75,)
    return (1.25, 0.75)[: len(RULES[name].inputs)]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
class TestWorkedCases:
    def test_one_direction_at_a_time(self, fact):
        for place, partial in enumerate(fact.gradient):
            seeds = unit(place, len(fact.point))
            y = fact.f(*[Dual(x, seed) for x, seed in zip(fact.point, seeds, strict=True)])
            assert y.primal == pytest.approx(fact.value, rel=1e-14)
            assert y.tangent == pytest.approx(partial, rel=1e-13)

    def test_all_directions_at_once(self, fact):
        count = len(fact.point)
        y = fact.f(*[Dual(x, unit(place, count)) for place, x in enumerate(fact.point)])
        assert y.primal == pytest.approx(fact.value, rel=1e-14)
        assert y.tangent == pytest.approx(fact.gradient, rel=1e-13)


@pytest.mark.parametrize("fact", CURVES, ids=lambda fact: fact.id)
def test_several_outputs_need_one_run(fact):
    outputs = fact.f(Dual(fact.point, 1.0))
    assert [y.primal for y in outputs] == pytest.approx(fact.values)
    assert [y.tangent for y in outputs] == pytest.approx(fact.derivatives)


def test_a_direction_through_a_thousand_inputs():
    y = LONG_SUM.f(*[Dual(x, 1.0) for x in LONG_SUM.point])
    assert y.primal == LONG_SUM.value
    assert y.tangent == sum(LONG_SUM.gradient)


class TestArithmetic:
    @pytest.mark.parametrize(("f", "expected"), OPERATIONS)
    @pytest.mark.parametrize("directions", [None, (), (1.0,), (1.0, 0.0, -2.0)])
    def test_every_operator_along_any_number_of_directions(self, f, expected, directions):
        y = f(Dual(2.0, 1.0 if directions is None else directions))
        assert y.primal == pytest.approx(f(2.0))
        assert type(y.primal) is float
        if directions is None:
            assert y.tangent == pytest.approx(expected)
            assert type(y.tangent) is float
        else:
            assert y.tangent == pytest.approx(tuple(expected * part for part in directions))

    @pytest.mark.parametrize("ufunc", BY_UFUNC)
    def test_numpys_functions_are_the_rule_tables(self, ufunc):
        rule = BY_UFUNC[ufunc]
        duals = [Dual(x, 1.0) for x in point_for(rule.name)]
        by_numpy = getattr(np, ufunc)(*duals)
        by_method = getattr(duals[0], rule.name)(*duals[1:])
        assert (by_numpy.primal, by_numpy.tangent) == (by_method.primal, by_method.tangent)

    @pytest.mark.parametrize("name", RULES)
    def test_every_row_gives_what_the_reverse_sweep_gives(self, name):
        point = point_for(name)
        inputs = [Var(x) for x in point]
        output = getattr(inputs[0], name)(*inputs[1:])
        output.backward()
        for place, x in enumerate(inputs):
            duals = [Dual(p, seed) for p, seed in zip(point, unit(place, 2), strict=False)]
            y = getattr(duals[0], name)(*duals[1:])
            assert (y.primal, y.tangent) == (output.primal, x.adjoint)


class TestPrograms:
    def test_branches_follow_the_primal(self):
        f = lambda x: x**2 if x > 1 else -x  # noqa: E731
        assert by_dual(f, 3.0) == 6.0
        assert by_dual(f, 0.5) == -1.0

    def test_loops_and_recursion(self):
        def power(x, n):
            return 1.0 if n == 0 else x * power(x, n - 1)

        def heron(x):
            guess = x
            while abs(guess * guess - x) > 1e-14:
                guess = (guess + x / guess) / 2
            return guess

        assert by_dual(lambda x: power(x, 10), 2.0) == pytest.approx(10 * 2.0**9)
        assert by_dual(heron, 2.0) == pytest.approx(0.5 / math.sqrt(2.0))

    def test_an_overwritten_variable_moves_by_the_value_it_had(self):
        def overwrite(v):
            v = sin(v) * v
            v *= v
            v += exp(v)
            return v

        def by_hand(v, v_dot):
            v_dot = (math.cos(v) * v + math.sin(v)) * v_dot  # the tangent first: it reads v
            v = math.sin(v) * v
            v_dot = 2 * v * v_dot
            v = v * v
            return v_dot + math.exp(v) * v_dot

        assert by_dual(overwrite, 0.7) == pytest.approx(by_hand(0.7, 1.0), rel=1e-14)

    def test_data_structures_may_hold_duals(self):
        layer = {"w": [Dual(2.0, (1.0, 0.0)), Dual(3.0, (0.0, 1.0))], "x": (5.0, 7.0)}
        y = sum(w * x for w, x in zip(layer["w"], layer["x"], strict=True))
        assert (y.primal, y.tangent) == (31.0, (5.0, 7.0))
        assert sorted(layer["w"], reverse=True) == layer["w"][::-1]
        assert max(layer["w"]) is layer["w"][1]

    def test_a_long_chain(self):
        y = Dual(1.0, 1.0)
        for _ in range(100_000):
            y = y * 1.00001
        assert y.tangent == pytest.approx(1.00001**100_000)

    @given(programs(), st.data())
    def test_forward_and_reverse_see_the_same_derivative(self, program, data):
        """ȳᵀẏ = x̄ᵀẋ, for random programs, directions and weights."""
        f, point = program
        direction = data.draw(st.tuples(*[NUMBERS] * len(point)))
        outputs = f(*[Dual(x, part) for x, part in zip(point, direction, strict=True)])
        weights = data.draw(st.tuples(*[NUMBERS] * len(outputs)))
        inputs = [Var(x) for x in point]
        backward(f(*inputs), weights)
        forward = [w * y.tangent for w, y in zip(weights, outputs, strict=True)]
        reverse = [x.adjoint * part for x, part in zip(inputs, direction, strict=True)]
        scale = max(1.0, *map(abs, forward), *map(abs, reverse))
        assert abs(math.fsum(forward) - math.fsum(reverse)) <= 1e-12 * scale

    @given(programs(), st.data())
    def test_several_directions_at_once_are_the_single_ones(self, program, data):
        f, point = program
        seeds = [data.draw(st.tuples(NUMBERS, NUMBERS)) for _ in point]
        together = f(*[Dual(x, seed) for x, seed in zip(point, seeds, strict=True)])
        for place in range(2):
            alone = f(*[Dual(x, seed[place]) for x, seed in zip(point, seeds, strict=True)])
            assert [y.tangent[place] for y in together] == [y.tangent for y in alone]


@pytest.mark.parametrize(("f", "point", "expected"), ZERO_BESIDE_INFINITY)
@pytest.mark.parametrize("shape", [lambda part: part, lambda part: (part, part)])
def test_what_does_not_move_stays_even_beside_infinity(f, point, expected, shape):
    assert f(Dual(point, shape(1.0))).tangent == shape(expected)
    assert f(Dual(point, shape(0.0))).tangent == shape(0.0)
    assert f(Dual(point)).tangent == 0.0


@pytest.mark.parametrize(("f", "point", "expected"), CONSTANT_ZERO_BESIDE_INFINITY)
def test_nor_does_it_move_in_nested_differentiation(f, point, expected):
    with differentiation() as tag:
        assert f(Dual(Dual(point, 1.0), 1.0, tag=tag)).tangent == expected


MODES = (by_dual, by_var)
ORDERS = tuple(itertools.product(MODES, MODES))


class TestNesting:
    @pytest.mark.parametrize(("outer", "inner"), ORDERS)
    def test_second_derivatives_agree_in_all_four_orders(self, outer, inner):
        f = lambda x: sin(x) * exp(x) / (1 + x * x)  # noqa: E731
        s, c, e = math.sin(0.7), math.cos(0.7), math.exp(0.7)
        q, q1, q2 = 1 / 1.49, -1.4 / 1.49**2, 2 * 1.4**2 / 1.49**3 - 2 / 1.49**2
        expected = 2 * e * c * q + 2 * e * (s + c) * q1 + e * s * q2
        assert outer(lambda x: inner(f, x), 0.7) == pytest.approx(expected, rel=1e-13)

    @pytest.mark.parametrize("modes", list(itertools.product(MODES, repeat=3)))
    def test_third_derivatives_agree_in_all_orders(self, modes):
        one, two, three = modes
        result = one(lambda x: two(lambda y: three(lambda z: exp(2 * z) * z, y), x), 0.3)
        assert result == pytest.approx((8 * 0.3 + 12) * math.exp(0.6), rel=1e-13)

    @pytest.mark.parametrize("name", RULES)
    def test_every_row_has_the_same_second_derivatives_in_all_orders(self, name):
        point = point_for(name)
        for first, second in itertools.product(range(len(point)), repeat=2):
            results = [
                partial(outer, partial(inner, getattr(am, name), second), first)(*point)
                for outer, inner in ORDERS
            ]
            assert results == pytest.approx([results[0]] * 4, rel=1e-12, abs=1e-15)

    @pytest.mark.parametrize(("outer", "inner"), ORDERS)
    def test_an_inner_derivative_does_not_see_the_outer_perturbation(self, outer, inner):
        """Siskind and Pearlmutter's cases: without tags each of them comes out too large."""
        assert outer(lambda x: x * inner(lambda y: x + y, 1.0), 1.0) == 1.0
        assert outer(lambda x: x * inner(lambda y: x * y, 2.0), 3.0) == 6.0
        assert outer(lambda x: x * inner(lambda y: x, 2.0), 3.0) == 0.0
        assert outer(lambda x: inner(lambda y: x * y**2, x), 3.0) == 12.0
        assert outer(lambda x: inner(lambda y: y**3, 2.0), 3.0) == 0.0

    @pytest.mark.parametrize("mode", MODES)
    def test_a_derivative_of_a_function_made_by_differentiation(self, mode):
        """The amazing bug of Manzyuk et al.: D(s ↦ x ↦ f(x + s)) at 0, applied to itself."""
        shifted = lambda f: lambda x: mode(lambda s: f(x + s), 0.0)  # noqa: E731
        assert shifted(shifted(exp))(1.0) == pytest.approx(math.e)

    def test_forward_over_reverse_by_hand(self):
        with differentiation() as tag:
            x = Var(Dual(0.5, 1.0), tag=tag)
            (x**3).backward()
        assert x.adjoint.primal == 3 * 0.5**2
        assert x.adjoint.tangent == 6 * 0.5

    def test_several_directions_over_reverse_give_a_hessian(self):
        with differentiation() as tag:
            x, y = Var(Dual(2.0, (1.0, 0.0)), tag=tag), Var(Dual(3.0, (0.0, 1.0)), tag=tag)
            (x * x * y).backward()
        assert x.adjoint.tangent == (6.0, 4.0)
        assert y.adjoint.tangent == (4.0, 0.0)

    def test_a_seed_may_be_traced_further_out(self):
        y = Var(5.0)
        with differentiation() as tag:
            product = Dual(2.0, y, tag=tag) * 3
        product.tangent.backward()
        assert y.adjoint == 3.0


class TestRefusals:
    def test_generators_that_are_interleaved_the_wrong_way_round_raise(self):
        def differentiated():
            with differentiation() as tag:
                output = yield Dual(2.0, 1.0, tag=tag)
                yield output * Dual(1.0, tag=tag)

        one, two = differentiated(), differentiated()
        x, y = next(one), next(two)
        one.close()
        with pytest.raises(EscapedError, match="has ended"):
            x * y

    def test_a_dual_around_a_dual_needs_a_tag_of_its_own(self):
        with pytest.raises(NestingError, match="with differentiation"):
            Dual(Dual(1.0, 1.0), 1.0)
        with pytest.raises(NestingError, match="with differentiation"):
            Dual(1.0, Dual(1.0, 1.0))

    def test_a_dual_and_a_var_of_one_level_do_not_mix(self):
        for operate in (lambda x, y: x * y, lambda x, y: y * x, maximum):
            with pytest.raises(NestingError, match="met a"):
                operate(Dual(1.0, 1.0), Var(2.0))

    def test_a_value_that_escaped_is_refused(self):
        kept = []
        by_dual(lambda x: kept.append(x) or x * x, 2.0)
        with pytest.raises(EscapedError, match="has ended"):
            by_dual(lambda x: x * kept[0], 2.0)

    def test_tangents_of_different_widths_are_refused(self):
        with pytest.raises(InputError, match="tangents of 2 and 3 directions met"):
            Dual(1.0, (1.0, 0.0)) * Dual(1.0, (1.0, 0.0, 0.0))
        with pytest.raises(InputError, match=r"one number met one of 2 directions.*the number 0"):
            Dual(1.0, (1.0, 0.0)) * Dual(1.0, 1.0)
        assert (Dual(2.0, (1.0, 0.0)) * Dual(3.0)).tangent == (3.0, 0.0)

    @pytest.mark.parametrize("wrong", ["1", None, 1j, np.ones(2)])
    def test_primals_and_tangents_must_be_real_numbers(self, wrong):
        for make in (lambda: Dual(wrong), lambda: Dual(1.0, wrong), lambda: Dual(1.0, (wrong,))):
            with pytest.raises(InputError, match="real number"):
                make()

    @pytest.mark.parametrize("lose", [float, int, complex, math.sin, [1].__getitem__, np.array])
    def test_what_would_lose_the_derivative_says_so(self, lose):
        with pytest.raises(NotDifferentiableError, match="derivative of this Dual: use"):
            lose(Dual(1.0, 1.0))

    def test_a_root_of_a_negative_number_is_an_error(self):
        with pytest.raises(ValueError, match="domain"):
            sqrt(Dual(-1.0, 1.0))
        with pytest.raises(ZeroDivisionError):
            cos(1 / Dual(0.0, 1.0))
