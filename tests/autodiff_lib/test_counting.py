"""Operation counts: the book's elementals, the bounds that follow, and whole programs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import InputError, trace
from autodiff_lib.counting import (
    CONSTANT,
    Weights,
    Work,
    adjoint_work,
    expression_work,
    tangent_work,
    value_work,
)
from autodiff_lib.math import exp, maximum, relu, sin
from autodiff_lib.rules import RULES
from tests.autodiff_lib.programs import programs

# The elementals of Griewank and Walther, chapter 3, and their work as moves, additions,
# multiplications, nonlinear operations.
ELEMENTALS = (
    # of        value         with a tangent  with a cotangent
    (CONSTANT, (1, 0, 0, 0), (2, 0, 0, 0), (2, 0, 0, 0)),
    ("add", (3, 1, 0, 0), (6, 2, 0, 0), (9, 3, 0, 0)),
    ("sub", (3, 1, 0, 0), (6, 2, 0, 0), (9, 3, 0, 0)),
    ("mul", (3, 0, 1, 0), (6, 1, 3, 0), (11, 2, 3, 0)),
    ("sin", (2, 0, 0, 1), (4, 0, 1, 2), (7, 1, 1, 2)),
)
LIBRARY = [of for of, *_ in ELEMENTALS]


@st.composite
def weights(draw):
    """Weights with μ ≥ π ≥ 1 and ν ≥ 2π, their corners often among them."""
    factor = st.one_of(st.just(1.0), st.floats(1.0, 50.0))
    multiplication = draw(factor)
    return Weights(multiplication * draw(factor), multiplication, 2 * multiplication * draw(factor))


def ratio(count, of, number, weight):
    return count(of, number).time(weight) / value_work(of).time(weight)


class TestElementals:
    @pytest.mark.parametrize(("of", "value", "tangent", "cotangent"), ELEMENTALS, ids=str)
    def test_their_work_is_the_books(self, of, value, tangent, cotangent):
        assert value_work(of) == Work(*value)
        assert tangent_work(of) == Work(*tangent)
        assert adjoint_work(of) == Work(*cotangent)

    @given(weights())
    def test_omega_of_the_tangent_lies_between_2_and_5_halves(self, weight):
        omega = max(ratio(tangent_work, of, 1, weight) for of in LIBRARY)
        assert 2.0 <= omega <= 2.5 + 1e-12

    @given(weights())
    def test_omega_of_the_gradient_lies_between_3_and_4(self, weight):
        omega = max(ratio(adjoint_work, of, 1, weight) for of in LIBRARY)
        assert 3.0 - 1e-12 <= omega <= 4.0 + 1e-12

    @given(weights(), st.integers(1, 20))
    def test_several_directions_cost_at_most_the_lines_of_the_book(self, weight, number):
        for of in LIBRARY:
            assert ratio(tangent_work, of, number, weight) <= 1 + 1.5 * number + 1e-9
            assert ratio(adjoint_work, of, number, weight) <= 1.5 + 2.5 * number + 1e-9

    def test_the_product_reaches_all_these_bounds_where_all_weights_are_1(self):
        assert ratio(tangent_work, "mul", 1, Weights()) == 2.5
        assert ratio(adjoint_work, "mul", 1, Weights()) == 4.0
        assert ratio(tangent_work, "mul", 7, Weights()) == 1 + 1.5 * 7
        assert ratio(adjoint_work, "mul", 7, Weights()) == 1.5 + 2.5 * 7

    def test_the_bounds_do_not_hold_without_the_inequalities(self):
        cheap_functions = Weights(move=1.0, multiplication=4.0, nonlinear=1.0)
        assert ratio(tangent_work, "sin", 1, cheap_functions) > 2.5

    def test_a_division_or_a_root_in_a_partial_goes_beyond_them(self):
        assert ratio(tangent_work, "asin", 1, Weights()) == 3.5
        assert ratio(adjoint_work, "atan2", 1, Weights()) == pytest.approx(5.6)


class TestRules:
    @pytest.mark.parametrize(
        ("text", "counts"),
        [
            ("a", (0, 0, 0)),
            ("-a", (1, 0, 0)),
            ("a + b - y", (2, 0, 0)),
            ("a * b / y", (0, 1, 1)),
            ("a ** (b - 1)", (1, 0, 1)),
            ("sqrt(a * a)", (0, 1, 1)),
            ("2 / sqrt(pi) * a", (0, 1, 0)),
            ("log(2.0)", (0, 0, 0)),
            ("sin(a) if a > 0 else a * a + b", (1, 1, 1)),
        ],
    )
    def test_an_expression_is_counted_from_its_syntax_tree(self, text, counts):
        assert expression_work(text) == Work(0, *counts)

    @pytest.mark.parametrize("name", RULES)
    def test_every_row_can_be_counted_and_shares_its_partials(self, name):
        for count in (tangent_work, adjoint_work):
            none, one, two, three = (count(name, number) for number in range(4))
            assert none == value_work(name)
            assert three + one == two + two  # each further direction costs the same
            assert two.nonlinear == one.nonlinear  # the partials are computed once

    def test_a_result_that_is_known_already_saves_the_function(self):
        assert tangent_work("exp").nonlinear == 1
        assert tangent_work("sin").nonlinear == 2

    def test_a_derivative_that_is_zero_has_no_terms(self):
        assert tangent_work("sign") == value_work("sign") + Work(moves=1)
        assert adjoint_work("sign") == value_work("sign") + Work(moves=1)

    def test_a_change_of_sign_is_an_addition(self):
        assert tangent_work("neg", 3) == 4 * value_work("neg")


class TestPrograms:
    def test_the_work_of_a_program_is_that_of_its_operations(self):
        run = trace(lambda x, y: x * y + sin(x), 0.5, 4.2)
        for count in (value_work, tangent_work, adjoint_work):
            assert count(run) == count("mul") + count("sin") + count("add")

    def test_constants_are_not_moved_and_have_no_derivative(self):
        run = trace(lambda x: 3.0 * x, 1.0)
        assert value_work(run) == Work(moves=2, multiplications=1)
        assert tangent_work(run) == Work(moves=4, multiplications=2)
        assert adjoint_work(run) == Work(moves=6, additions=1, multiplications=2)

    def test_a_constant_exponent_makes_the_partial_cheap(self):
        run = trace(lambda x: x**2, 3.0)
        assert tangent_work(run) == Work(moves=4, multiplications=2, nonlinear=1)

    def test_branches_are_counted_as_taken(self):
        active, inactive = trace(relu, 1.0), trace(relu, -1.0)
        assert tangent_work(active, 2).moves == 6
        assert tangent_work(inactive, 2).moves == 4
        assert tangent_work(trace(maximum, 1.0, 1.0)) == tangent_work("maximum")

    @given(programs(), weights())
    def test_the_cheap_gradient_principle_holds_for_programs(self, program, weight):
        f, point = program
        run = trace(f, *point)
        value = value_work(run).time(weight)
        assert tangent_work(run, 0).time(weight) == adjoint_work(run, 0).time(weight) == value
        assert adjoint_work(run).time(weight) <= 4 * value * (1 + 1e-12)

    @pytest.mark.parametrize("factors", [2, 10, 100])
    def test_a_gradient_of_a_product_costs_no_more_for_more_inputs(self, factors):
        def product(x):
            result = x[0]
            for factor in x[1:]:
                result = result * factor
            return result

        run = trace(product, [1.0] * factors)
        assert adjoint_work(run).time() == 4 * value_work(run).time()
        by_tangents = tangent_work(run, factors).time() / value_work(run).time()
        assert by_tangents == 1 + 1.5 * factors

    def test_a_long_program(self):
        def f(x):
            for _ in range(500):
                x = exp(x) * x - x
            return x

        assert value_work(trace(f, 0.0)).multiplications == 500


@pytest.mark.parametrize(
    ("count", "args", "message"),
    [
        (value_work, ("sinus",), "'sinus' is no rule"),
        (value_work, (sin,), "is no rule"),
        (tangent_work, ("sin", -1), "how many tangents.* got -1"),
        (adjoint_work, ("sin", 1.5), r"how many cotangents.* got 1\.5"),
    ],
)
def test_errors_say_what_is_needed(count, args, message):
    with pytest.raises(InputError, match=message):
        count(*args)
