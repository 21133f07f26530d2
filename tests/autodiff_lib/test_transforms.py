"""`grad`, `vjp`, `jvp`, `jacobian` and their kin: values, arguments, laws, errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff_lib import InputError, OutputError, grad, value_and_grad
from autodiff_lib.errors import EscapedError, NestingError
from autodiff_lib.math import exp, sin
from autodiff_lib.tensor_dual import TensorDual
from autodiff_lib.transforms import hessian, hvp, jacobian, jvp, linearize, vjp
from autodiff_lib.trees import leaves, same_containers
from tests.autodiff_lib.array_programs import array_programs
from tests.autodiff_lib.facts import CURVES, FACTS
from tests.autodiff_lib.programs import programs

MODES = ("forward", "reverse")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
class TestWorkedCases:
    def test_gradients(self, fact):
        everything = tuple(range(len(fact.point)))
        value, gradient = value_and_grad(fact.f, everything)(*fact.point)
        assert value == pytest.approx(fact.value, rel=1e-14)
        assert gradient == pytest.approx(fact.gradient, rel=1e-13)

    @pytest.mark.parametrize("mode", MODES)
    def test_of_an_array_of_inputs(self, fact, mode):
        found = jacobian(lambda x: fact.f(*x), mode=mode)(np.array(fact.point))
        np.testing.assert_allclose(found, fact.gradient, rtol=1e-12)

    def test_jvp_in_each_direction(self, fact):
        for direction, partial in zip(np.eye(len(fact.point)), fact.gradient, strict=True):
            value, moved = jvp(fact.f, fact.point, tuple(direction.tolist()))
            assert value == pytest.approx(fact.value, rel=1e-14)
            assert moved == pytest.approx(partial, rel=1e-13)


@pytest.mark.parametrize("fact", CURVES, ids=lambda fact: fact.id)
def test_worked_curves(fact):
    for mode in MODES:
        assert jacobian(fact.f, mode=mode)(fact.point) == pytest.approx(fact.derivatives, rel=1e-13)
    values, moved = jvp(fact.f, (fact.point,), (1.0,))
    assert values == pytest.approx(fact.values, rel=1e-14)
    assert moved == pytest.approx(fact.derivatives, rel=1e-13)


class TestArguments:
    def test_argnums_chooses_the_argument(self):
        f = lambda x, y, z: x * y**2 * z**3  # noqa: E731
        assert grad(f)(2.0, 3.0, 1.0) == 9.0
        assert grad(f, 2)(2.0, 3.0, 1.0) == 54.0
        assert grad(f, -1)(2.0, 3.0, 1.0) == 54.0
        assert grad(f, (2, 0))(2.0, 3.0, 1.0) == (54.0, 9.0)
        assert grad(f, (1,))(2.0, 3.0, 1.0) == (12.0,)
        assert jacobian(f, (0, 1))(2.0, 3.0, 1.0) == (9.0, 12.0)
        assert hessian(f, (0, 1))(2.0, 3.0, 1.0) == ((0.0, 6.0), (6.0, 4.0))

    def test_other_arguments_may_be_anything(self):
        assert grad(lambda x, power, name: x**power)(2.0, 3, "cube") == 12.0
        assert grad(lambda x, *, power: x**power)(2.0, power=3) == 12.0
        assert jacobian(lambda x, *, power: x**power)(2.0, power=3) == 12.0

    def test_containers_come_back(self):
        p = {"w": [np.array([1.0, 2.0]), (3.0, None)], "b": np.float32(0.5)}
        f = lambda p: np.sum(p["w"][0] ** 2) * p["w"][1][0] + p["b"]  # noqa: E731
        found = grad(f)(p)
        np.testing.assert_array_equal(found["w"][0], [6.0, 12.0])
        assert found["w"][1] == (5.0, None)
        assert type(found["w"][1][0]) is float
        assert found["b"].dtype == np.float32
        assert list(found) == list(p)

    def test_jacobian_of_containers_replaces_each_output_by_the_inputs(self):
        found = jacobian(lambda p: {"y": p["x"] * p["s"], "n": 2.0})({"x": np.ones(2), "s": 3.0})
        np.testing.assert_array_equal(found["y"]["x"], 3 * np.eye(2))
        np.testing.assert_array_equal(found["y"]["s"], [1.0, 1.0])
        np.testing.assert_array_equal(found["n"]["x"], [0.0, 0.0])
        assert found["n"]["s"] == 0.0

    def test_has_aux_returns_what_is_no_derivative(self):
        def f(x):
            y = np.sin(x)
            return np.sum(y), {"y": y, "note": "kept"}

        (value, aux), gradient = value_and_grad(f, has_aux=True)(np.array([1.0, 2.0]))
        np.testing.assert_allclose(aux["y"], np.sin([1.0, 2.0]))
        assert type(aux["y"]) is np.ndarray
        assert aux["note"] == "kept"
        assert value == np.sum(aux["y"])
        aux["y"][0] = 0.0
        assert grad(f, has_aux=True)(np.array([1.0, 2.0]))[1]["note"] == "kept"
        np.testing.assert_allclose(gradient, np.cos([1.0, 2.0]))
        with pytest.raises(OutputError, match=r"must return a pair.*return \(value, aux\)"):
            grad(lambda x: x, has_aux=True)(1.0)

    def test_a_constant_function_has_gradient_zero(self):
        assert grad(lambda x: 7.0)(2.0) == 0.0
        assert grad(lambda x, y: y, (0, 1))(2.0, 3.0) == (0.0, 1.0)
        assert value_and_grad(lambda x: 7)(2.0) == (7, 0.0)
        np.testing.assert_array_equal(grad(lambda x: 7.0)(np.ones(2)), [0.0, 0.0])
        assert jvp(lambda x: 7.0, (np.ones(2),), (np.ones(2),)) == (7.0, 0.0)

    def test_loops_branches_and_recursion(self):
        def power(x, n):
            return 1.0 if n == 0 else x * power(x, n - 1)

        assert grad(power)(2.0, 10) == pytest.approx(10 * 2.0**9)

    def test_a_program_of_numbers_may_come_to_meet_arrays(self):
        f = lambda x: np.sum(np.array([1.0, 2.0]) * x)  # noqa: E731
        assert grad(f)(2.0) == 3.0
        assert jvp(f, (2.0,), (1.0,)) == (6.0, 3.0)

    def test_math_functions_take_arrays(self):
        x = np.array([0.5, 1.0])
        np.testing.assert_allclose(
            grad(lambda x: np.sum(sin(x) * exp(x)))(x), (np.sin(x) + np.cos(x)) * np.exp(x)
        )


class TestProducts:
    def test_a_pullback_may_be_called_again(self):
        _, pullback = vjp(lambda x, y: x @ y, np.ones((2, 2)), np.array([1.0, 2.0]))
        for y_bar in np.eye(2):
            x_bar, _ = pullback(y_bar)
            np.testing.assert_array_equal(x_bar, np.outer(y_bar, [1.0, 2.0]))

    def test_a_pushforward_may_be_called_again(self):
        _, pushforward = linearize(lambda x: x * x, np.array([1.0, 2.0]))
        np.testing.assert_array_equal(pushforward(np.array([1.0, 0.0])), [2.0, 0.0])
        np.testing.assert_array_equal(pushforward(np.array([0.0, 1.0])), [0.0, 4.0])

    def test_jvp_runs_the_function_once_and_records_nothing(self):
        seen = []

        def f(x):
            seen.append(type(x).__name__)
            return x * x

        jvp(f, (2.0,), (1.0,))
        jvp(f, (np.ones(2),), (np.ones(2),))
        assert seen == ["Dual", "TensorDual"]

    def test_hvp_is_the_hessian_times_the_tangent(self):
        f = lambda x: np.sum(np.exp(x) * np.roll(x, 1))  # noqa: E731
        x, v = np.array([0.1, 0.2, 0.3]), np.array([1.0, -1.0, 2.0])
        np.testing.assert_allclose(hvp(f, (x,), (v,)), hessian(f)(x) @ v, rtol=1e-13)

    def test_results_are_the_users_own(self):
        """Sweeps hand one array on to many places; the user may overwrite what comes back."""
        x = np.array([1.0, 2.0])
        y_bar = np.ones(2)
        y, pullback = vjp(lambda a, b: a + b, x, x)
        a_bar, b_bar = pullback(y_bar)
        a_bar += 1
        y += 1
        np.testing.assert_array_equal([b_bar, y_bar], np.ones((2, 2)))
        np.testing.assert_array_equal(pullback(y_bar)[0], [1.0, 1.0])
        gradient = grad(np.sum)(x)
        gradient += 1
        y, y_dot = jvp(lambda a: a, (x,), (y_bar,))
        y_dot += 1
        y += 1
        np.testing.assert_array_equal([x, y_bar], [[1.0, 2.0], [1.0, 1.0]])

    def test_adjoints_start_from_zero_at_every_sweep(self):
        f = lambda x: np.sum(x * x)  # noqa: E731
        x = np.array([1.0, 2.0])
        assert [grad(f)(x).tolist() for _ in range(2)] == [[2.0, 4.0]] * 2


class TestLaws:
    @given(array_programs(), st.integers(0, 2**16))
    @settings(max_examples=60, deadline=None)
    def test_both_products_agree(self, program, seed):
        """ȳᵀẏ = x̄ᵀẋ, and values are those of the plain program."""
        f, point = program
        rng = np.random.default_rng(seed)
        x_dot = tuple(rng.standard_normal((len(point), 2, 3)))
        value, y_dot = jvp(f, point, x_dot)
        again, pullback = vjp(f, *point)
        y_bar = tuple(rng.standard_normal((len(value), 2, 3)))
        x_bar = pullback(y_bar)
        left, right = (
            [a * b for a, b in zip(*pair, strict=True)] for pair in ((y_bar, y_dot), (x_bar, x_dot))
        )
        scale = 1 + np.abs(left).sum() + np.abs(right).sum()
        assert abs(np.sum(left) - np.sum(right)) <= 1e-12 * scale
        np.testing.assert_allclose(value, f(*point), rtol=1e-13, atol=1e-13)
        np.testing.assert_array_equal(again, value)
        np.testing.assert_allclose(linearize(f, *point)[1](*x_dot), y_dot, rtol=1e-12, atol=1e-12)

    @given(array_programs(max_operations=5))
    @settings(max_examples=25, deadline=None)
    def test_jacobians_agree_in_all_nestings(self, program):
        f, point = program
        g = lambda x: f(x, *point[1:])[0]  # noqa: E731
        first = [jacobian(g, mode=mode)(point[0]) for mode in MODES]
        np.testing.assert_allclose(*first, rtol=1e-11, atol=1e-12)
        total = lambda x: np.sum(np.sin(g(x)))  # noqa: E731
        second = [
            jacobian(jacobian(total, mode=inner), mode=outer)(point[0])
            for inner in MODES
            for outer in MODES
        ]
        for other in second[1:]:
            np.testing.assert_allclose(other, second[0], rtol=1e-9, atol=1e-10)

    @given(programs())
    @settings(max_examples=50, deadline=None)
    def test_numbers_and_arrays_agree(self, program):
        f, point = program
        everything = tuple(range(len(point)))
        scalar = jacobian(f, everything, mode="reverse")(*point)
        for mode in MODES:
            arrays = jacobian(f, everything, mode=mode)(*map(np.asarray, point))
            np.testing.assert_allclose(np.array(arrays), scalar, rtol=1e-12, atol=1e-12)

    def test_a_jacobian_in_many_batches(self, monkeypatch):
        monkeypatch.setattr("autodiff_lib.transforms.AT_ONCE", 0)
        monkeypatch.setattr("autodiff_lib.arrays_engine.BATCH_NUMBERS", 7)
        f = lambda x: np.tanh(np.outer(x, x))  # noqa: E731
        x = np.array([0.1, 0.2, 0.3])
        whole = [jacobian(f, mode=mode)(x) for mode in MODES]
        np.testing.assert_allclose(*whole, rtol=1e-13)
        monkeypatch.undo()
        np.testing.assert_allclose(whole[0], jacobian(f)(x), rtol=1e-13)


NUMBER, ARRAY = np.float32([[0.5, -2.0]]), np.array([0.3, 1.5])


class TestColumns:
    """The columns of a Jacobian come along with the value, or of a record: alike."""

    @pytest.mark.parametrize(
        ("f", "args"),
        [
            (lambda x, y: [x * y, 3.0, x], (2.0, 5.0)),
            (lambda x, y: {"a": (x, None), "b": 2.0 * y}, (2.0, ARRAY)),
            (lambda x, y: (x, x, y, np.ones(3)), (ARRAY, NUMBER)),
            (lambda x, y: np.outer(np.sin(x), y["w"]) * y["b"], (ARRAY, {"w": NUMBER, "b": 0.5})),
            (lambda x, y: x @ y, (NUMBER, ARRAY)),
            (lambda x, y: jacobian(lambda z: x * z * z)(y), (ARRAY, ARRAY + 1.0)),
            (lambda x, y: jacobian(lambda z: [z * y, x], mode="forward")(x), (2.0, 5.0)),
            (lambda x, y: np.zeros(2), (ARRAY, np.ones((0, 3)))),
        ],
        ids=["numbers", "mixed", "as given", "containers", "types", "nested", "levels", "empty"],
    )
    @pytest.mark.parametrize("argnums", [0, (1, 0), ()], ids=str)
    def test_both_ways_agree(self, f, args, argnums, monkeypatch):
        found = jacobian(f, argnums, "forward")(*args)
        monkeypatch.setattr("autodiff_lib.transforms.AT_ONCE", 0)
        expected = jacobian(f, argnums, "forward")(*args)
        assert same_containers(found, expected)
        for one, other in zip(leaves(found), leaves(expected), strict=True):
            assert type(one) is type(other)
            np.testing.assert_array_equal(one, other, strict=True)
            assert not isinstance(one, np.ndarray) or one.flags.writeable
        arrays = [x for x in leaves(found) if isinstance(x, np.ndarray)]
        for place, one in enumerate(arrays):
            assert not any(np.may_share_memory(one, other) for other in arrays[:place])

    @pytest.mark.parametrize(("x", "mode"), [(ARRAY, "forward"), (ARRAY[:1], "auto")], ids=str)
    def test_they_come_in_one_run_that_records_nothing(self, x, mode):
        met = []

        def f(x):
            met.append(type(x))
            return np.sin(x)

        assert jacobian(f, mode=mode)(x).shape == (x.size, x.size)
        assert met == [TensorDual]


class TestNesting:
    def test_perturbations_are_not_confused(self):
        assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
        one = np.asarray(1.0)
        assert grad(lambda x: x * grad(lambda y: x + y)(one))(one) == 1.0
        moved = lambda f, x: jvp(f, (x,), (np.asarray(1.0),))[1]  # noqa: E731
        assert moved(lambda x: x * moved(lambda y: x + y, one), one) == 1.0

    def test_a_number_inside_may_meet_an_array_outside(self):
        f = lambda x: grad(lambda s: np.sum(s * s * x))(3.0)  # noqa: E731
        for g in (f, lambda x: grad(lambda s: np.sum(x * s * s))(3.0)):
            for mode in MODES:
                np.testing.assert_array_equal(jacobian(g, mode=mode)(np.ones(2)), [6.0, 6.0])

    def test_a_closure_over_a_traced_array(self):
        f = lambda w: grad(lambda x: np.sum(np.tanh(w @ x)))(np.ones(2)).sum()  # noqa: E731
        w = np.array([[0.1, 0.2], [0.3, 0.4]])
        s = 1 - np.tanh(w @ np.ones(2)) ** 2
        expected = (
            s[:, None] - 2 * np.tanh(w @ np.ones(2))[:, None] * s[:, None] * w.sum(1)[:, None]
        )
        np.testing.assert_allclose(grad(f)(w), expected * np.ones(2), rtol=1e-12)

    @pytest.mark.parametrize("x", [1.0, np.ones(2)], ids=["number", "array"])
    def test_a_value_that_escapes_raises(self, x):
        kept = []

        def f(x):
            kept.append(x)
            return x * x

        for transform in (lambda: vjp(f, x), lambda: jvp(f, (x,), (x,))):
            transform()
            with pytest.raises(EscapedError, match="a differentiation that has ended"):
                jacobian(lambda y: kept[-1])(x)
            with pytest.raises((EscapedError, NestingError)):
                jacobian(lambda y: kept[-1] * y)(x)


ASK_FOR_ARRAYS = (
    # what a program of one number writes, its derivative at 1.5
    (np.square, 3.0),
    (lambda x: np.sum(x * x), 3.0),
    (lambda x: np.dot(x, x), 3.0),
    (lambda x: np.stack([x, x * x]).sum(), 4.0),
    (lambda x: np.where(x > 0, x * x, 0.0), 3.0),
    (lambda x: np.hypot(x, 2.0), 0.6),
    (lambda x: x * np.floor(x), 1.0),
    (lambda x: x * x if np.isfinite(x) and np.ndim(x) == 0 else x, 3.0),
    (lambda x: x % 0.7 + 2.0 % x, 0.0),
    (lambda x: x * (x // 0.7), 2.0),
    (lambda x: x * (3.2 // x), 2.0),
    (lambda x: divmod(x, 0.7)[1], 1.0),
    (lambda x: divmod(7.0, x)[1], -4.0),
    (lambda x: x * round(x), 2.0),
    (lambda x: x.sum() * x.ndim + x.T, 1.0),
    (lambda x: np.eye(2)[0] @ np.stack([x, x]), 1.0),
)


@pytest.mark.parametrize(("f", "derivative"), ASK_FOR_ARRAYS)
def test_a_number_is_traced_as_an_array_where_numpy_is_asked(f, derivative):
    for found in (
        grad(f)(1.5),
        jvp(f, (1.5,), (1.0,))[1],
        jacobian(f, mode="forward")(1.5),
        grad(lambda x: grad(lambda y: f(y) * x)(1.5))(1.5),
    ):
        assert found == pytest.approx(derivative, rel=1e-14)
    assert type(grad(f)(1.5)) is float
    assert grad(f)(np.asarray(1.5)) == pytest.approx(derivative, rel=1e-14)


def test_an_escaped_array_cannot_be_computed_with():
    kept = []
    vjp(lambda x: kept.append(x) or x, np.ones(2))
    with pytest.raises(EscapedError, match="return it from the differentiated function"):
        kept[0] * 2.0


@pytest.mark.parametrize(
    ("f", "args", "error", "message"),
    [
        (sin, (1,), InputError, r"an argument is 1 of type int.*pass 1\.0"),
        (sin, ("1",), InputError, "an argument is '1' of type str"),
        (sin, ([1.0],), InputError, "real number, got .* of type list"),
        (sin, (), InputError, "names argument 0, but only 0 were given"),
        (lambda x: [x], (1.0,), OutputError, r"one number.*of type list"),
        (lambda x: None, (1.0,), OutputError, "returned None"),
        (lambda x: "text", (1.0,), OutputError, "returned 'text' of type str"),
        (lambda x: x > 0, (1.0,), OutputError, "returned True of type bool"),
        (lambda x: np.allclose(x, x), (np.ones(2),), OutputError, "returned True of type bool"),
        (lambda x: np.any(x > 0), (np.ones(2),), OutputError, "returned .*True.* of type bool"),
        (np.sin, (np.ones(2),), OutputError, r"an array of shape \(2,\); sum it up"),
        (lambda x: np.ones(2) * 1j, (np.ones(2),), OutputError, "of type complex128"),
        (lambda p: p[0], ([np.ones(()), 1],), InputError, "the integer 1.*pass 1.0"),
        (lambda p: p[0], ([np.ones(()), "a"],), InputError, "'a' of type str"),
    ],
)
def test_errors_say_what_was_given_and_what_to_do(f, args, error, message):
    with pytest.raises(error, match=message):
        grad(f)(*args)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jvp(sin, (1.0,), (1.0, 2.0)), "the tangents must come in the containers"),
        (lambda: jvp(np.sin, (np.ones(2),), (np.ones(3),)), r"shape \(3,\) does not fit"),
        (lambda: vjp(np.sin, np.ones(2))[1](np.ones(3)), r"cotangent of shape \(3,\) does not fit"),
        (lambda: vjp(np.sin, np.ones(2))[1]([np.ones(2)]), "the cotangent must come in"),
        (lambda: linearize(np.sin, np.ones(2))[1](1.0), r"shape \(\) does not fit"),
        (lambda: jacobian(sin, mode="backward"), "'auto', 'forward' or 'reverse'"),
    ],
)
def test_products_say_what_does_not_fit(call, message):
    with pytest.raises(InputError, match=message):
        call()
