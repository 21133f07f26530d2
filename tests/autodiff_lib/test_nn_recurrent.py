"""Recurrent layers: steps by hand, the gated layer's own rule, and truncation measured."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff_lib.errors import InputError
from autodiff_lib.math import sigmoid, tanh
from autodiff_lib.nn import (
    bias,
    elman_output,
    elman_step,
    gated_rnn,
    gated_step,
    init_elman,
    init_gated,
    lag_norms,
    summed_squared_error,
    through_time,
    unroll,
)
from autodiff_lib.nn.vectors import dot, moved
from autodiff_lib.transforms import grad, hvp, jacobian, jvp, value_and_grad, vjp
from autodiff_lib.trees import leaves, map_leaves


def example(steps=4, shape=(2,), inputs=2, hidden=3, seed=0):
    """Return the parameters of a gated layer, h_0 and xs."""
    rng = np.random.default_rng(seed)
    params = map_leaves(
        lambda leaf: leaf + 0.3 * rng.standard_normal(leaf.shape), init_gated(rng, inputs, hidden)
    )
    h = rng.standard_normal((*shape, hidden))
    return params, h, rng.standard_normal((steps, *shape, inputs))


def unrolled(params, h, xs):
    return unroll(gated_step, params, h, xs)


def assert_same(found, expected, rtol=1e-11, atol=1e-12):
    for one, other in zip(leaves(found), leaves(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=rtol, atol=atol)


def like(tree, seed):
    rng = np.random.default_rng(seed)
    return map_leaves(lambda leaf: rng.standard_normal(leaf.shape), tree)


class TestSteps:
    """Two steps written out, one number wide: every product is one of numbers."""

    def test_elman(self):
        p = {name: np.array([[number]]) for name, number in (("W", 0.5), ("U", -2.0), ("V", 3.0))}
        p["b"] = np.array([0.1])
        h1 = math.tanh(0.5 * 1.0 - 2.0 * 0.2 + 0.1)
        h2 = math.tanh(0.5 * -1.0 - 2.0 * h1 + 0.1)
        states = unroll(elman_step, p, np.array([0.2]), np.array([[1.0], [-1.0]]))
        np.testing.assert_allclose(states, [[h1], [h2]], rtol=1e-15)
        outputs = elman_output(p, states, tanh)
        np.testing.assert_allclose(outputs, np.tanh([[3.0 * h1], [3.0 * h2]]), rtol=1e-15)

    @pytest.mark.parametrize("run", [unrolled, gated_rnn])
    def test_gated(self, run):
        numbers = {"W": 0.5, "U": -2.0, "V": 3.0, "D": 1.5}
        p = {name: np.array([[number]]) for name, number in numbers.items()}
        p |= {"b_o": np.array([0.1]), "b_h": np.array([-0.3])}
        h, expected = 0.2, []
        for x in (1.0, -1.0):
            y = 1 / (1 + math.exp(-(0.5 * x - 2.0 * h + 0.1)))
            s = 1 / (1 + math.exp(-(3.0 * y + 1.5 * x - 0.3)))
            h = (1 - y) * h + y * s
            expected.append([h])
        states = run(p, np.array([0.2]), np.array([[1.0], [-1.0]]))
        np.testing.assert_allclose(states, expected, rtol=1e-14)

    def test_the_loss_of_the_last_output_matches_differences(self):
        params = init_elman(np.random.default_rng(0), 2, 3, 1)
        xs = np.random.default_rng(1).standard_normal((4, 2))

        def loss(params):
            states = unroll(elman_step, params, np.zeros(3), xs)
            return 0.5 * summed_squared_error(elman_output(params, states[-1]), np.ones(1))

        direction = like(params, 2)
        slope = dot(grad(loss)(params), direction)
        h = 1e-5
        there, back = (loss(moved(params, step, direction)) for step in (h, -h))
        assert (there - back) / (2 * h) == pytest.approx(slope, rel=1e-7)


class TestTheGatedRule:
    """`gated_rnn` has a derivative written by hand; `unroll` has it from its operations."""

    @settings(max_examples=25, deadline=None)
    @given(
        *(st.integers(1, 4), st.sampled_from([(), (1,), (3,), (2, 2)])),
        *(st.integers(1, 3), st.integers(1, 3), st.integers(0, 99)),
    )
    def test_values_pushforward_and_pullback_are_those_of_the_unrolled_steps(
        self, steps, shape, inputs, hidden, seed
    ):
        primals = example(steps, shape, inputs, hidden, seed)
        y, pullback = vjp(gated_rnn, *primals)
        expected, reference = vjp(unrolled, *primals)
        assert_same(y, expected)
        y_bar, tangents = like(y, seed), like(primals, seed + 1)
        x_bar = pullback(y_bar)
        assert_same(x_bar, reference(y_bar))
        y_dot = jvp(gated_rnn, primals, tangents)[1]
        assert_same(y_dot, jvp(unrolled, primals, tangents)[1])
        assert dot(y_bar, y_dot) == pytest.approx(dot(x_bar, tangents), rel=1e-11, abs=1e-12)

    @pytest.mark.parametrize("argnums", [0, 1, 2])
    def test_jacobians_in_batches_of_directions(self, argnums):
        primals = example(steps=3)
        expected = jacobian(unrolled, argnums)(*primals)
        assert_same(jacobian(gated_rnn, argnums, "forward")(*primals), expected)
        assert_same(jacobian(gated_rnn, argnums, "reverse")(*primals), expected)

    @pytest.mark.parametrize("name", ["W", "U", "b_o", "V", "D", "b_h"])
    def test_a_single_parameter_moves(self, name):
        params, h, xs = example(steps=3)

        def states(run):
            return lambda array: run(params | {name: array}, h, xs)

        for mode in ("forward", "reverse"):
            found = jacobian(states(gated_rnn), mode=mode)(params[name])
            assert_same(found, jacobian(states(unrolled))(params[name]))

    @pytest.mark.parametrize(("inner", "outer"), list(product(["forward", "reverse"], repeat=2)))
    def test_second_derivatives_in_all_four_nestings(self, inner, outer):
        params, h, xs = example(steps=3, hidden=2)

        def second(run, inner, outer):
            def f(U, h):
                return np.sum(run(params | {"U": U}, h, xs) ** 2)

            return jacobian(jacobian(f, (0, 1), inner), (0, 1), outer)(params["U"], h)

        expected = second(unrolled, "reverse", "forward")
        assert_same(second(gated_rnn, inner, outer), expected, rtol=1e-9)

    def test_hessian_vector_products(self):
        primals = example()

        def f(run):
            return lambda *primals: np.sum(run(*primals) ** 2)

        tangents = like(primals, 5)
        found = hvp(f(gated_rnn), primals, tangents)
        assert_same(found, hvp(f(unrolled), primals, tangents), rtol=1e-10)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_saturated_gates_neither_overflow_nor_warn(self, dtype):
        params, h, xs = map_leaves(lambda leaf: (1e4 * leaf).astype(dtype), example())
        y, pullback = vjp(gated_rnn, params, h, xs)
        expected, reference = vjp(unrolled, params, h, xs)
        assert_same(y, expected)
        assert_same(pullback(np.ones_like(y)), reference(np.ones_like(y)))

    def test_float32_stays(self):
        primals = map_leaves(lambda leaf: leaf.astype(np.float32), example())
        y, gradient = value_and_grad(lambda *p: np.sum(gated_rnn(*p)), (0, 1, 2))(*primals)
        assert {leaf.dtype for leaf in leaves([y, gradient])} == {np.dtype(np.float32)}

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"h": np.zeros(3)}, r"h of shape \(3,\) does not fit xs of shape \(4, 2, 2\)"),
            ({"h": np.zeros((5, 3))}, r"\(5, 3\) does not fit"),
            ({"xs": np.zeros((0, 2, 2))}, "at least one time step"),
            ({"U": np.zeros((3, 4))}, r"'U' has the shape \(3, 4\).* need \(3, 3\)"),
            ({"b_o": np.zeros((2, 3))}, r"'b_o' has the shape \(2, 3\).* need \(3,\)"),
            ({"U": None}, "params lacks U; it holds"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, change, message):
        params, h, xs = example()
        params = {name: a for name, a in (params | change).items() if name in params}
        params = {name: array for name, array in params.items() if array is not None}
        with pytest.raises(InputError, match=message):
            gated_rnn(params, change.get("h", h), change.get("xs", xs))


def state_loss(params, h, target):
    return 0.5 * summed_squared_error(h, target)


class TestThroughTime:
    params, h, xs = example(steps=6)
    targets = np.random.default_rng(3).random((6, 2, 3))

    def run(self, window=None, step=gated_step):
        return through_time(step, state_loss, self.params, self.h, self.xs, self.targets, window)

    def test_without_a_window_it_is_the_gradient_of_the_unrolled_loss(self):
        def loss(params):
            return 0.5 * summed_squared_error(unrolled(params, self.h, self.xs), self.targets)

        assert_same(self.run(), value_and_grad(loss)(self.params))
        assert_same(self.run(window=6), self.run())
        assert_same(self.run(window=99), self.run())

    @pytest.mark.parametrize("window", [1, 2, 4])
    def test_a_window_takes_the_state_before_it_as_constant(self, window):
        value, gradient = self.run(window)
        states = unrolled(self.params, self.h, self.xs)
        before = [self.h, *states[:-1]]

        def piece(params, start):
            steps = slice(start, start + window)
            found = unrolled(params, before[start], self.xs[steps])
            return 0.5 * summed_squared_error(found, self.targets[steps])

        expected = sum_of(grad(piece)(self.params, start) for start in range(0, 6, window))
        assert_same(gradient, expected)
        assert_same(value, self.run()[0])

    def test_the_bias_of_truncation_falls_with_the_window(self):
        full = self.run()[1]
        found = [bias(self.run(window)[1], full) for window in (1, 2, 3, 6)]
        errors = [measure.relative_error for measure in found]
        assert errors == sorted(errors, reverse=True)
        assert errors[0] > 0.2
        assert found[0].cosine < 0.99
        assert found[-1] == pytest.approx((0.0, 1.0), abs=1e-12)

    def test_the_short_path_alone_is_biased_too(self):
        def short(params, h, x):
            return gated_step(params, h, x, short_path=True)

        full, approximate = self.run(), self.run(step=short)
        measure = bias(approximate[1], full[1])
        assert_same(approximate[0], full[0])
        assert 0.05 < measure.relative_error < 1.0
        assert 0.5 < measure.cosine < 0.999

    def test_the_short_path_s_derivative_is_one_minus_the_gate(self):
        params, h, x = self.params, self.h[0], self.xs[0, 0]
        y = sigmoid(x @ params["W"] + h @ params["U"] + params["b_o"])
        found = jacobian(lambda h: gated_step(params, h, x, short_path=True))(h)
        np.testing.assert_allclose(found, np.diag(1 - y), rtol=1e-14)

    @pytest.mark.parametrize(
        ("steps", "window", "message"),
        [
            (6, 0, "window is 0; it must be a number of steps"),
            (6, 2.0, r"window is 2\.0"),
            (5, None, "5 inputs and 6 targets"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, steps, window, message):
        xs = self.xs[:steps]
        with pytest.raises(InputError, match=message):
            through_time(gated_step, state_loss, self.params, self.h, xs, self.targets, window)


def sum_of(trees):
    total, *rest = trees
    for tree in rest:
        total = moved(total, 1.0, tree)
    return total


class TestVanishingAndExploding:
    steps, hidden = 50, 8
    xs = np.zeros((50, 1))
    cotangent = np.random.default_rng(1).standard_normal(8)

    def norms(self, radius, activation, scale=0.0):
        rng = np.random.default_rng(0)
        params = init_elman(rng, inputs=1, hidden=self.hidden, outputs=1, radius=radius)
        h = scale * rng.standard_normal(self.hidden)

        def step(params, h, x):
            return elman_step(params, h, x, activation)

        found = lag_norms(step, params, h, self.xs, self.cotangent)
        assert len(found) == self.steps + 1
        return np.array(found) / np.linalg.norm(self.cotangent)

    @pytest.mark.parametrize("radius", [0.8, 1.0, 1.25])
    def test_a_linear_step_takes_the_radius_to_the_power_of_the_lag(self, radius):
        expected = radius ** np.arange(self.steps + 1)
        np.testing.assert_allclose(self.norms(radius, lambda z: z), expected, rtol=1e-10)

    @pytest.mark.parametrize("radius", [0.8, 1.0, 1.25])
    def test_tanh_at_the_origin_is_linear(self, radius):
        expected = radius ** np.arange(self.steps + 1)
        np.testing.assert_allclose(self.norms(radius, tanh), expected, rtol=1e-10)

    def test_saturation_makes_the_gradient_vanish_sooner(self):
        free, saturated = self.norms(1.0, tanh), self.norms(1.0, tanh, scale=1.0)
        assert np.all(saturated[1:] < free[1:])
        assert saturated[-1] < 0.5


def test_a_bias_is_measured_against_a_full_gradient_of_the_same_form():
    measure = bias({"w": np.array([3.0, 0.0])}, {"w": np.array([3.0, 4.0])})
    assert measure == pytest.approx((0.8, 0.6))
    with pytest.raises(InputError, match="zero"):
        bias([1.0], [0.0])
    with pytest.raises(InputError, match="containers"):
        bias([1.0, 2.0], [1.0])


def test_an_empty_sequence_has_no_states():
    with pytest.raises(InputError, match="at least one time step"):
        unroll(gated_step, {}, np.zeros(3), np.zeros((0, 2)))
