"""What a recorded graph reads later cannot be overwritten meanwhile."""

import gc

import numpy as np
import pytest

from autodiff_lib.locking import SMALL, lock
from autodiff_lib.tensor import Tensor
from autodiff_lib.transforms import grad, jacobian, jvp, linearize, value_and_grad, vjp

SMALL_ARRAY = np.linspace(0.1, 1.0, 4)


@pytest.fixture
def large():
    return np.linspace(0.1, 1.0, SMALL + 1).copy()


def overwrite(array):
    array[0] = 7.0


def test_a_small_array_is_copied():
    weights = SMALL_ARRAY.copy()
    _, pullback = vjp(lambda x: x * weights, SMALL_ARRAY)
    overwrite(weights)
    np.testing.assert_array_equal(pullback(np.ones(4))[0], SMALL_ARRAY)


def test_a_small_input_is_copied():
    x = SMALL_ARRAY.copy()
    _, pullback = vjp(lambda x: x * x, x)
    overwrite(x)
    np.testing.assert_array_equal(pullback(np.ones(4))[0], 2 * SMALL_ARRAY)


def test_a_view_of_something_else_is_copied_too():
    base = SMALL_ARRAY.copy()
    view = base[:]
    view.flags.writeable = False
    _, pullback = vjp(lambda x: x * view, SMALL_ARRAY)
    overwrite(base)
    np.testing.assert_array_equal(pullback(np.ones(4))[0], SMALL_ARRAY)


class TestLargeArrays:
    def test_are_read_only_inside_the_function(self, large):
        def f(x):
            y = x * large
            overwrite(large)
            return np.sum(y)

        with pytest.raises(ValueError, match="read-only"):
            grad(f)(np.ones(SMALL + 1))
        overwrite(large)  # writeable again, after an error too

    @pytest.mark.parametrize(
        "transform",
        [
            lambda f, x: grad(f)(x),
            lambda f, x: value_and_grad(f)(x),
            lambda f, x: jacobian(f)(x),
            lambda f, x: jvp(f, (x,), (x,)),
            lambda f, x: vjp(f, x),
            lambda f, x: linearize(f, x),
            lambda f, x: grad(lambda y: np.sum(grad(f)(y) * y))(x),
        ],
    )
    def test_are_writeable_again_afterwards(self, large, transform):
        x = np.ones(SMALL + 1)
        transform(lambda x: np.sum(np.sin(x * large)), x)
        gc.collect()
        overwrite(large)
        overwrite(x)

    def test_stay_locked_as_long_as_a_pullback_may_read_them(self, large):
        _, pullback = vjp(lambda x: x * large, np.ones(SMALL + 1))
        with pytest.raises(ValueError, match="read-only"):
            overwrite(large)
        np.testing.assert_array_equal(pullback(np.ones(SMALL + 1))[0], large)
        del pullback
        overwrite(large)

    def test_the_base_of_a_view_is_locked(self, large):
        view = large.reshape(5, -1)[::-1]
        _, pullback = vjp(lambda x: x * view, np.ones((5, 205)))
        for array in (large, view):
            with pytest.raises(ValueError, match="read-only"):
                overwrite(array)
        del pullback
        overwrite(large)
        overwrite(view)

    def test_two_views_of_one_memory(self, large):
        whole, rows = large[:], large.reshape(5, -1)
        _, first = vjp(lambda x: x * whole, np.ones(SMALL + 1))
        _, second = vjp(lambda x: x * rows, np.ones((5, 205)))
        del first
        for array in (large, whole, rows):
            with pytest.raises(ValueError, match="read-only"):
                overwrite(array)
        del second
        for array in (large, whole, rows):
            overwrite(array)

    def test_an_inner_pullback_outlives_the_outer_differentiation(self, large):
        kept = []

        def f(x):
            kept.append(vjp(lambda y: y * large, np.ones(SMALL + 1))[1])
            return np.sum(x * large)

        grad(f)(np.ones(SMALL + 1))
        with pytest.raises(ValueError, match="read-only"):
            overwrite(large)
        np.testing.assert_array_equal(kept.pop()(np.ones(SMALL + 1))[0], large)
        overwrite(large)

    def test_an_array_that_was_read_only_stays_so(self, large):
        large.flags.writeable = False
        grad(lambda x: np.sum(x * large))(np.ones(SMALL + 1))
        assert not large.flags.writeable
        assert lock(large) is None

    def test_what_no_sweep_reads_is_not_locked(self, large):
        _, pullback = vjp(lambda x: x + large, np.ones(SMALL + 1))
        overwrite(large)
        assert pullback(large)[0] is not large

    def test_a_value_is_the_users_own(self, large):
        y, pullback = vjp(np.tanh, large)
        y[:] = 0.0
        np.testing.assert_allclose(pullback(np.ones(SMALL + 1))[0], 1 - np.tanh(large) ** 2)


def test_by_hand_everything_is_copied(large):
    x = Tensor(large)
    y = np.sum(x * large)
    overwrite(large)
    y.backward()
    assert x.adjoint[0] == 0.1
