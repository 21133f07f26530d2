"""Recurrent layers, one step at a time: Elman's, and one with a gate.

A step takes a state and an input to the next state, for a batch with one sample a row:

    Elman   h_t = σ_h(x_t·W + h_{t−1}·U + b),  with the output σ_y(h_t·V)
    gated   y_t = σ(x_t·W + h_{t−1}·U + b_o)
            s_t = σ(y_t·V + x_t·D + b_h)
            h_t = (1 − y_t)∘h_{t−1} + y_t∘s_t

The gate y_t says how much of the state is replaced. Back-propagation through time is the
reverse mode of the unrolled steps (`through_time.py`).

Source: J. L. Elman, Finding structure in time, Cognitive Science 14, 1990.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autodiff_lib.errors import InputError
from autodiff_lib.math import sigmoid, tanh
from autodiff_lib.nn.layers import Params, init_dense, times
from autodiff_lib.primitives import Array
from autodiff_lib.stopping import stop_gradient


def init_elman(
    rng: np.random.Generator,
    inputs: int,
    hidden: int,
    outputs: int,
    *,
    radius: float = 1.0,
    dtype: Any = np.float64,
) -> Params:
    """Return the parameters of an Elman network.

    The state's matrix U is `radius` times an orthogonal one, so that `radius` is the modulus of
    all its eigenvalues: below 1 a signal fades step by step, above 1 it grows.

    >>> params = init_elman(np.random.default_rng(0), inputs=2, hidden=3, outputs=1, radius=0.5)
    >>> np.abs(np.linalg.eigvals(params["U"])).round(12)
    array([0.5, 0.5, 0.5])
    """
    orthogonal, _ = np.linalg.qr(rng.standard_normal((hidden, hidden)))
    return {
        "W": _weights(rng, inputs, hidden, dtype),
        "U": (radius * orthogonal).astype(dtype),
        "b": np.zeros(hidden, dtype),
        "V": _weights(rng, hidden, outputs, dtype),
    }


def elman_step(params: Params, h: Array, x: Array, activation: Callable = tanh) -> Array:
    """Return the next state of an Elman network, of the shape of `h`.

    Args:
        params: `W` of shape (inputs, hidden), `U` (hidden, hidden) and `b` (hidden,).
        h: the state, of shape (…, hidden).
        x: the input, of shape (…, inputs).
        activation: σ_h.

    >>> params = {"W": np.eye(1), "U": 2.0 * np.eye(1), "b": np.zeros(1)}
    >>> elman_step(params, np.array([1.0]), np.array([3.0]), activation=lambda z: z)
    array([5.])
    """
    return activation(times(x, params, "W") + times(h, params, "U") + params["b"])


def elman_output(params: Params, h: Array, activation: Callable | None = None) -> Array:
    """Return σ_y(h·V), of shape (…, outputs), for a state or a whole sequence of them."""
    y = times(h, params, "V")
    return y if activation is None else activation(y)


def init_gated(
    rng: np.random.Generator, inputs: int, hidden: int, *, dtype: Any = np.float64
) -> Params:
    """Return the parameters of a gated layer.

    >>> params = init_gated(np.random.default_rng(0), inputs=2, hidden=3)
    >>> {name: array.shape for name, array in params.items()}
    {'W': (2, 3), 'U': (3, 3), 'b_o': (3,), 'V': (3, 3), 'D': (2, 3), 'b_h': (3,)}
    """
    return {
        "W": _weights(rng, inputs, hidden, dtype),
        "U": _weights(rng, hidden, hidden, dtype),
        "b_o": np.zeros(hidden, dtype),
        "V": _weights(rng, hidden, hidden, dtype),
        "D": _weights(rng, inputs, hidden, dtype),
        "b_h": np.zeros(hidden, dtype),
    }


def gated_step(params: Params, h: Array, x: Array, short_path: bool = False) -> Array:
    """Return the next state of a gated layer, of the shape of `h`.

    With `short_path`, only the path from h_{t−1} straight to h_t is differentiated, and the
    one through the gate is taken as constant. That needs no product with U or V on the way
    back, and is an approximation: `through_time.bias` measures it.

    >>> zeros = {name: np.zeros((1, 1)) for name in ("W", "U", "V", "D")}
    >>> gated_step(zeros | {"b_o": np.zeros(1), "b_h": np.zeros(1)}, np.ones(1), np.ones(1))
    array([0.75])
    """
    seen = stop_gradient(h) if short_path else h
    y = sigmoid(times(x, params, "W") + times(seen, params, "U") + params["b_o"])
    s = sigmoid(times(y, params, "V") + times(x, params, "D") + params["b_h"])
    return (1 - y) * h + y * s


def unroll(step: Callable, params: Params, h: Array, xs: Array) -> Array:
    """Return the states h_1 … h_T that `step` runs through, stacked in a first axis.

    Args:
        step: a function of params, state and input that returns the next state.
        params: its parameters.
        h: the state h_0.
        xs: the inputs x_1 … x_T, time in the first axis.

    Raises:
        InputError: when there is no input.

    >>> unroll(lambda params, h, x: h + x, None, np.zeros(1), np.array([[1.0], [2.0], [3.0]]))
    array([[1.],
           [3.],
           [6.]])
    """
    states = []
    for x in xs:
        h = step(params, h, x)
        states.append(h)
    if not states:
        raise InputError("xs holds no input: a sequence has at least one time step")
    return np.stack(states)


def _weights(rng: np.random.Generator, inputs: int, outputs: int, dtype: Any) -> Array:
    return init_dense(rng, inputs, outputs, bias=False, gain=1.0, dtype=dtype)["w"]
