"""Our derivatives beside JAX's, and under JAX's own checks."""

import numpy as np
import pytest

from autodiff_lib import grad, hessian, hvp, jacobian, jvp, linearize, value_and_grad, vjp
from tests.peers.functions import CONVENTIONS, LINES, point

pytestmark = pytest.mark.peers
jax = pytest.importorskip("jax", reason="JAX is not installed: pip install jax")
jnp = jax.numpy
jtu = pytest.importorskip("jax.test_util", reason="JAX has no test_util")

CASES = [
    pytest.param(line, shape, id=f"{line.name} {shape}")
    for line in LINES
    if line.jax is not None
    for shape in line.shapes
]


@pytest.fixture(autouse=True, scope="module")
def double_precision():
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


def pair(line):
    theirs = line.ours if line.jax == "same" else line.jax
    return (lambda x: line.ours(np, x)), (lambda x: theirs(jnp, x))


def close(ours, theirs, rtol=1e-11):
    theirs = np.asarray(theirs)
    assert np.shape(ours) == theirs.shape
    scale = np.max(np.abs(theirs), initial=1.0)
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * scale)


BY_LINE = [line for line in LINES if line.jax is not None]


def all_of_jax(f, weights):
    """Return what JAX finds for `f`, compiled as one program, for that is what takes time."""

    def total(x):
        return jnp.sum(weights * f(x))

    def derivatives(x, x_dot, y_bar):
        y, y_dot = jax.jvp(f, (x,), (x_dot,))
        (x_bar,) = jax.vjp(f, x)[1](y_bar)
        first = jax.jacfwd(f)(x) if x.size else jnp.zeros(y.shape + x.shape)
        second = jax.hessian(total)(x) if x.size else jnp.zeros(2 * x.shape)
        return y, y_dot, x_bar, first, total(x), jax.grad(total)(x), second

    return jax.jit(derivatives)


@pytest.mark.parametrize(("line", "shape"), CASES)
def test_values_and_first_and_second_derivatives(line, shape):
    ours, theirs = pair(line)
    x, x_dot = point(shape), point(shape, 6) - 0.5
    y, y_dot = jvp(ours, (x,), (x_dot,))
    y_bar, weights = point(np.shape(y), 7) - 0.5, point(np.shape(y), 8) - 0.5
    expected = all_of_jax(theirs, weights)(x, x_dot, y_bar)
    their_y, their_y_dot, x_bar, first, their_total, gradient, second = expected

    def total(x):
        return np.sum(weights * ours(x))

    close(y, their_y)
    close(y_dot, their_y_dot)
    close(linearize(ours, x)[1](x_dot), their_y_dot)
    close(vjp(ours, x)[1](y_bar)[0], x_bar)
    for mode in ("auto", "forward", "reverse"):
        close(jacobian(ours, mode=mode)(x), first)
    for found, wanted in zip(value_and_grad(total)(x), (their_total, gradient), strict=True):
        close(found, wanted)
    close(hessian(total)(x), second, 1e-10)
    close(jacobian(grad(total), mode="reverse")(x), second, 1e-10)
    close(hvp(total, (x,), (x_dot,)), np.tensordot(second, x_dot, x.ndim), 1e-10)


@pytest.mark.parametrize("line", BY_LINE, ids=lambda line: line.name)
def test_jaxs_own_checks_pass(line):
    ours, _ = pair(line)
    x = point(line.shapes[-1] if 0 not in line.shapes[-1] else (3,))

    def our_jvp(primals, tangents):
        return jvp(ours, *(tuple(map(np.asarray, xs)) for xs in (primals, tangents)))

    def our_vjp(*primals):
        y, pullback = vjp(ours, *map(np.asarray, primals))
        return y, lambda y_bar: pullback(np.asarray(y_bar))

    jtu.check_jvp(ours, our_jvp, (x,), atol=1e-6, rtol=1e-6, eps=1e-6)
    jtu.check_vjp(ours, our_vjp, (x,), atol=1e-6, rtol=1e-6, eps=1e-6)


def test_jaxs_checks_refuse_a_wrong_derivative():
    x = point((3,))
    with pytest.raises(AssertionError):
        jtu.check_jvp(np.sin, lambda p, t: jvp(np.cos, p, t), (x,), atol=1e-6, rtol=1e-6)
    with pytest.raises(AssertionError):
        jtu.check_vjp(np.sin, lambda *p: vjp(np.cos, *p), (x,), atol=1e-6, rtol=1e-6)


def test_single_precision_keeps_its_type_and_agrees():
    x = point((4,)).astype(np.float32)
    f, g = (lambda x: np.sum(np.tanh(x) * x)), (lambda x: jnp.sum(jnp.tanh(x) * x))
    ours, theirs = grad(f)(x), jax.grad(g)(x)
    assert ours.dtype == theirs.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


PARAMETERS = {"w": point((3, 2)), "b": [point((2,)), (point((), 9),)]}


def model(xp, p, x):
    return xp.sum(xp.tanh(x @ p["w"] + p["b"][0]) * p["b"][1][0])


def test_containers_and_argnums_are_jaxs():
    x = point((4, 3))
    ours = value_and_grad(lambda p, x: model(np, p, x), (0, 1))(PARAMETERS, x)
    theirs = jax.value_and_grad(lambda p, x: model(jnp, p, x), (0, 1))(PARAMETERS, x)
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for one, other in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        close(one, other)


@pytest.mark.parametrize(
    ("f", "x", "ours", "theirs"),
    [row[1:] for row in CONVENTIONS],
    ids=[row[0] for row in CONVENTIONS],
)
def test_conventions(f, x, ours, theirs):
    assert grad(lambda x: f(np, x))(np.asarray(x)) == ours
    np.testing.assert_equal(float(jax.grad(lambda x: f(jnp, x))(x)), theirs)


def test_cofactors_of_a_singular_matrix():
    singular = np.diag([1.0, 2.0, 0.0])
    close(grad(np.linalg.det)(singular), jax.grad(jnp.linalg.det)(singular))
