"""Difference quotients and the complex step: values, costs, errors and what is refused."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff_lib import (
    EscapedError,
    InputError,
    NotDifferentiableError,
    OutputError,
    Var,
    grad,
)
from autodiff_lib import math as am
from autodiff_lib.complex_step import NAMESPACE, ComplexStep
from autodiff_lib.expressions import names
from autodiff_lib.numerical import (
    METHODS,
    decades,
    default_step,
    derivative,
    error_curve,
    error_model,
    gradient,
)
from autodiff_lib.rules import RULES
from tests.autodiff_lib.facts import FACTS
from tests.autodiff_lib.test_rules import points

ANALYTIC = [name for name, rule in RULES.items() if names(rule.value) <= {"a", "b", *NAMESPACE}]
REFUSED = ["abs", "sign", "relu", "maximum", "minimum"]
ACCURACY = {"forward": 1e-6, "central": 1e-6, "richardson": 1e-11, "complex": 1e-14}

D1_AT, D1_SLOPE = 1.5, 3.011843327673907
STEPS = decades(1.0, 1e-16)


def d1(x):
    return (am.sin(x / 0.5) + x / 0.5 - am.exp(0.5)) * (x / 0.5 - am.exp(0.5))


def squares(x):
    return sum(value * value for value in x)


def reverse(f, point):
    inputs = [Var(value) for value in point]
    f(*inputs).backward()
    return [value.adjoint for value in inputs]


def counted(f):
    def wrapper(*args):
        wrapper.calls += 1
        return f(*args)

    wrapper.calls = 0
    return wrapper


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
def test_worked_cases(fact, method):
    got = gradient(lambda point: fact.f(*point), fact.point, method)
    assert type(got) is tuple
    assert got == pytest.approx(fact.gradient, rel=ACCURACY[method])


class TestDigits:
    """How many digits each method gets on D1, and where."""

    @pytest.mark.parametrize(
        ("method", "low", "high", "exponent"),
        [
            ("forward", 3e-9, 8e-9, -7.5),
            ("central", 2e-12, 5e-12, -5.5),
            ("richardson", 0.0, 1e-14, -0.75),
            ("complex", 0.0, 2e-16, -8.0),
        ],
    )
    def test_the_best_step_of_a_quarter_decade_grid(self, method, low, high, exponent):
        curve = error_curve(d1, D1_AT, D1_SLOPE, STEPS, method)
        assert low <= curve.best_error <= high
        assert math.log10(curve.best_step) == pytest.approx(exponent)

    def test_the_complex_step_has_every_digit_at_any_small_step(self):
        curve = error_curve(d1, D1_AT, D1_SLOPE, decades(1e-9, 1e-290, 1), "complex")
        assert max(curve.errors) <= 3e-16

    @pytest.mark.parametrize(("method", "slope"), [("forward", 1), ("central", 2), ("complex", 2)])
    def test_with_large_steps_the_error_falls_with_the_order(self, method, slope):
        curve = error_curve(d1, D1_AT, D1_SLOPE, [1e-2, 1e-3], method)
        assert math.log10(curve.errors[0] / curve.errors[1]) == pytest.approx(slope, abs=0.1)
        assert METHODS[method].order == slope

    def test_with_small_steps_the_error_grows_as_the_step_falls(self):
        curve = error_curve(d1, D1_AT, D1_SLOPE, STEPS, "central")
        assert max(curve.errors[40:48]) < max(curve.errors[52:60]) / 100

    def test_a_sum_swallows_the_step(self):
        """D2: 1e-8 in x₁ is absorbed by the sum of 1,000 squares; nothing underflows."""
        x = [float(i) for i in range(1, 1001)]
        assert gradient(squares, x, "forward", 1e-8)[0] == 0.0
        assert gradient(squares, x, "forward", 1e-6)[0] == pytest.approx(2.0266, abs=5e-5)
        assert gradient(squares, x, "complex") == pytest.approx([2 * v for v in x], rel=1e-15)


class TestAgainstTheRules:
    @pytest.mark.parametrize("name", ANALYTIC)
    @given(data=st.data())
    def test_the_complex_step_agrees_with_reverse_mode(self, name, data):
        point = data.draw(points(name))
        f = getattr(am, name)
        got = gradient(lambda v: f(*v), [*point], "complex")
        expected = reverse(f, point)
        assert got == pytest.approx(expected, rel=1e-14, abs=1e-15)

    FAR_OUT = (
        # function, point, derivative in the first argument (25-digit arithmetic)
        ("pow", (-2.0, 3.0), 12.0),
        ("pow", (-1.5, 201.0), 3.322369020684298e37),
        ("pow", (-2.0, -3.0), -0.1875),
        ("pow", (0.0, 2.0), 0.0),
        ("pow", (0.0, 1.0), 1.0),
        ("pow", (1e-8, 30.0), 3e-231),
        ("cbrt", (-8.0,), 1 / 12),
        ("sigmoid", (-700.0,), math.exp(-700.0)),
        ("sigmoid", (40.0,), 4.248354255291589e-18),
        ("softplus", (-700.0,), math.exp(-700.0)),
        ("softplus", (1000.0,), 1.0),
        ("expm1", (1e-9,), 1.000000001),
        ("log1p", (1e-9,), 0.999999999),
        ("erf", (0.0,), 2 / math.sqrt(math.pi)),
        ("erf", (-5.5,), 8.223316045262922e-14),
        ("erf", (20.0,), 2.1610374743867985e-174),
        ("tanh", (-20.0,), 1.6993417021166356e-17),
        ("atan2", (-3.0, 0.0), 0.0),
        ("atan2", (2.0, -1.0), -0.2),
        ("atan2", (-1e-3, -5.0), -0.19999999200000032),
        ("atan2", (0.0, 2.0), 0.5),
        ("log", (1e-200,), 1e200),
        ("asin", (-0.999999,), 707.1069579531422),
    )

    @pytest.mark.parametrize(("name", "point", "expected"), FAR_OUT)
    def test_the_complex_step_keeps_its_digits_far_out(self, name, point, expected):
        f = getattr(am, name)
        got = derivative(lambda a: f(a, *point[1:]), point[0], "complex")
        assert got == pytest.approx(expected, rel=1e-14, abs=1e-300)

    @pytest.mark.parametrize("name", ANALYTIC)
    @settings(max_examples=25)
    @given(data=st.data())
    def test_richardson_agrees_too(self, name, data):
        point = data.draw(points(name))
        f = getattr(am, name)
        got = gradient(lambda v: f(*v), [*point], "richardson")
        expected = reverse(f, point)
        assert got == pytest.approx(expected, rel=1e-10, abs=1e-10)

    def test_large_complex_steps_are_those_of_the_analytic_function(self):
        """At a step of 1 nothing may be cut off to first order: Im exp(x + i) = eˣ sin 1."""
        cases = (
            (am.exp2, math.sin(math.log(2)) * 2**0.3),
            (am.expm1, math.sin(1.0) * math.exp(0.3)),
            (am.cbrt, ((0.3 + 1j) ** (1 / 3)).imag),
            (am.log1p, math.atan2(1.0, 1.3)),
            (am.erf, 1.394139712212649),  # 25-digit arithmetic
        )
        for f, expected in cases:
            assert derivative(f, 0.3, "complex", 1.0) == pytest.approx(expected, rel=1e-14)


class TestCost:
    @pytest.mark.parametrize(
        ("method", "count"),
        [("forward", 6), ("central", 10), ("richardson", 40), ("complex", 5)],
    )
    def test_evaluations_of_a_gradient_in_five_inputs(self, method, count):
        f = counted(squares)
        gradient(f, [1.0, 2.0, 3.0, 4.0, 5.0], method, step=1e-3)
        assert f.calls == count == METHODS[method].evaluations(5)

    @pytest.mark.parametrize(
        ("method", "count"), [("forward", 2), ("central", 2), ("richardson", 8), ("complex", 1)]
    )
    def test_evaluations_of_one_derivative(self, method, count):
        f = counted(am.sin)
        derivative(f, 1.0, method, step=1e-3)
        assert f.calls == count == METHODS[method].evaluations(1)

    def test_richardsons_search_for_a_step(self):
        f = counted(squares)
        gradient(f, [1.0, 2.0], "richardson")
        assert f.calls == 2 * 32

    @pytest.mark.parametrize("method", METHODS)
    def test_no_inputs_no_evaluations(self, method):
        f = counted(squares)
        assert gradient(f, [], method) == []
        assert f.calls == 0 == METHODS[method].evaluations(0)


class TestErrorModel:
    @pytest.mark.parametrize(
        ("method", "order", "truncation", "roundoff"),
        [("forward", 1, 1 / 2, 2.0), ("central", 2, 1 / 6, 1.0), ("complex", 2, 1 / 6, 0.0)],
    )
    def test_constants_are_the_textbooks(self, method, order, truncation, roundoff):
        model = error_model(method, value_bound=3.0, derivative_bound=5.0, noise=1e-10)
        assert model.order == order
        assert model.truncation == pytest.approx(truncation * 5)
        assert model.roundoff == pytest.approx(roundoff * 3e-10)

    def test_richardson_cancels_all_terms_below_the_eighth(self):
        """On powers up to x⁸ it is exact, and on x⁹ off by the constant times 9! h⁸."""
        method = METHODS["richardson"]
        for power in range(1, 10):
            error = derivative(lambda x, p=power: x**p, 0.0, "richardson", 1.0) - (power == 1)
            expected = method.truncation * math.factorial(9) if power == 9 else 0.0
            assert abs(error) == pytest.approx(expected, rel=1e-6, abs=1e-14)

    CASES = (
        # f, x, exact derivative, bounds on |f|, |f″|, |f‴|
        (math.sin, 1.0, math.cos(1.0), 0.85, 0.85, 0.55),
        (math.exp, 2.0, math.exp(2.0), 7.4, 7.4, 7.4),
        (math.log, 3.0, 1 / 3, 1.1, 1 / 9, 2 / 27),
        (lambda x: math.sin(50 * x), 0.3, 50 * math.cos(15.0), 0.66, 1650.0, 95000.0),
        (lambda x: 1e6 + x**3, 1.0, 3.0, 1e6, 6.0, 6.0),
    )

    @pytest.mark.parametrize("method", ["forward", "central"])
    @pytest.mark.parametrize("case", range(len(CASES)))
    def test_the_best_step_is_within_a_decade_of_the_true_optimum(self, method, case):
        f, x, exact, value, second, third = self.CASES[case]
        model = error_model(method, value, second if method == "forward" else third)
        curve = error_curve(f, x, exact, decades(1.0, 1e-13, 40), method)
        # The error at one step is partly luck; its envelope over nearby steps is not.
        envelope = [max(curve.errors[max(0, k - 10) : k + 11]) for k in range(len(STEPS) * 8)]
        optimum = curve.steps[min(range(len(envelope)), key=envelope.__getitem__)]
        assert abs(math.log10(model.best_step / optimum)) <= 1

    @pytest.mark.parametrize("case", range(len(CASES)))
    def test_it_bounds_the_error(self, case):
        """With the values' own noise at two roundings, and steps that are powers of two."""
        f, x, exact, value, second, _ = self.CASES[case]
        model = error_model("forward", value * 1.01, second * 1.5, noise=2.0**-52)
        curve = error_curve(f, x, exact, [2.0**-k for k in range(12, 40)], "forward")
        for h, got in zip(curve.steps, curve.values, strict=True):
            assert abs(got - exact) <= 1.01 * model(h)

    @pytest.mark.parametrize("method", ["forward", "central", "richardson"])
    def test_the_best_step_is_the_lowest_point(self, method):
        model = error_model(method, 2.0, 3.0)
        assert model.best_error < model(model.best_step * 1.1)
        assert model.best_error < model(model.best_step / 1.1)

    def test_with_one_error_alone_there_is_no_compromise(self):
        assert error_model("complex").best_step == 0.0
        assert error_model("forward", derivative_bound=0.0).best_step == math.inf

    @pytest.mark.parametrize("x", [0.0, 1e-9, 1.0, -40.0, 1e12])
    @pytest.mark.parametrize("method", ["forward", "central"])
    def test_default_steps_move_the_point_exactly(self, method, x):
        h = default_step(method, x)
        assert math.frexp(h)[0] == 0.5
        assert x + h != x
        if x != 1e-9:
            assert (x + h) - x == h

    @pytest.mark.parametrize(
        ("f", "x", "expected"),
        [
            (lambda x: math.sin(50 * x), 0.3, 50 * math.cos(15.0)),
            (lambda x: math.sin(128 * math.pi * x), 0.0, 128 * math.pi),
            (math.log, 0.01, 100.0),
            (lambda x: math.sqrt(1 - x), 0.999, -0.5 / math.sqrt(1 - 0.999)),
            (lambda x: x**2, 1e9, 2e9),
        ],
    )
    def test_richardsons_search_finds_the_scale_of_the_function(self, f, x, expected):
        assert derivative(f, x, "richardson") == pytest.approx(expected, rel=1e-9)

    def test_a_search_without_a_step_inside_the_domain_says_why(self):
        with pytest.raises(ValueError, match="domain"):
            derivative(math.log, -1.0, "richardson")

    def test_default_steps_follow_the_scale_of_the_point(self):
        got = derivative(lambda x: x**2, 1e9, "central")
        assert got == pytest.approx(2e9, rel=1e-9)
        assert derivative(am.log, 1e-40, "complex") == pytest.approx(1e40, rel=1e-14)


