"""Optimisers, clipping and Newton-CG: first steps by hand, and laws."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autodiff_lib.errors import InputError
from autodiff_lib.nn import adam, clip_by_norm, momentum, newton_cg, sgd
from autodiff_lib.nn.vectors import dot, norm, scaled
from autodiff_lib.transforms import grad
from autodiff_lib.trees import leaves

PARAMS = {"w": np.array([[1.0, -2.0]], np.float32), "b": [np.array([0.5])]}
GRADIENT = {"w": np.array([[0.5, 4.0]], np.float32), "b": [np.array([-2.0])]}
OPTIMISERS = {"sgd": sgd(0.1), "momentum": momentum(0.1, 0.9), "adam": adam(0.1)}


def steps(optimiser, gradients, start=1.0):
    params, state, path = start, optimiser.init(start), []
    for gradient in gradients:
        params, state = optimiser.update(params, gradient, state)
        path.append(params)
    return path


def test_sgd_goes_down_the_gradient():
    assert steps(sgd(0.1), [2.0, -1.0]) == pytest.approx([0.8, 0.9])


def test_momentum_adds_up_a_fading_velocity():
    # v = 2, then 0.9·2 + 1 = 2.8, then 0.9·2.8 + 0 = 2.52
    assert steps(momentum(0.1, 0.9), [2.0, 1.0, 0.0]) == pytest.approx([0.8, 0.52, 0.268])


def test_adam_steps_by_mean_over_root_mean_square():
    # m = 0.2, v = 0.004: unbiased 2 and 4, a step of 0.1 · 2/2.
    # m = 0.08, v = 0.004996: unbiased 0.08/0.19 and 0.004996/0.001999.
    second = 0.9 - 0.1 * (0.08 / 0.19) / (math.sqrt(0.004996 / 0.001999) + 1e-8)
    assert steps(adam(0.1), [2.0, -1.0]) == pytest.approx([0.9, second], rel=1e-8)


@pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=OPTIMISERS)
class TestEveryOptimiser:
    def test_it_keeps_containers_and_types_and_changes_nothing_in_place(self, optimiser):
        before = [leaf.copy() for leaf in leaves([PARAMS, GRADIENT])]
        state = optimiser.init(PARAMS)
        params, _ = optimiser.update(PARAMS, GRADIENT, state)
        again, _ = optimiser.update(PARAMS, GRADIENT, state)
        assert params["w"].dtype == np.float32
        assert params["b"][0].dtype == np.float64
        for one, other in zip(leaves(params), leaves(again), strict=True):
            np.testing.assert_array_equal(one, other)
        for now, then in zip(leaves([PARAMS, GRADIENT]), before, strict=True):
            np.testing.assert_array_equal(now, then)

    def test_a_wider_gradient_widens_no_parameter(self, optimiser):
        gradient = {"w": GRADIENT["w"].astype(float), "b": GRADIENT["b"]}
        params, _ = optimiser.update(PARAMS, gradient, optimiser.init(PARAMS))
        assert params["w"].dtype == np.float32

    def test_it_finds_the_bottom_of_a_bowl(self, optimiser):
        def bowl(x):
            return (x - 3.0) ** 2

        params, state = 0.0, optimiser.init(0.0)
        for _ in range(400):
            params, state = optimiser.update(params, grad(bowl)(params), state)
        assert type(params) is float
        assert params == pytest.approx(3.0, abs=1e-3)

    @pytest.mark.parametrize(
        ("gradient", "message"),
        [
            ({"w": np.ones((1, 2))}, "containers of the parameters"),
            ({"w": np.ones(2), "b": [np.ones(1)]}, r"shape \(2,\) where the parameters has \(1, 2"),
        ],
    )
    def test_a_gradient_of_another_form_is_refused(self, optimiser, gradient, message):
        with pytest.raises(InputError, match=message):
            optimiser.update(PARAMS, gradient, optimiser.init(PARAMS))


def test_a_step_from_integers_is_not_rounded():
    params, _ = sgd(0.25).update(np.array([1, 2]), np.array([1.0, 1.0]), None)
    np.testing.assert_array_equal(params, [0.75, 1.75])


NUMBERS = st.floats(-1e200, 1e200)


@given(st.lists(NUMBERS, min_size=1, max_size=4), NUMBERS, st.floats(1e-3, 1e3))
def test_clipping_keeps_the_direction_and_bounds_the_length(numbers, number, largest):
    gradient = {"w": np.array(numbers), "b": number}
    clipped = clip_by_norm(gradient, largest)
    assert norm(clipped) <= largest * (1 + 1e-12)
    length = norm(gradient)
    if length <= largest:
        assert clipped is gradient
    else:
        assert norm(clipped) == pytest.approx(largest, rel=1e-12)
        cosine = dot(scaled(1 / length, gradient), scaled(1 / norm(clipped), clipped))
        assert cosine == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_gradient_that_is_not_finite_is_not_clipped(bad):
    with pytest.raises(InputError, match=f"the norm {bad}, and no direction"):
        clip_by_norm({"w": np.array([1.0, bad])}, 1.0)


def bowl(seed, size, dtype=float):
    """Return a convex quadratic with its bottom, and a point to start from."""
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((size, size))
    matrix, bottom = (root @ root.T + np.eye(size)).astype(dtype), rng.standard_normal(size)

    def f(x):
        return 0.5 * (x - bottom) @ matrix @ (x - bottom)

    return f, bottom, rng.standard_normal(size)


class TestNewton:
    @given(st.integers(0, 1000), st.integers(1, 6))
    def test_a_quadratic_takes_one_step_and_at_most_a_product_a_number(self, seed, size):
        f, bottom, start = bowl(seed, size)
        step = newton_cg(f, start, tolerance=1e-13)
        np.testing.assert_allclose(step.params, bottom, atol=1e-6)
        assert step.products <= size
        assert step.length == 1.0

    def test_the_step_of_one_variable_is_the_slope_over_the_curvature(self):
        step = newton_cg(lambda x: x**4, 2.0, tolerance=0.0)
        assert step.params == pytest.approx(2.0 - 32.0 / 48.0)
        assert step.gradient_norm == 32.0

    def test_a_valley_that_bends_takes_a_few_steps_the_last_ones_quadratic(self):
        def rosenbrock(p):
            return (1.0 - p["x"]) ** 2 + 100.0 * (p["y"] - p["x"] ** 2) ** 2

        params, values = {"x": -1.2, "y": 1.0}, []
        while not values or values[-1] > 1e-25:
            step = newton_cg(rosenbrock, params, tolerance=1e-12)
            params = step.params
            values.append(step.value)
        assert len(values) < 30
        assert params == pytest.approx({"x": 1.0, "y": 1.0}, rel=1e-10)
        assert values[-1] < values[-2] ** 1.5

    def test_negative_curvature_is_followed_downhill(self):
        step = newton_cg(lambda x: np.cos(x[0]) + x[1] ** 2, np.array([0.1, 1.0]))
        assert step.value < np.cos(0.1) + 1.0

    def test_at_the_bottom_it_stays(self):
        step = newton_cg(lambda x: x * x, 0.0)
        assert step == (0.0, 0.0, 0.0, 0, 0.0)

    def test_float32_stays(self):
        f, _, start = bowl(0, 3, np.float32)
        assert newton_cg(f, {"x": start.astype(np.float32)}["x"]).params.dtype == np.float32

    def test_no_number_no_step(self):
        with pytest.raises(InputError, match="f is nan"):
            newton_cg(lambda x: x * math.nan, 1.0)


def test_the_norm_neither_overflows_nor_hides_nan():
    assert norm([np.array([3e300, 4e300])]) == pytest.approx(5e300)
    assert norm({"a": 3e-300, "b": 4e-300}) == pytest.approx(5e-300)
    assert math.isnan(norm([math.inf, math.nan]))
    assert norm([]) == norm([np.zeros((0, 2))]) == 0.0


@given(st.lists(NUMBERS, min_size=1, max_size=5))
def test_the_norm_is_that_of_one_long_vector(numbers):
    assume(max(map(abs, numbers)) > 1e-200)
    assert norm([numbers[:2], numbers[2:]]) == pytest.approx(math.hypot(*numbers), rel=1e-12)
