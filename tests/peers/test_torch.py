"""Our derivatives beside PyTorch's."""

import numpy as np
import pytest

from autodiff_lib import grad, hessian, jacobian, jvp, value_and_grad, vjp
from tests.peers.functions import CONVENTIONS, LINES, TORCH_CONVENTIONS, point

pytestmark = pytest.mark.peers
torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")

CASES = [
    pytest.param(line, shape, id=f"{line.name} {shape}")
    for line in LINES
    if line.torch is not None
    for shape in line.shapes
]


def close(ours, theirs, rtol=1e-11):
    theirs = theirs.detach().numpy()
    assert np.shape(ours) == theirs.shape
    scale = np.max(np.abs(theirs), initial=1.0)
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * scale)


@pytest.mark.parametrize(("line", "shape"), CASES)
class TestAgainstTorch:
    def test_values_and_products(self, line, shape):
        x, x_dot = point(shape), point(shape, 6) - 0.5
        ours, theirs = (lambda x: line.ours(np, x)), (lambda x: shifted(line, x))
        t = torch.tensor(x, requires_grad=True)
        y, y_dot = jvp(ours, (x,), (x_dot,))
        y_theirs = theirs(t)
        close(y, y_theirs)
        y_bar = point(np.shape(y), 7) - 0.5
        (x_bar,) = torch.autograd.grad(y_theirs, t, torch.tensor(y_bar), allow_unused=True)
        (ours_bar,) = vjp(ours, x)[1](y_bar)
        close(ours_bar, torch.zeros_like(t) if x_bar is None else x_bar)
        assert np.sum(y_bar * y_dot) == pytest.approx(np.sum(ours_bar * x_dot), rel=1e-11)

    def test_jacobians_gradients_and_hessians(self, line, shape):
        x = point(shape)
        if not x.size:
            return
        t = torch.tensor(x)
        ours, theirs = (lambda x: line.ours(np, x)), (lambda x: shifted(line, x))
        expected = torch.autograd.functional.jacobian(theirs, t)
        for mode in ("forward", "reverse"):
            close(jacobian(ours, mode=mode)(x), expected)
        weights = point(np.shape(ours(x)), 8) - 0.5

        def total(x):
            return np.sum(weights * ours(x))

        def their_total(x):
            return torch.sum(torch.tensor(weights) * theirs(x))

        value, gradient = value_and_grad(total)(x)
        close(value, their_total(t))
        close(gradient, torch.autograd.functional.jacobian(their_total, t))
        close(hessian(total)(x), torch.autograd.functional.hessian(their_total, t), 1e-10)


def shifted(line, x):
    """Return PyTorch's function, at the point that the line of the table moves it to."""
    return line.torch(torch, x - 0.62 if line.name == "relu" else x)


@pytest.mark.parametrize(
    "row", [row for row in CONVENTIONS if row[0] in TORCH_CONVENTIONS], ids=lambda row: row[0]
)
def test_conventions(row):
    name, f, x, ours, _ = row
    theirs, expected = TORCH_CONVENTIONS[name]
    t = torch.tensor(x, requires_grad=True, dtype=torch.float64)
    (found,) = torch.autograd.grad(theirs(torch, t), t)
    assert grad(lambda x: f(np, x))(np.asarray(x)) == ours
    np.testing.assert_equal(found.item(), expected)
