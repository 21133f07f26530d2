"""Losses: values, derivatives, extreme arguments, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib.errors import InputError
from autodiff_lib.nn import cross_entropy, mean_squared_error, summed_squared_error
from autodiff_lib.transforms import grad, hessian

LOGITS = np.array([[0.5, -1.0, 2.0], [0.0, 0.3, -0.2]])
CLASSES = np.array([2, 0])
ONE_HOT = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])


def softmax(logits):
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def test_squared_errors_and_their_gradients():
    y, t = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 4.0], [3.0, 4.0]])
    assert float(summed_squared_error(y, t)) == 6.0
    assert float(mean_squared_error(y, t)) == 1.5
    np.testing.assert_array_equal(grad(summed_squared_error)(y, t), 2 * (y - t))
    np.testing.assert_array_equal(grad(mean_squared_error)(y, t), (y - t) / 2)
    np.testing.assert_array_equal(grad(mean_squared_error, 1)(y, t), (t - y) / 2)


def test_the_gradient_of_cross_entropy_is_softmax_minus_target():
    expected = (softmax(LOGITS) - ONE_HOT) / 2
    np.testing.assert_allclose(grad(cross_entropy)(LOGITS, CLASSES), expected, rtol=1e-14)
    np.testing.assert_allclose(grad(cross_entropy)(LOGITS, ONE_HOT), expected, rtol=1e-14)


def test_classes_and_probabilities_say_the_same():
    assert float(cross_entropy(LOGITS, CLASSES)) == float(cross_entropy(LOGITS, ONE_HOT))
    expected = -np.mean(np.sum(ONE_HOT * np.log(softmax(LOGITS)), -1))
    assert float(cross_entropy(LOGITS, CLASSES)) == pytest.approx(expected, rel=1e-15)


def test_one_sample_needs_no_batch():
    assert float(cross_entropy(LOGITS[0], 2)) == pytest.approx(-np.log(softmax(LOGITS)[0, 2]))


def test_the_hessian_of_cross_entropy_is_that_of_the_log_sum():
    p = softmax(LOGITS[0])
    expected = np.diag(p) - np.outer(p, p)
    np.testing.assert_allclose(hessian(cross_entropy)(LOGITS[0], 1), expected, atol=1e-15)


def test_soft_targets_too_are_differentiated():
    logs = LOGITS[0] - np.log(np.sum(np.exp(LOGITS[0])))
    found = grad(cross_entropy, 1)(LOGITS[0], np.array([0.2, 0.3, 0.5]))
    np.testing.assert_allclose(found, -logs, rtol=1e-14)


@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=5), st.integers(0, 1))
def test_large_logits_give_finite_losses_and_derivatives(logits, target):
    logits = np.array(logits)
    value, slope = cross_entropy(logits, target), grad(cross_entropy)(logits, target)
    assert np.isfinite(value)
    assert value >= 0
    np.testing.assert_allclose(np.sum(slope), 0.0, atol=1e-12)


def test_a_logit_of_minus_infinity_excludes_a_class():
    without, target = LOGITS[:, :2], np.array([1, 0])
    masked = np.concatenate([without, [[-np.inf], [-np.inf]]], 1)
    assert float(cross_entropy(masked, target)) == float(cross_entropy(without, target))
    found = grad(cross_entropy)(masked, target)
    np.testing.assert_allclose(found[:, :2], grad(cross_entropy)(without, target), rtol=1e-14)
    np.testing.assert_array_equal(found[:, 2], 0.0)
    assert cross_entropy(masked, np.array([2, 0])) == np.inf


@pytest.mark.parametrize(
    ("loss", "target"),
    [
        (summed_squared_error, ONE_HOT.astype(np.float32)),
        (mean_squared_error, ONE_HOT.astype(np.float32)),
        (cross_entropy, ONE_HOT.astype(np.float32)),
        (cross_entropy, CLASSES),
    ],
)
def test_float32_stays(loss, target):
    y, t = LOGITS.astype(np.float32), target
    assert loss(y, t).dtype == np.float32
    assert grad(loss)(y, t).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_squared_error(np.ones((4, 1)), np.ones(4)), r"\(4, 1\).*target.*\(4,\)"),
        (lambda: summed_squared_error(np.ones(3), 1.0), r"\(3,\) does not fit.*\(\)"),
        (lambda: mean_squared_error(np.ones(0), np.ones(0)), "no sample"),
        (lambda: cross_entropy(LOGITS, np.array([0, 3])), "must lie in 0 … 2, got 0 … 3"),
        (lambda: cross_entropy(LOGITS, np.array([0])), r"classes of shape \(1,\)"),
        (lambda: cross_entropy(LOGITS, np.ones(3)), r"targets of shape \(3,\)"),
        (lambda: cross_entropy(np.float64(1.0), 0), "axis of classes"),
        (lambda: cross_entropy(np.ones((0, 3)), np.ones(0, int)), "no sample"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
