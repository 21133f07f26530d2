"""`check_grad`, `check_jvp`, `check_vjp`: planted mistakes are named, right answers pass."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff_lib import grad
from autodiff_lib.check import Mismatch, check_grad, check_jvp, check_vjp
from autodiff_lib.math import cos, exp, sin, sqrt
from autodiff_lib.transforms import jvp, vjp


def f(x, y):
    return x * y + sin(x)


def verdict(check, *args):
    with pytest.raises(Mismatch) as error:
        check(*args)
    return error.value.diagnosis


def adding_up():
    totals = {"x": 0.0}

    def gradient(x):
        totals["x"] += 2 * x
        return totals["x"]

    return gradient


def remembering():
    kept = []

    def gradient(x):
        kept.append(2 * x)
        return kept[0]

    return gradient


A = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [0.7, 0.2, 1.1]])


class TestGrad:
    @pytest.mark.parametrize(
        ("f", "gradient", "point", "said"),
        [
            (f, lambda x, y: (-(y + cos(x)), -x), (0.5, 4.2), "sign flipped"),
            (lambda x: x**2, lambda x: 4 * x, (3.0,), "2 times too large"),
            (lambda x: x**2, lambda x: 0.0, (3.0,), "all zero"),
            (f, lambda x, y: (y, x), (0.5, 4.2), "a path is not accumulated"),
            (f, lambda x, y: (cos(x), x), (0.5, 4.2), "a path is not accumulated"),
            (lambda x: x * x, lambda x: x, (3.0,), "a path is not accumulated"),
            (lambda x: x**2, adding_up(), (3.0,), "adds to the results of earlier calls"),
            (lambda x: x**2, remembering(), (3.0,), "returns the result of an earlier call"),
            (lambda x: x**3, lambda x: 3 * x**2 if x else 1.0, (2.0,), "wrong at zero"),
            (lambda x: x**3, lambda x: 3 * x**3 / x, (2.0,), "wrong at zero: raised ZeroDivision"),
            (lambda x: x**2, lambda x: 2 * x * (1 + 1e-6), (3.0,), "a few digits only"),
            (
                lambda x: sum(v * v for v in x),
                lambda x: [2 * x[0]] + [0.0] * (len(x) - 1),
                ([1.0, 2.0],),
                "right for one number only",
            ),
            (
                lambda a: np.sum(a @ a * A),
                lambda a: (A @ a.T + a.T @ A).T,
                (A,),
                "transposed",
            ),
            (lambda x: x**2, lambda x: [2 * x], (3.0,), "wrong shape"),
            (lambda x: x**2, lambda x: 1 / 0, (3.0,), "raised ZeroDivisionError"),
        ],
    )
    def test_a_planted_mistake_is_named(self, f, gradient, point, said):
        assert said in verdict(check_grad, f, gradient, *point)

    def test_an_answer_that_is_not_written_is_called_so(self):
        def gradient(x, y):
            raise NotImplementedError

        assert verdict(check_grad, f, gradient, 1.0, 2.0) == "the gradient: not written yet"

    def test_zero_is_left_out_where_the_function_ends(self):
        check_grad(lambda x: sqrt(x), lambda x: 0.5 / x**0.5, 2.0)
        check_grad(lambda x: 1 / x, lambda x: -1 / x**2, 2.0)

    def test_the_diagnosis_tells_neither_point_nor_answer(self):
        said = verdict(check_grad, lambda x: x**2, lambda x: 2.5 * x, 3.125)
        assert "3.125" not in said
        assert "6.25" not in said


class TestVjp:
    def test_ignoring_the_cotangent_passes_for_a_seed_of_one_and_is_caught(self):
        said = verdict(
            check_vjp, lambda x: [x[0] * x[1], x[0]], lambda x, _: [x[1] + 1, x[0]], [2.0, 5.0]
        )
        assert "ignores the incoming cotangent" in said

    def test_a_matrix_used_the_wrong_way_round(self):
        def pullback(x, y_bar):
            return (1 - np.tanh(A @ x) ** 2) * y_bar @ A.T

        assert verdict(check_vjp, lambda x: np.tanh(A @ x), pullback, np.array([0.1, 0.2, 0.3]))

    def test_arrays_that_forget_a_path(self):
        said = verdict(
            check_vjp,
            lambda x: x * x,
            lambda x, y_bar: x * y_bar,
            np.array([0.1, 0.2, 0.3]),
        )
        assert "a path is not accumulated" in said

    def test_right_answers_pass(self):
        check_vjp(
            lambda x: np.tanh(A @ x),
            lambda x, y_bar: ((1 - np.tanh(A @ x) ** 2) * y_bar) @ A,
            np.array([0.1, 0.2, 0.3]),
        )


class TestJvp:
    def test_planted_mistakes(self):
        assert "ignores" in verdict(check_jvp, f, lambda p, t: p[1] + cos(p[0]) + p[0], 0.5, 4.2)
        assert "sign flipped" in verdict(
            check_jvp, f, lambda p, t: -(p[1] + cos(p[0])) * t[0] - p[0] * t[1], 0.5, 4.2
        )

    def test_right_answers_pass(self):
        check_jvp(f, lambda p, t: (p[1] + cos(p[0])) * t[0] + p[0] * t[1], 0.5, 4.2)


FUNCTIONS = (
    lambda x: sin(x[0]) * x[1] + exp(x[2] * x[0]),
    lambda x: x[0] * x[1] * x[2] + x[0] ** 2,
    lambda x: sum(v * v for v in x) / (1 + x[0] ** 2),
)


@settings(max_examples=300)
@given(
    st.sampled_from(FUNCTIONS),
    st.lists(st.floats(-2, 2).filter(lambda v: abs(v) > 0.01), min_size=3, max_size=3),
)
def test_correct_derivatives_never_trip(function, point):
    check_grad(function, grad(function), point)
    check_vjp(function, lambda x, seed: vjp(function, x)[1](seed)[0], point)
    check_jvp(function, lambda p, t: jvp(function, p, t)[1], point)
