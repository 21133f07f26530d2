"""`Tensor` by hand: sweeps, seeds, adjoints."""

import weakref

import numpy as np
import pytest

from autodiff_lib.errors import FreedError, InputError
from autodiff_lib.tags import differentiation
from autodiff_lib.tensor import Tensor, backward
from autodiff_lib.tensor_dual import TensorDual
from autodiff_lib.transforms import grad, hessian, jacobian, jvp, vjp


def test_a_sweep_gives_every_array_its_adjoint():
    x = Tensor([1.0, 2.0])
    y = np.sin(x)
    z = np.sum(y * y)
    z.backward()
    np.testing.assert_allclose(y.adjoint, 2 * np.sin([1.0, 2.0]))
    np.testing.assert_allclose(x.adjoint, np.sin([2.0, 4.0]))


def test_every_sweep_starts_from_zero():
    x, unused = Tensor([1.0, 2.0]), Tensor([1.0])
    y, z = np.sum(x * x), np.sum(3.0 * x)
    for _ in range(2):
        y.backward()
        np.testing.assert_array_equal(x.adjoint, [2.0, 4.0])
    z.backward()
    np.testing.assert_array_equal(x.adjoint, [3.0, 3.0])
    np.testing.assert_array_equal(y.adjoint, 0.0)
    np.testing.assert_array_equal(unused.adjoint, [0.0])


def test_a_batch_of_seeds():
    x = Tensor([1.0, 2.0])
    (x * x).backward(np.eye(2))
    np.testing.assert_array_equal(x.adjoint, [[2.0, 0.0], [0.0, 4.0]])


def test_several_outputs_in_one_sweep():
    x = Tensor([1.0, 2.0])
    y, z = x * x, np.sum(x)
    backward([y, z], [np.array([1.0, 0.0]), np.array(10.0)])
    np.testing.assert_array_equal(x.adjoint, [12.0, 10.0])


def test_seeds_that_do_not_fit():
    x = Tensor([1.0, 2.0])
    with pytest.raises(InputError, match=r"shape \(2,\) needs a seed of that shape"):
        (x * x).backward()
    with pytest.raises(
        InputError, match=r"seed of shape \(3,\) does not fit an output of shape \(2,\)"
    ):
        (x * x).backward(np.ones(3))
    with differentiation() as tag, pytest.raises(InputError, match="different differentiations"):
        backward([x * x, Tensor([1.0], tag=tag)], [np.ones(2), np.ones(1)])


def test_a_value_that_no_rule_reads_is_given_back():
    x = Tensor([1.0, 2.0])
    total = x + x
    y = np.tanh(total)
    unread, read = weakref.ref(total.primal), weakref.ref(y.primal)
    z = y * 2.0
    del total, y
    assert unread() is None
    assert read() is not None
    z.backward(np.ones(2))
    np.testing.assert_allclose(x.adjoint, 4 / np.cosh([2.0, 4.0]) ** 2)


def test_a_transform_gives_back_the_adjoints_along_the_way():
    kept = []

    def f(x):
        kept.append(x * x)
        return np.sum(kept[0])

    grad(f)(np.ones(2))
    with pytest.raises(FreedError, match="keeps the adjoints of its inputs only"):
        _ = kept[0].adjoint


def test_adding_up_changes_neither_the_seed_nor_another_adjoint():
    x = Tensor([1.0, 2.0])
    y = x + 0.0
    z = x + y
    total = z + x + x + y + x  # whose adjoint all of them share at first
    seed = np.array([1.0, 10.0])
    total.backward(seed)
    np.testing.assert_array_equal(seed, [1.0, 10.0])
    np.testing.assert_array_equal(total.adjoint, seed)
    np.testing.assert_array_equal(z.adjoint, seed)
    np.testing.assert_array_equal(y.adjoint, 2 * seed)
    np.testing.assert_array_equal(x.adjoint, 6 * seed)


def test_a_gradient_shares_no_memory_with_the_cotangent_or_another():
    _, pullback = vjp(lambda x, y: x + y, np.ones(3), np.ones(3))
    seed = np.ones(3)
    one, other = pullback(seed)
    assert not np.shares_memory(one, seed)
    assert not np.shares_memory(one, other)