class TestForms:
    @pytest.mark.parametrize("method", ["forward", "central", "richardson"])
    @pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
    @pytest.mark.parametrize("dtype", [np.float64, np.float32])
    def test_arrays_come_back_in_shape_and_dtype(self, method, shape, dtype):
        x = np.arange(1, 1 + math.prod(shape), dtype=dtype).reshape(shape)
        before = x.copy()
        got = gradient(lambda v: np.sum(v * v), x, method)
        assert got.shape == shape
        assert got.dtype == dtype
        np.testing.assert_allclose(got, 2 * x, rtol=1e-6 if dtype is np.float64 else 1e-2)
        np.testing.assert_array_equal(x, before)

    def test_a_function_may_overwrite_its_argument(self):
        def f(v):
            v *= 2
            return v.sum()

        np.testing.assert_allclose(gradient(f, np.ones(3)), [2, 2, 2])

    def test_numpy_functions_take_the_complex_step(self):
        got = derivative(lambda x: np.sin(x) * np.float64(2) + np.log1p(x), 0.5, "complex")
        assert got == pytest.approx(2 * math.cos(0.5) + 1 / 1.5, rel=1e-15)

    def test_branches_loops_and_constants(self):
        def f(x):
            if x < 0:
                return 7.0
            y = 1.0
            while y < 5:
                y = y * x
            return y

        assert derivative(f, 2.0, "complex") == pytest.approx(12.0)
        assert derivative(f, -1.0, "complex") == 0.0

    def test_a_complex_step_of_a_gradient_is_a_second_derivative(self):
        f = lambda x: am.sin(x) * am.exp(x)  # noqa: E731
        assert derivative(grad(f), 0.7, "complex") == pytest.approx(grad(grad(f))(0.7), rel=1e-14)

    def test_curves_show_themselves(self):
        curve = error_curve(lambda x: x * x, 0.0, 0.0, [0.5], "forward")
        assert curve.errors == (0.5,)
        assert "step  derivative    error" in str(curve)
        assert "<table>" in curve._repr_html_()

    def test_a_step_that_is_lost_gives_the_curve_an_error_of_one(self):
        assert error_curve(lambda x: x, 1.0, 1.0, [1e-17], "forward").errors == (1.0,)


