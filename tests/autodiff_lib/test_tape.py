"""`Tape`: what it records and in how many bytes, its two sweeps, and what it refuses."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import math as am
from autodiff_lib.dual import Dual
from autodiff_lib.errors import (
    EscapedError,
    FreedError,
    InputError,
    NestingError,
    NotDifferentiableError,
)
from autodiff_lib.math import exp, maximum, sin, sqrt
from autodiff_lib.rules import BY_UFUNC, RULES
from autodiff_lib.scalar import Var, backward
from autodiff_lib.tape import Tape
from autodiff_lib.tapevar import TapeVar
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


def recorded(f, point):
    """The tape of f at `point`, with its inputs and its result."""
    with Tape() as tape:
        inputs = [tape.variable(x) for x in point]
        return tape, inputs, f(*inputs)


def point_for(name):
    """A point inside the domain of a row, away from kinks."""
    if name in ("asin", "acos", "atanh"):
        return (0.75,)
    return (1.25, 0.75)[: len(RULES[name].inputs)]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
class TestWorkedCases:
    def test_in_reverse(self, fact):
        tape, inputs, y = recorded(fact.f, fact.point)
        assert y.primal == pytest.approx(fact.value, rel=1e-14)
        assert tape.gradient(y, inputs) == pytest.approx(list(fact.gradient), rel=1e-13)

    def test_forward_over_the_same_tape(self, fact):
        tape, inputs, y = recorded(fact.f, fact.point)
        for x, partial in zip(inputs, fact.gradient, strict=True):
            assert tape.jvp([x], [1.0], [y]) == pytest.approx([partial], rel=1e-13)

    def test_replayed_from_another_point(self, fact):
        away = [x * 0.9 + 0.01 for x in fact.point]
        tape, inputs, y = recorded(fact.f, away)
        tape.replay(*fact.point)
        assert y.primal == pytest.approx(fact.value, rel=1e-14)
        assert tape.gradient(y, inputs) == pytest.approx(list(fact.gradient), rel=1e-13)


@pytest.mark.parametrize("fact", CURVES, ids=lambda fact: fact.id)
def test_one_tape_serves_several_outputs(fact):
    tape, (x,), outputs = recorded(fact.f, [fact.point])
    assert [y.primal for y in outputs] == pytest.approx(fact.values)
    assert [tape.gradient(y, x) for y in outputs] == pytest.approx(fact.derivatives)
    assert tape.jvp([x], [1.0], outputs) == pytest.approx(list(fact.derivatives))
    weights = [3.0, -2.0, 5.0][: len(outputs)]
    expected = math.fsum(w * d for w, d in zip(weights, fact.derivatives, strict=True))
    assert tape.vjp(outputs, weights, [x]) == pytest.approx([expected])


def test_all_of_a_long_sum():
    tape, inputs, y = recorded(LONG_SUM.f, LONG_SUM.point)
    assert y.primal == LONG_SUM.value
    assert tape.gradient(y, inputs) == list(LONG_SUM.gradient)


class TestArithmetic:
    @pytest.mark.parametrize(("f", "expected"), OPERATIONS)
    def test_every_operator_in_both_sweeps(self, f, expected):
        tape, (x,), y = recorded(f, [2.0])
        assert y.primal == pytest.approx(f(2.0))
        assert tape.gradient(y, x) == pytest.approx(expected)
        assert tape.jvp([x], [1.0], [y]) == pytest.approx([expected])
        assert tape.on_floats

    @pytest.mark.parametrize("ufunc", BY_UFUNC)
    def test_numpys_functions_are_the_rule_tables(self, ufunc):
        name = BY_UFUNC[ufunc].name
        tape, inputs, by_numpy = recorded(getattr(np, ufunc), point_for(name))
        other, same, by_method = recorded(getattr(TapeVar, name), point_for(name))
        assert by_numpy.primal == by_method.primal
        assert tape.gradient(by_numpy, inputs) == other.gradient(by_method, same)

    @pytest.mark.parametrize("name", RULES)
    def test_every_row_agrees_with_the_other_engines(self, name):
        f = getattr(am, name)
        tape, inputs, y = recorded(f, point_for(name))
        variables = [Var(x) for x in point_for(name)]
        expected = f(*variables)
        expected.backward()
        assert y.primal == expected.primal
        assert tape.gradient(y, inputs) == [x.adjoint for x in variables]


class TestSweeps:
    @given(programs(), st.data())
    def test_both_are_those_of_the_other_engines(self, program, data):
        """ȳᵀẏ = x̄ᵀẋ on one tape, and each side what Dual and Var have."""
        f, point = program
        tape, inputs, outputs = recorded(f, point)
        direction = data.draw(st.tuples(*[NUMBERS] * len(point)))
        weights = data.draw(st.tuples(*[NUMBERS] * len(outputs)))
        tangents = tape.jvp(inputs, direction, outputs)
        adjoints = tape.vjp(outputs, weights, inputs)
        duals = f(*[Dual(x, part) for x, part in zip(point, direction, strict=True)])
        variables = [Var(x) for x in point]
        backward(f(*variables), weights)
        assert tangents == [y.tangent for y in duals]
        assert adjoints == pytest.approx([x.adjoint for x in variables], rel=1e-12, abs=1e-12)
        forward = [w * t for w, t in zip(weights, tangents, strict=True)]
        reverse = [a * d for a, d in zip(adjoints, direction, strict=True)]
        scale = max(1.0, *map(abs, forward), *map(abs, reverse))
        assert abs(math.fsum(forward) - math.fsum(reverse)) <= 1e-12 * scale

    def test_any_recorded_value_may_be_asked_for(self):
        tape, (x, middle), y = recorded(lambda x, z: (x * z) * x, [2.0, 3.0])
        assert tape.gradient(y, [y, middle, x]) == [1.0, 4.0, 12.0]
        assert tape.gradient(middle, [y, x]) == [0.0, 0.0]
        assert tape.gradient(x, x) == 1.0

    def test_a_perturbation_of_an_intermediate_value_reaches_the_output(self):
        with Tape() as tape:
            x = tape.variable(2.0)
            middle = x * 3
            y = middle * middle
        assert tape.jvp([middle], [1.0], [y, x]) == [12.0, 0.0]
        assert tape.jvp([x, middle], [1.0, 1.0], [y]) == [48.0]

    def test_the_same_value_twice_counts_twice(self):
        tape, (x,), y = recorded(lambda x: x * x, [2.0])
        assert tape.vjp([y, y], [1.0, 2.0], [x, x]) == [12.0, 12.0]

    def test_a_sweep_leaves_the_tape_as_it_was(self):
        tape, (x,), y = recorded(lambda x: x * x, [2.0])
        assert tape.gradient(y, x) == tape.gradient(y, x) == 4.0

    @pytest.mark.parametrize(("f", "point", "expected"), ZERO_BESIDE_INFINITY)
    def test_the_number_0_passes_nothing_on_even_beside_infinity(self, f, point, expected):
        tape, (x,), y = recorded(f, [point])
        assert tape.gradient(y, x) == expected
        assert tape.jvp([x], [1.0], [y]) == [expected]
        assert tape.jvp([x], [0.0], [y]) == [0.0]

    @pytest.mark.parametrize(("f", "point", "expected"), CONSTANT_ZERO_BESIDE_INFINITY)
    def test_nor_does_it_in_nested_differentiation(self, f, point, expected):
        tape, (x,), y = recorded(f, [Var(point)])
        assert tape.gradient(y, x) == expected
        assert tape.jvp([x], [1.0], [y]) == [expected]

    def test_a_long_chain_needs_no_recursion(self):
        def chain(x):
            for _ in range(100_000):
                x = x * 1.00001
            return x

        tape, (x,), y = recorded(chain, [1.0])
        assert tape.gradient(y, x) == pytest.approx(1.00001**100_000)
        assert tape.jvp([x], [1.0], [y]) == pytest.approx([1.00001**100_000])


class TestMemory:
    @pytest.mark.parametrize("length", [1_000, 1_234, 20_000, 77_777])
    def test_a_record_takes_at_most_40_bytes_room_for_growth_included(self, length):
        def program(x):
            y = x
            for number in range(length):
                y = (y + 0.1, y * x, sin(y), 2 - y)[number % 4]
            return y

        tape, _, _ = recorded(program, [0.5])
        assert len(tape) >= length
        assert tape.nbytes <= 40 * len(tape)

    def test_a_free_tape_takes_almost_nothing(self):
        tape, _, _ = recorded(LONG_SUM.f, LONG_SUM.point)
        assert tape.nbytes > 40_000
        tape.free()
        assert tape.nbytes < 1_000
        assert len(tape) == 0


def by_tape(f, x):
    with Tape() as tape:
        x = tape.variable(x)
        y = f(x)
        return tape.gradient(y, x) if isinstance(y, TapeVar) and y.tape is tape else 0.0


def by_tape_forward(f, x):
    with Tape() as tape:
        x = tape.variable(x)
        y = f(x)
        moves = isinstance(y, TapeVar) and y.tape is tape
        return tape.jvp([x], [1.0], [y])[0] if moves else 0.0


MODES = (by_dual, by_var, by_tape, by_tape_forward)
ORDERS = list(itertools.product(MODES, MODES))


class TestNesting:
    @pytest.mark.parametrize(("outer", "inner"), ORDERS)
    def test_second_derivatives_agree_in_all_orders(self, outer, inner):
        f = lambda x: sin(x) * exp(x) / (1 + x * x)  # noqa: E731
        expected = by_dual(lambda x: by_dual(f, x), 0.7)
        assert outer(lambda x: inner(f, x), 0.7) == pytest.approx(expected, rel=1e-13)

    @pytest.mark.parametrize(("outer", "inner"), ORDERS)
    def test_an_inner_derivative_does_not_see_the_outer_perturbation(self, outer, inner):
        assert outer(lambda x: x * inner(lambda y: x + y, 1.0), 1.0) == 1.0
        assert outer(lambda x: x * inner(lambda y: x * y, 2.0), 3.0) == 6.0
        assert outer(lambda x: x * inner(lambda y: x, 2.0), 3.0) == 0.0
        assert outer(lambda x: inner(lambda y: x * y**2, x), 3.0) == 12.0
        assert outer(lambda x: inner(lambda y: y**3, 2.0), 3.0) == 0.0

    @pytest.mark.parametrize("modes", list(itertools.product(MODES[:3], repeat=3)))
    def test_third_derivatives_agree_in_all_orders(self, modes):
        one, two, three = modes
        result = one(lambda x: two(lambda y: three(lambda z: exp(2 * z) * z, y), x), 0.3)
        assert result == pytest.approx((8 * 0.3 + 12) * math.exp(0.6), rel=1e-13)

    def test_a_tape_of_traced_values_keeps_lists(self):
        tape, (x,), y = recorded(lambda x: 2 * x * x, [Dual(3.0, 1.0)])
        assert not tape.on_floats
        assert tape.gradient(y, x).tangent == 4.0

    def test_a_tape_of_floats_turns_into_lists_where_it_meets_a_traced_constant(self):
        outer = Var(5.0)
        tape, (x,), y = recorded(lambda x: (x * x + 1) * outer * x, [2.0])
        gradient = tape.gradient(y, x)
        gradient.backward()
        assert gradient.primal == 5.0 * 13.0
        assert outer.adjoint == 13.0

    def test_seeds_may_be_traced(self):
        tape, (x,), y = recorded(lambda x: x * x, [3.0])
        assert tape.vjp([y], [Dual(1.0, 2.0)], [x])[0].tangent == 12.0
        assert tape.jvp([x], [Dual(1.0, 2.0)], [y])[0].tangent == 12.0


class TestTable:
    def test_a_line_an_operation(self):
        with Tape() as tape:
            x = tape.variable(2.0, "x")
            y = tape.variable(0.5)
            sqrt((3 - x) ** 2 / y + -1 * y)
        lines = [line.split("  ") for line in str(tape).splitlines()[1:]]
        assert [[cell.strip() for cell in line if cell.strip()] for line in lines] == [
            ["v₀", "x", "2.000000"],
            ["v₁", "v₁", "0.500000"],
            ["v₂", "3 − v₀", "1.000000", "−1.000000"],
            ["v₃", "v₂²", "1.000000", "2.000000"],
            ["v₄", "v₃ / v₁", "2.000000", "2.000000, −4.000000"],
            ["v₅", "(−1)·v₁", "−0.500000", "−1.000000"],
            ["v₆", "v₄ + v₅", "1.500000", "1.000000, 1.000000"],
            ["v₇", "√v₆", "1.224745", "0.408248"],
        ]
        assert "<table>" in tape._repr_html_()

    def test_traced_values_and_constants_show_as_numbers(self):
        outer = Dual(-3.0, 1.0)
        tape, _, _ = recorded(lambda x: x * outer, [2.0])
        assert "v₀·(−3)" in str(tape)
        assert "−6.000000  −3.000000" in str(tape)

    def test_of_a_long_record_the_middle_is_left_out(self):
        tape, _, _ = recorded(LONG_SUM.f, LONG_SUM.point)
        lines = str(tape).splitlines()
        assert len(lines) == 202
        assert lines[101].split() == ["…", "2800", "more"]
        assert [lines[place].split()[0] for place in (1, 100, 102, -1)] == [
            *("v₀", "v₉₉", "v₂₉₀₀", "v₂₉₉₉")
        ]
        assert len(tape.table(most=5000).rows) == len(tape) == 3000
        assert [row[0] for row in tape.table(most=3).rows] == ["v₀", "v₁", "…", "v₂₉₉₉"]
        assert repr(tape) == "<Tape of 3000 records>"


class TestRefusals:
    def test_a_freed_tape(self):
        tape, (x,), y = recorded(lambda x: x * x, [2.0])
        tape.free()
        uses = (
            lambda: tape.gradient(y, x),
            lambda: tape.jvp([x], [1.0], [y]),
            lambda: tape.replay(1.0),
            lambda: tape.variable(1.0),
            lambda: y.primal,
        )
        for use in uses:
            with pytest.raises(FreedError, match="was freed: record the program again"):
                use()
        with Tape() as tape:
            x = tape.variable(2.0)
            tape.free()
            with pytest.raises(FreedError):
                x * x

    def test_values_of_another_tape(self):
        tape, (x,), y = recorded(lambda x: x * x, [2.0])
        _, (other,), _ = recorded(lambda x: x * x, [2.0])
        for use in (
            lambda: tape.gradient(other, x),
            lambda: tape.gradient(y, [other]),
            lambda: tape.jvp([other], [1.0], [y]),
        ):
            with pytest.raises(InputError, match=r"another tape.*value\.tape"):
                use()

    @pytest.mark.parametrize("stranger", [7.0, Var(1.0), Dual(1.0, 1.0), None])
    def test_what_no_tape_recorded(self, stranger):
        tape, (x,), _ = recorded(lambda x: x * x, [2.0])
        with pytest.raises(InputError, match=r"no record of .* of type .*`variable`"):
            tape.gradient(stranger, x)

    def test_seeds_of_another_number_or_type(self):
        tape, (x,), y = recorded(lambda x: x * x, [2.0])
        with pytest.raises(InputError, match="1 outputs and 2 cotangents"):
            tape.vjp([y], [1.0, 2.0], [x])
        with pytest.raises(InputError, match="1 inputs and 0 tangents"):
            tape.jvp([x], [], [y])
        with pytest.raises(InputError, match="real number"):
            tape.vjp([y], ["1"], [x])

    def test_recording_outside_the_block(self):
        tape, (x,), _ = recorded(lambda x: x * x, [2.0])
        for operate in (
            lambda: x * x,
            lambda: x + 1,
            lambda: 1 - x,
            lambda: sin(x),
            lambda: x.tanh(),
        ):
            with pytest.raises(EscapedError, match="has ended"):
                operate()
        assert len(tape) == 2
        with pytest.raises(InputError, match="`with Tape"):
            tape.variable(1.0)
        with pytest.raises(InputError, match="`with Tape"):
            Tape().variable(1.0)
        with pytest.raises(InputError, match="another Tape"), tape:
            pass

    def test_a_block_that_raises_ends_the_recording(self):
        tape = Tape()
        with pytest.raises(ZeroDivisionError), tape:
            1 / tape.variable(0.0)
        assert len(tape) == 1
        assert not tape.tag.is_open

    def test_engines_of_one_level_do_not_mix(self):
        with Tape() as tape:
            x, y = tape.variable(1.0), Var(1.0, tag=tape.tag)
            for operate in (lambda: x * y, lambda: y * x, lambda: maximum(y, x)):
                with pytest.raises(NestingError, match="met a"):
                    operate()

    @pytest.mark.parametrize("wrong", ["1", None, 1j, np.ones(2)])
    def test_an_input_must_be_a_real_number(self, wrong):
        with Tape() as tape, pytest.raises(InputError, match="real number"):
            tape.variable(wrong)

    @pytest.mark.parametrize("lose", [float, int, complex, math.sin, [1].__getitem__, np.array])
    def test_what_would_lose_the_derivative_says_so(self, lose):
        with Tape() as tape:
            x = tape.variable(1.0)
            with pytest.raises(NotDifferentiableError, match="derivative of this TapeVar: use"):
                lose(x)
