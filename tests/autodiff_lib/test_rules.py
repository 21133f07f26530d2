"""The rule table: every row against differences, at its kinks, and in nested use."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import grad
from autodiff_lib import math as am
from autodiff_lib.floats import NAMESPACE
from autodiff_lib.rules import RULES
from autodiff_lib.tracing import compiled

INTERIOR = {
    # Where the inputs may lie: inside the domain, and away from kinks.
    "div": ((-2.0, 2.0), (0.4, 2.0)),
    "pow": ((0.3, 2.0), (-2.0, 2.0)),
    "abs": ((0.2, 2.0),),
    "sign": ((0.2, 2.0),),
    "sqrt": ((0.3, 2.0),),
    "cbrt": ((0.3, 2.0),),
    "log": ((0.3, 2.0),),
    "log2": ((0.3, 2.0),),
    "log10": ((0.3, 2.0),),
    "log1p": ((-0.5, 2.0),),
    "tan": ((-1.2, 1.2),),
    "asin": ((-0.8, 0.8),),
    "acos": ((-0.8, 0.8),),
    "atanh": ((-0.8, 0.8),),
    "acosh": ((1.3, 2.0),),
    "atan2": ((0.3, 2.0), (-2.0, 2.0)),
    "relu": ((0.2, 2.0),),
    "maximum": ((-2.0, -0.1), (0.1, 2.0)),
    "minimum": ((-2.0, -0.1), (0.1, 2.0)),
}


def points(name):
    ranges = INTERIOR.get(name, ((-2.0, 2.0),) * len(RULES[name].inputs))
    return st.tuples(*(st.floats(low, high) for low, high in ranges))


def differences(f, x):
    """The derivative of f at x from central differences, extrapolated twice (Richardson)."""
    h = 1e-2
    d = [(f(x + h / 2**k) - f(x - h / 2**k)) / (2 * h / 2**k) for k in range(4)]
    for order in (4, 16, 64):
        d = [(order * b - a) / (order - 1) for a, b in itertools.pairwise(d)]
    return d[0]


def plain(rule):
    return compiled(rule, rule.value, on_floats=True)


def at(f, point, number):
    """f as a function of its argument `number` alone, at `point`."""
    return lambda x: f(*(x if i == number else p for i, p in enumerate(point)))


@pytest.mark.parametrize("name", RULES)
@given(data=st.data())
def test_first_derivatives_agree_with_differences(name, data):
    point = data.draw(points(name))
    for number in range(len(point)):
        expected = differences(at(plain(RULES[name]), point, number), point[number])
        got = grad(getattr(am, name), number)(*point)
        assert got == pytest.approx(expected, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("name", RULES)
@given(data=st.data())
def test_second_derivatives_agree_with_differences_of_the_first(name, data):
    point = data.draw(points(name))
    for first in range(len(point)):
        for second in range(len(point)):
            gradient = grad(getattr(am, name), first)
            expected = differences(at(gradient, point, second), point[second])
            got = grad(gradient, second)(*point)
            assert got == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", RULES)
@given(data=st.data())
def test_the_value_is_the_plain_functions_value(name, data):
    point = data.draw(points(name))
    assert getattr(am, name)(*point) == plain(RULES[name])(*point)


KINKS = (
    # function, point, argument, derivative
    ("abs", (0.0,), 0, 0.0),
    ("sign", (0.0,), 0, 0.0),
    ("relu", (0.0,), 0, 0.0),
    ("maximum", (1.0, 1.0), 0, 0.5),
    ("maximum", (1.0, 1.0), 1, 0.5),
    ("minimum", (1.0, 1.0), 0, 0.5),
    ("minimum", (1.0, 1.0), 1, 0.5),
    ("sqrt", (0.0,), 0, math.inf),
    ("cbrt", (0.0,), 0, math.inf),
    ("asin", (1.0,), 0, math.inf),
    ("acos", (1.0,), 0, -math.inf),
    ("acosh", (1.0,), 0, math.inf),
    ("pow", (0.0, 0.0), 0, 0.0),
    ("pow", (0.0, 0.0), 1, 0.0),
    ("pow", (0.0, 1.0), 0, 1.0),
    ("pow", (0.0, 2.0), 0, 0.0),
    ("pow", (0.0, 2.0), 1, 0.0),
    ("pow", (0.0, 0.5), 0, math.inf),
    ("pow", (-2.0, 2.0), 0, -4.0),
    ("pow", (-2.0, 2.0), 1, math.nan),
    ("atan2", (0.0, 0.0), 0, math.nan),
)


@pytest.mark.parametrize(("name", "point", "number", "expected"), KINKS)
def test_the_convention_at_a_kink(name, point, number, expected):
    got = grad(getattr(am, name), number)(*point)
    assert got == expected or (math.isnan(got) and math.isnan(expected))


def test_powers_have_every_second_derivative_where_a_naive_rule_loses_it():
    assert grad(grad(am.pow))(0.0, 2.0) == 2.0
    assert grad(grad(am.pow), 1)(2.0, 0.0) == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "tanh", "relu"])
@pytest.mark.parametrize("x", [-1000.0, 1000.0])
def test_saturating_functions_do_not_overflow(name, x):
    function = getattr(am, name)
    assert math.isfinite(function(x))
    assert math.isfinite(grad(function)(x))


def test_sigmoid_keeps_its_digits_far_out():
    assert am.sigmoid(-40.0) == pytest.approx(math.exp(-40.0), rel=1e-15)
    assert am.softplus(-40.0) == pytest.approx(math.exp(-40.0), rel=1e-15)


@given(x=st.floats(-50.0, 50.0))
def test_saturating_functions_have_the_derivative_to_an_absolute_precision(x):
    decayed = math.exp(-abs(x))
    exact = decayed / (1 + decayed) ** 2
    assert grad(am.sigmoid)(x) == pytest.approx(exact, rel=1e-15, abs=2**-52)
    assert grad(am.tanh)(x / 2) == pytest.approx(4 * exact, rel=1e-15, abs=2**-52)
    if x < 0:
        assert grad(am.sigmoid)(x) == pytest.approx(exact, rel=1e-15)


@pytest.mark.parametrize("name", ["maximum", "minimum", "relu", "sign"])
def test_not_a_number_is_passed_on(name):
    function = NAMESPACE[name]
    for place in range(len(RULES[name].inputs)):
        point = [1.0] * len(RULES[name].inputs)
        point[place] = math.nan
        assert math.isnan(function(*point))


def test_rows_use_only_names_that_are_functions_on_floats():
    for rule in RULES.values():
        for text in (rule.value, *rule.partials):
            code = compile(text, rule.name, "eval")
            assert set(code.co_names) <= {"a", "b", "y", *NAMESPACE}