class TestRefusals:
    @pytest.mark.parametrize("name", REFUSED)
    def test_the_complex_step_refuses_what_is_not_analytic(self, name):
        f = getattr(am, name)
        point = [0.5, 0.25][: len(RULES[name].inputs)]
        with pytest.raises(NotDifferentiableError, match=f'{name} is not analytic.*"central"'):
            gradient(lambda v: f(*v), point, "complex")

    def test_every_row_is_either_analytic_or_refused(self):
        assert sorted([*ANALYTIC, *REFUSED]) == sorted(RULES)

    @pytest.mark.parametrize(
        ("f", "x"),
        [
            (am.sqrt, -2.0),
            (am.log, -1.0),
            (am.asin, 2.0),
            (am.acosh, 0.5),
            (lambda x: x**0.5, -2.0),
            (lambda x: am.pow(-2.0, x), 2.0),
            (am.sqrt, 0.0),
            (am.cbrt, 0.0),
            (am.asin, 1.0),
            (am.acos, -1.0),
            (lambda x: x**0.5, 0.0),
            (lambda x: x**1.5, 0.0),
            (lambda x: x**x, 0.0),
            (lambda x: am.atan2(x, x), 0.0),
        ],
    )
    def test_no_complex_step_out_of_the_real_domain_or_from_its_edge(self, f, x):
        with pytest.raises(
            ValueError, match=r"math domain error|has no finite derivative at|not analytic at 0"
        ):
            derivative(f, x, "complex")

    @pytest.mark.parametrize(
        ("call", "error", "message"),
        [
            (lambda: derivative(am.sin, 1.0, "centre"), InputError, "no method 'centre'.*central"),
            (lambda: derivative(am.sin, "1"), InputError, "a real number, got '1'"),
            (lambda: derivative(am.sin, math.inf), InputError, "give finite numbers"),
            (lambda: derivative(am.sin, Var(1.0)), InputError, "a real number, got Var"),
            (lambda: derivative(am.sin, 1.0, step=0.0), InputError, "step is 0.0.*above 0"),
            (lambda: derivative(am.sin, 1.0, step=-1e-3), InputError, "step is -0.001.*above 0"),
            (lambda: derivative(am.sin, 1.0, step=math.nan), InputError, "step is nan"),
            (lambda: derivative(am.sin, 1.0, step=1e-17), InputError, "1e-17 is lost at 1.0"),
            (
                lambda: gradient(np.sum, np.ones(2, np.float32), "central", 1e-9),
                InputError,
                "1e-09 is lost at 1.0, where numbers lie 1e-07 apart",
            ),
            (lambda: gradient(squares, 2.0), InputError, "got 2.0 of type float.*use derivative"),
            (lambda: gradient(squares, np.float64(2)), InputError, "use derivative"),
            (lambda: gradient(np.sum, np.arange(3)), InputError, "array of floats, got array"),
            (lambda: gradient(squares, [[1.0]]), InputError, r"a real number, got \[1.0\]"),
            (lambda: gradient(np.sum, np.ones(2), "complex"), InputError, "got an array.*list"),
            (lambda: derivative(lambda x: [x], 1.0), OutputError, "one number.*of type list"),
            (lambda: derivative(lambda x: [x], 1.0, "complex"), OutputError, "of type list"),
            (lambda: derivative(lambda x: x * 1j, 1.0), OutputError, "of type complex"),
            (lambda: derivative(lambda x: x * 1j, 1.0, "complex"), InputError, "got 1j"),
            (lambda: derivative(math.sin, 1.0, "complex"), NotDifferentiableError, "math"),
            (lambda: derivative(np.floor, 1.0, "complex"), NotDifferentiableError, "floor"),
            (lambda: error_model("central", value_bound=-1.0), InputError, "value_bound is -1.0"),
            (lambda: error_model("central", noise=math.nan), InputError, "noise is nan"),
        ],
    )
    def test_errors_say_what_was_given_and_what_to_do(self, call, error, message):
        with pytest.raises(error, match=message):
            call()

    def test_a_derivative_taken_outside_is_not_lost(self):
        with pytest.raises(OutputError, match="returned Var"):
            grad(lambda y: derivative(lambda x: x * y, 1.0))(2.0)
        with pytest.raises(InputError, match="a Var of another differentiation"):
            grad(lambda y: derivative(lambda x: x * y, 1.0, "complex"))(2.0)

    def test_a_value_that_escaped_is_refused(self):
        kept = []
        derivative(lambda x: kept.append(x) or x, 1.0, "complex")
        assert isinstance(kept[0], ComplexStep)
        with pytest.raises(EscapedError):
            am.sin(kept[0])


def test_it_runs_without_numpy():
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from autodiff_lib.math import exp\n"
        "from autodiff_lib.numerical import derivative, error_curve, gradient\n"
        "gradient(lambda v: v[0] * exp(v[1]), [1.0, 2.0], 'complex')\n"
        "str(error_curve(exp, 0.0, 1.0, [1e-3], 'richardson'))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
