"""Dense layers and networks: the worked cases, training, and what is refused."""

import numpy as np
import pytest

from autodiff_lib.errors import InputError
from autodiff_lib.math import sigmoid, tanh
from autodiff_lib.nn import (
    dense,
    init_dense,
    init_mlp,
    mean_squared_error,
    mlp,
    newton_cg,
    perceptron,
    sgd,
    summed_squared_error,
)
from autodiff_lib.transforms import grad, hessian, jvp, value_and_grad
from autodiff_lib.trees import leaves
from tests.autodiff_lib.facts import FACTS

BY_ID = {fact.id: fact for fact in FACTS}


def test_d4_a_perceptron():
    fact = BY_ID["D4"]
    w, x = np.array(fact.point), np.array([1.0, 2.0, 3.0])
    value, w_bar = value_and_grad(perceptron)(w, x)
    assert float(value) == pytest.approx(fact.value, rel=1e-14)
    np.testing.assert_allclose(w_bar, fact.gradient, rtol=1e-13)


class TestD6:
    """The perceptron 3 → 2 → 2 → 1: three layers of sigmoids without bias."""

    fact = BY_ID["D6"]
    w = np.array(fact.point)
    params = ({"w": w[:6].reshape(2, 3).T}, {"w": w[6:10].reshape(2, 2).T}, {"w": w[10:, None]})

    @staticmethod
    def network(params):
        return mlp(params, np.array([1.0, 2.0, 3.0]), sigmoid, sigmoid)[0]

    def test_its_value_and_the_reverse_sweep_for_all_twelve_weights(self):
        value, gradient = value_and_grad(self.network)(self.params)
        assert float(value) == pytest.approx(0.4610712082158925, rel=1e-14)
        found = np.concatenate([layer["w"].T.ravel() for layer in gradient])
        np.testing.assert_allclose(found, self.fact.gradient, rtol=1e-12)

    def test_the_forward_tangent_of_its_first_weight(self):
        tangents = tuple({"w": np.zeros_like(layer["w"])} for layer in self.params)
        tangents[0]["w"][0, 0] = 1.0
        _, tangent = jvp(self.network, (self.params,), (tangents,))
        assert float(tangent) == pytest.approx(0.003899093015887, rel=1e-12)


def test_a3_weights_and_inputs_from_one_backward_sweep():
    fact = BY_ID["A3"]
    w, x = np.array(fact.point[:6]), np.array(fact.point[6:])

    def error(params, x):
        return 0.5 * summed_squared_error(mlp(params, x, sigmoid, sigmoid), np.ones(1))

    params = [{"w": w[:4].reshape(2, 2).T}, {"w": w[4:, None]}]
    value, ((first, second), x_bar) = value_and_grad(error, (0, 1))(params, x)
    found = np.concatenate([first["w"].T.ravel(), second["w"].ravel(), x_bar])
    assert float(value) == pytest.approx(fact.value, rel=1e-14)
    np.testing.assert_allclose(found, fact.gradient, rtol=1e-12)


class TestTheNetworkOfConcept12:
    """64 samples, 1000 → 100 → 10, relu, the summed squared error, 500 steps of 1e-4."""

    rng = np.random.default_rng(12)
    x = rng.standard_normal((64, 1000)).astype(np.float32)
    target = rng.standard_normal((64, 10)).astype(np.float32)

    def loss(self, params):
        return summed_squared_error(mlp(params, self.x), self.target)

    def test_the_loss_falls_at_every_look_and_nearly_to_zero(self):
        params, optimiser = init_mlp(self.rng, [1000, 100, 10], dtype=np.float32), sgd(1e-4)
        values = []
        for _ in range(500):
            value, gradient = value_and_grad(self.loss)(params)
            values.append(float(value))
            params, _ = optimiser.update(params, gradient, None)
        assert np.all(np.diff(values[::25]) < 0)
        assert values[-1] < 1e-3 * values[0]
        assert {leaf.dtype for leaf in leaves([params, gradient])} == {np.dtype(np.float32)}

    def test_backpropagation_in_matrices_gives_the_same_gradient(self):
        params = init_mlp(self.rng, [1000, 100, 10])
        (first, second), (x, t) = params, (self.x.astype(float), self.target.astype(float))
        g = x @ first["w"] + first["b"]
        hidden = np.maximum(g, 0)
        y_bar = 2 * (hidden @ second["w"] + second["b"] - t)
        g_bar = (y_bar @ second["w"].T) * (g > 0)
        expected = [
            {"w": x.T @ g_bar, "b": g_bar.sum(0)},
            {"w": hidden.T @ y_bar, "b": y_bar.sum(0)},
        ]
        gradient = grad(lambda params: summed_squared_error(mlp(params, x), t))(params)
        for found, wanted in zip(leaves(gradient), leaves(expected), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-10)


def test_different_starts_end_in_different_minima():
    x = np.linspace(-2.0, 2.0, 9)[:, None]

    def loss(v):
        params = [{"w": v[None, 0:2], "b": v[2:4]}, {"w": v[4:6, None], "b": v[6:7]}]
        misfit = mean_squared_error(mlp(params, x, tanh), np.sin(3 * x))
        return misfit + 1e-3 * np.sum(v * v)

    ends = []
    for seed in (0, 1, 4):
        v = np.random.default_rng(seed).standard_normal(7)
        for _ in range(60):
            step = newton_cg(loss, v)
            v = step.params
            if step.gradient_norm < 1e-10:
                break
        assert step.gradient_norm < 1e-10
        assert np.linalg.eigvalsh(hessian(loss)(v)).min() > 1e-4, "a minimum, no saddle"
        ends.append(round(step.value, 4))
    assert ends == [0.3999, 0.1274, 0.3538]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_initial_weights_keep_the_size_of_the_signal(dtype):
    params = init_mlp(np.random.default_rng(0), [400] * 6, dtype=dtype)
    x = np.random.default_rng(1).standard_normal((50, 400)).astype(dtype)
    y = mlp(params, x)
    assert y.dtype == dtype
    assert 0.5 < np.std(y) < 2.0


def test_a_layer_without_bias_has_no_bias():
    assert list(init_dense(np.random.default_rng(0), 2, 3, bias=False)) == ["w"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dense({"w": np.ones((3, 2))}, np.ones((5, 2))), r"\(5, 2\).*'w'.*\(3, 2\)"),
        (lambda: dense({"w": np.ones((3, 2))}, 1.0), r"shape \(\) does not fit"),
        (lambda: perceptron(np.ones(3), np.ones(2)), r"\(2,\) does not fit 'w' of shape \(3,\)"),
        (lambda: mlp([], np.ones(2)), "one layer at least"),
        (lambda: init_mlp(np.random.default_rng(0), [3]), "numbers of inputs and outputs"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
