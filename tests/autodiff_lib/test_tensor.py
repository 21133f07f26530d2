"""`Tensor` by hand: sweeps, seeds, adjoints."""

import numpy as np
import pytest

from autodiff_lib.errors import InputError
from autodiff_lib.tags import differentiation
from autodiff_lib.tensor import Tensor, backward
from autodiff_lib.tensor_dual import TensorDual
from autodiff_lib.transforms import grad, jvp, vjp


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
