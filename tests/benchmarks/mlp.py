"""A step of the network of concept 12: 64 samples through 1000 × 100 × 10 with relu, float32.

The step is the loss and its gradient in the weights.
"""

import numpy as np

from tests.benchmarks.row import Row, Target, Work

N, D_IN, HIDDEN, D_OUT = 64, 1000, 100, 10


def data() -> tuple[np.ndarray, ...]:
    """Return the inputs, the targets and the two matrices of weights."""
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((N, D_IN)), rng.standard_normal((N, D_OUT))
    w1 = rng.standard_normal((D_IN, HIDDEN)) / np.sqrt(D_IN / 2)
    w2 = rng.standard_normal((HIDDEN, D_OUT)) / np.sqrt(HIDDEN / 2)
    return tuple(array.astype(np.float32) for array in (x, t, w1, w2))


def by_hand() -> Work:
    x, t, w1, w2 = data()

    def work():
        g = x @ w1
        hidden = np.maximum(g, 0)
        error = hidden @ w2 - t
        y_bar = 2 * error
        g_bar = (y_bar @ w2.T) * (g > 0)
        return np.sum(error * error), x.T @ g_bar, hidden.T @ y_bar

    return work


def plain() -> Work:
    from autodiff_lib.transforms import value_and_grad

    x, t, w1, w2 = data()

    def loss(w1, w2):
        error = np.maximum(x @ w1, 0) @ w2 - t
        return np.sum(error * error)

    step = value_and_grad(loss, (0, 1))
    return lambda: step(w1, w2)


def layers() -> Work:
    from autodiff_lib.nn import mlp, summed_squared_error
    from autodiff_lib.transforms import value_and_grad

    x, t, w1, w2 = data()
    params = [{"w": w1}, {"w": w2}]
    step = value_and_grad(lambda params: summed_squared_error(mlp(params, x), t))
    return lambda: step(params)


def with_autograd() -> Work:
    import autograd
    import autograd.numpy as anp

    x, t, w1, w2 = data()

    def loss(weights):
        w1, w2 = weights
        error = anp.dot(anp.maximum(anp.dot(x, w1), 0), w2) - t
        return anp.sum(error * error)

    step = autograd.value_and_grad(loss)
    return lambda: step((w1, w2))


def with_torch() -> Work:
    import torch

    torch.set_num_threads(1)
    x, t, w1, w2 = map(torch.from_numpy, data())
    w1.requires_grad_()
    w2.requires_grad_()

    def work():
        w1.grad = w2.grad = None
        loss = (torch.relu(x @ w1) @ w2 - t).square().sum()
        loss.backward()
        return loss.detach().numpy(), w1.grad.numpy(), w2.grad.numpy()

    return work


def with_jax() -> Work:
    import jax

    x, t, w1, w2 = map(jax.numpy.asarray, data())

    @jax.jit
    def step(w1, w2):
        def loss(w1, w2):
            error = jax.nn.relu(x @ w1) @ w2 - t
            return jax.numpy.sum(error * error)

        return jax.value_and_grad(loss, (0, 1))(w1, w2)

    return lambda: jax.block_until_ready(step(w1, w2))


ROWS = [
    Row(
        "mlp",
        f"MLP step, {N}×{D_IN}×{HIDDEN}×{D_OUT}, float32, loss and gradient",
        {
            "NumPy by hand": by_hand,
            "plain operations": plain,
            "nn layers": layers,
            "autograd": with_autograd,
            "torch, eager": with_torch,
            "jax, compiled": with_jax,
        },
        (
            Target("plain operations", "NumPy by hand", 1.25),
            Target("nn layers", "NumPy by hand", 1.2),
            Target("plain operations", "autograd", 1.0),
            Target("plain operations", "torch, eager", 1.0),
        ),
        tolerance=1e-4,
    )
]
