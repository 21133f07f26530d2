"""What a recorded graph reads later cannot be overwritten meanwhile."""

import gc

import numpy as np
import pytest

from autodiff_lib import OverwriteError, checkpoint, custom_rule
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


class Sequence:
    """What np.asarray takes for an array, without a copy."""

    def __init__(self, array):
        self.array = array

    def __array__(self, *args, **kwargs):
        return self.array


CONSTANTS = (
    # what a program reads besides its argument x: how it is made, how it is read
    ("mask", lambda n: np.arange(n) % 2 == 0, lambda x, c: np.where(c, x * x, 0.0)),
    ("mask, of select", lambda n: np.arange(n) % 2 == 0, lambda x, c: np.select([c], [x])),
    ("mask, as an index", lambda n: np.arange(n) % 2 == 0, lambda x, c: x[c] ** 2),
    ("places", lambda n: np.arange(n)[::-1].copy(), lambda x, c: x[c] * x),
    ("exponents", lambda n: np.full(n, 3), lambda x, c: x**c),
    ("list", lambda n: [2.0] * n, lambda x, c: c * x),
    ("array-like", lambda n: np.full(n, 2.0), lambda x, c: x * Sequence(c)),
    ("custom rule", lambda n: np.full(n, 3), lambda x, c: TIMES(x, c)),
    ("checkpoint", lambda n: np.full(n, 3), lambda x, c: POWER(x, c)),
    ("checkpoint, dict", lambda n: {"c": np.full(n, 3)}, lambda x, c: POWER(x, c)),
    ("foreign memory", lambda n: np.frombuffer(bytearray(8 * n)), lambda x, c: x * (c + x)),
)
TIMES = custom_rule(lambda x, k: x * k, vjp=lambda p, y, y_bar: (y_bar * p[1], 0.0 * p[1]))
POWER = checkpoint(lambda x, c: x ** (c["c"] if isinstance(c, dict) else c))


@pytest.mark.parametrize(
    ("make", "f"), [row[1:] for row in CONSTANTS], ids=[row[0] for row in CONSTANTS]
)
@pytest.mark.parametrize("size", [4, SMALL + 1])
@pytest.mark.parametrize("transform", [vjp, linearize])
def test_an_overwritten_constant_changes_no_derivative_that_is_still_to_come(
    make, f, size, transform
):
    constant = make(size)
    y, linear = transform(lambda x: f(x, constant), np.linspace(0.1, 1.0, size))
    direction = np.ones_like(y) if transform is vjp else np.ones(size)
    before = np.array(linear(direction))
    arrays = [constant["c"]] if isinstance(constant, dict) else [constant]
    for array in arrays:
        try:
            array[:2] = [0, 1]
        except ValueError as error:
            assert "read-only" in str(error)  # noqa: PT017, either is right
    if isinstance(constant, dict):
        constant.clear()
    np.testing.assert_array_equal(np.array(linear(direction)), before)


def test_memory_of_something_else_is_copied(large):
    memory = bytearray(large.tobytes())
    _, pullback = vjp(lambda x: x * np.frombuffer(memory), np.ones(SMALL + 1))
    memory[:8] = bytes(8)
    np.testing.assert_array_equal(pullback(np.ones(SMALL + 1))[0], large)


def test_a_file_mapped_into_memory_is_locked(tmp_path, large):
    mapped = np.memmap(tmp_path / "numbers", float, "w+", shape=large.shape)
    mapped[:] = large
    _, pullback = vjp(lambda x: x * mapped, np.ones(SMALL + 1))
    with pytest.raises(ValueError, match="read-only"):
        overwrite(mapped)
    np.testing.assert_array_equal(pullback(np.ones(SMALL + 1))[0], large)


@pytest.mark.parametrize("output", [False, True], ids=["inside", "output"])
def test_another_value_serves_what_is_computed_from_then_on(output):
    x = Tensor(SMALL_ARRAY)
    y = np.exp(x)
    total = y if output else np.sum(y)
    y.primal = np.zeros(4)
    np.testing.assert_array_equal(np.exp(y).primal, np.ones(4))
    total.backward(np.ones(total.shape))
    np.testing.assert_allclose(x.adjoint, np.exp(SMALL_ARRAY))


class TestLargeArrays:
    def test_are_read_only_inside_the_function(self, large):
        def f(x):
            y = x * large
            overwrite(large)
            return np.sum(y)

        x = np.ones(SMALL + 1)
        for call in (lambda: grad(f)(x), lambda: grad(lambda y: np.sum(jacobian(f)(y) * y))(x)):
            with pytest.raises(OverwriteError, match=r"read-only.*write to a copy"):
                call()
            overwrite(large)  # writeable again, after an error too

    def test_are_read_only_inside_the_function_by_any_way_of_writing(self, large):
        for write in (
            lambda: np.multiply(large, 2.0, out=large),
            lambda: np.copyto(large, 0.0),
            lambda: large.sort(),
            lambda: large.__iadd__(1.0),
        ):
            with pytest.raises(OverwriteError, match="write to a copy"):
                grad(lambda x: np.sum(x * large) + (write() or 0.0))(large)  # noqa: B023
            jvp(lambda x: x * 2.0, (large,), (large,))

    def test_another_error_stays_as_it_is(self, large):
        def f(x):
            raise ValueError("of another kind")

        with pytest.raises(ValueError, match="another kind") as caught:
            grad(f)(large)
        assert not isinstance(caught.value, OverwriteError)

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