ROWS = np.array([[0.3, -0.7], [1.1, 0.4], [-0.2, 0.9]])
INDEXED = {
    # a program that picks elements of its argument again and again
    "rows": lambda x: [np.sin(x[t]) * x[t - 1] for t in range(3)],
    "iteration": lambda x: [row * row * x[0] for row in x],
    "numbers": lambda x: [x[0, 1] * x[2, 0] * x[0, 1] * np.ones(2)],
    "slices": lambda x: [x[1:] * x[:-1], x[::2] * x[1]],
    "places, one twice": lambda x: [x[[0, 0, 2]] * x[[2, 1, 0]]],
    "mask": lambda x: [x[ROWS > 0] ** 3],
    "beside whole": lambda x: [x * x, x[1] * x[2], x**3, x[1] ** 2],
    "beside turned": lambda x: [x.T @ x, x.T**3, x[[0, 0]] * x[1], x.T**2, x[[1, 1, 2]]],
    "of what was picked": lambda x: [x[1:][0] * x[:, 0][1], x[[2, 2]][0] * x[0]],
    "new axes": lambda x: [x[:, None, 0] * x[..., 1]],
}


@pytest.mark.parametrize("name", INDEXED)
def test_elements_picked_again_and_again_add_up_in_every_nesting(name):
    def total(x):
        return sum(np.sum(part * part) for part in INDEXED[name](x))

    x, step = ROWS.copy(), np.linspace(-1.0, 1.0, 6).reshape(3, 2)
    slope = (total(x + 1e-6 * step) - total(x - 1e-6 * step)) / 2e-6
    np.testing.assert_allclose(np.sum(grad(total)(x) * step), slope, rtol=1e-7)
    for outer in ("forward", "reverse"):
        for inner in ("forward", "reverse"):
            curvature = jacobian(jacobian(total, mode=inner), mode=outer)(x)
            np.testing.assert_allclose(curvature, hessian(total)(x), atol=1e-12)
    stacked = lambda x: np.concatenate([np.ravel(part) for part in INDEXED[name](x)])  # noqa: E731
    np.testing.assert_allclose(
        jacobian(stacked, mode="reverse")(x), jacobian(stacked, mode="forward")(x), atol=1e-14
    )
    np.testing.assert_array_equal(x, ROWS)


def test_a_chain_of_100_000_operations():
    def chain(x):
        for _ in range(100_000):
            x = x + 1.0
        return x

    x = np.ones(())
    assert grad(chain)(x) == 1.0
    assert jvp(chain, (x,), (x,)) == (100_001.0, 1.0)


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble])
def test_half_and_extended_precision_stay(dtype):
    f = lambda x: np.sum(np.log(x * x + 1) @ np.ones((2, 2), dtype))  # noqa: E731
    x = np.array([0.5, 1.5], dtype)
    assert grad(f)(x).dtype == dtype
    assert jvp(f, (x,), (x,))[1].dtype == dtype


def test_types_meet_as_numpys_do():
    x = np.array([0.5, 1.5], np.float32)
    wide = np.array([1.0, 2.0])
    for f in (
        lambda x: x + wide,
        lambda x: x * wide,
        lambda x: x.astype(float) ** 2,
        lambda x: np.stack([x, wide]),
        lambda x: np.where(x > 1, x, wide),
        lambda x: np.outer(x, wide) @ x,
        lambda x: x * np.arange(2),
        lambda x: np.sum(x, dtype=float),
    ):
        y, pullback = vjp(f, x)
        assert y.dtype == np.float64
        assert pullback(np.ones_like(y))[0].dtype == np.float32
        assert jvp(f, (x,), (x,))[1].dtype == np.float64


def test_how_they_look():
    assert repr(Tensor([1.0])) == "Tensor(array([1.]))"
    assert repr(TensorDual(np.ones(1), np.zeros(1))) == "TensorDual(array([1.]), array([0.]))"
