"""The gated recurrent layer over 200 steps: hidden 64, inputs 64, batch 32, float64.

The step is the loss of the last state and its gradient in the parameters.
"""

import numpy as np

from tests.benchmarks.row import Row, Target, Work

T, BATCH, HIDDEN = 200, 32, 64
NAMES = ("W", "U", "b_o", "V", "D", "b_h")


def data() -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Return the parameters, the inputs and the target."""
    rng = np.random.default_rng(0)
    shapes = {name: (HIDDEN,) if name.startswith("b") else (HIDDEN, HIDDEN) for name in NAMES}
    params = {name: rng.standard_normal(shape) / 8 for name, shape in shapes.items()}
    xs, target = rng.standard_normal((T, BATCH, HIDDEN)), rng.standard_normal((BATCH, HIDDEN))
    return params, xs, target


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def by_hand() -> Work:
    params, xs, target = data()
    W, U, b_o, V, D, b_h = (params[name] for name in NAMES)

    def rows(array):
        return array.reshape(T * BATCH, HIDDEN)

    def work():
        y_in, s_in = xs @ W + b_o, xs @ D + b_h
        h = np.zeros((T + 1, BATCH, HIDDEN))
        y, s = np.empty((T, BATCH, HIDDEN)), np.empty((T, BATCH, HIDDEN))
        for t in range(T):
            y[t] = sigmoid(y_in[t] + h[t] @ U)
            s[t] = sigmoid(s_in[t] + y[t] @ V)
            h[t + 1] = h[t] + y[t] * (s[t] - h[t])
        h_bar = h[T] - target
        loss = 0.5 * np.sum(h_bar * h_bar)
        y_bar, s_bar = np.empty_like(y), np.empty_like(s)
        for t in reversed(range(T)):
            s_bar[t] = h_bar * y[t] * s[t] * (1 - s[t])
            y_bar[t] = (h_bar * (s[t] - h[t]) + s_bar[t] @ V.T) * y[t] * (1 - y[t])
            h_bar = h_bar * (1 - y[t]) + y_bar[t] @ U.T
        y_bar, s_bar = rows(y_bar), rows(s_bar)
        return loss, {
            "W": rows(xs).T @ y_bar,
            "U": rows(h[:-1]).T @ y_bar,
            "b_o": y_bar.sum(0),
            "V": rows(y).T @ s_bar,
            "D": rows(xs).T @ s_bar,
            "b_h": s_bar.sum(0),
        }

    return work


def plain() -> Work:
    from autodiff_lib.math import sigmoid
    from autodiff_lib.transforms import value_and_grad

    params, xs, target = data()

    def loss(p):
        h = np.zeros((BATCH, HIDDEN))
        for x in xs:
            y = sigmoid(x @ p["W"] + h @ p["U"] + p["b_o"])
            s = sigmoid(y @ p["V"] + x @ p["D"] + p["b_h"])
            h = (1 - y) * h + y * s
        return 0.5 * np.sum((h - target) ** 2)

    step = value_and_grad(loss)
    return lambda: step(params)


def layer() -> Work:
    from autodiff_lib.nn import gated_rnn, summed_squared_error
    from autodiff_lib.transforms import value_and_grad

    params, xs, target = data()
    start = np.zeros((BATCH, HIDDEN))

    def loss(p):
        return 0.5 * summed_squared_error(gated_rnn(p, start, xs)[-1], target)

    step = value_and_grad(loss)
    return lambda: step(params)


def with_autograd() -> Work:
    import autograd
    import autograd.numpy as anp

    params, xs, target = data()

    def sigmoid(a):
        return 1 / (1 + anp.exp(-a))

    def loss(p):
        h = np.zeros((BATCH, HIDDEN))
        for x in xs:
            y = sigmoid(anp.dot(x, p["W"]) + anp.dot(h, p["U"]) + p["b_o"])
            s = sigmoid(anp.dot(y, p["V"]) + anp.dot(x, p["D"]) + p["b_h"])
            h = (1 - y) * h + y * s
        return 0.5 * anp.sum((h - target) ** 2)

    step = autograd.value_and_grad(loss)
    return lambda: step(params)


def with_torch() -> Work:
    import torch

    torch.set_num_threads(1)
    arrays, xs, target = data()
    p = {name: torch.from_numpy(array).requires_grad_() for name, array in arrays.items()}
    xs, target = torch.from_numpy(xs), torch.from_numpy(target)

    def work():
        for parameter in p.values():
            parameter.grad = None
        h = torch.zeros((BATCH, HIDDEN), dtype=torch.float64)
        for x in xs:
            y = torch.sigmoid(x @ p["W"] + h @ p["U"] + p["b_o"])
            s = torch.sigmoid(y @ p["V"] + x @ p["D"] + p["b_h"])
            h = (1 - y) * h + y * s
        loss = 0.5 * (h - target).square().sum()
        loss.backward()
        return loss.detach().numpy(), {name: p[name].grad.numpy() for name in NAMES}

    return work


def with_jax() -> Work:
    import jax

    jax.config.update("jax_enable_x64", True)
    params, xs, target = data()

    def step(p, h, x):
        y = jax.nn.sigmoid(x @ p["W"] + h @ p["U"] + p["b_o"])
        s = jax.nn.sigmoid(y @ p["V"] + x @ p["D"] + p["b_h"])
        return (1 - y) * h + y * s, None

    def loss(p):
        h, _ = jax.lax.scan(
            lambda h, x: step(p, h, x), jax.numpy.zeros((BATCH, HIDDEN)), jax.numpy.asarray(xs)
        )
        return 0.5 * jax.numpy.sum((h - target) ** 2)

    compiled = jax.jit(jax.value_and_grad(loss))
    return lambda: jax.block_until_ready(compiled(params))


ROWS = [
    Row(
        "gated",
        f"gated RNN, T={T}, hidden {HIDDEN}, batch {BATCH}, float64, loss and gradient",
        {
            "NumPy by hand": by_hand,
            "plain operations": plain,
            "nn layer": layer,
            "autograd": with_autograd,
            "torch, eager": with_torch,
            "jax, compiled": with_jax,
        },
        (
            Target("plain operations", "NumPy by hand", 2.0),
            Target("nn layer", "NumPy by hand", 1.3),
        ),
    )
]
