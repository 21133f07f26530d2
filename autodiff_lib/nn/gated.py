"""The gated layer as one primitive, with its derivative written by hand: use the structure.

A layer that runs over T steps with a dozen operations each would record thousands. This row
records one. Reverse mode knows more about it than about its parts: all products with inputs
are one product for all steps, and so are all that give the weights' adjoints; only what passes
from step to step is left in the loop. Forward mode is the same loop the other way round.

With the names of `recurrent.py`, Y = y(1 − y), S = s(1 − s) and Q = s − h_{t−1}, all products
element by element but the ones with matrices:

    ẏ = Y(ẏ_in + ḣ_{t−1}·U)         h̄ ← h̄ + h̄_t
    ṡ = S(ṡ_in + ẏ·V)                s̃ = S(h̄ y + s̄)
    ḣ_t = (1 − y)ḣ_{t−1} + Q ẏ + y ṡ   ỹ = Y(h̄ Q + s̃·Vᵀ + ȳ),   h̄ ← h̄(1 − y) + ỹ·Uᵀ

where ẏ_in = ẋ·W + x·Ẇ + h_{t−1}·U̇ + ḃ_o, and ṡ_in likewise; their transposes turn ỹ and s̃ into
the adjoints of inputs and weights.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autodiff_lib.errors import InputError
from autodiff_lib.nn.layers import Params
from autodiff_lib.primitives import Array, Primitive, bind, lead
from autodiff_lib.tracing import value_of

NAMES = ("W", "U", "b_o", "V", "D", "b_h")
"""The parameters, in the order in which the primitive takes them."""


class Gated(Primitive):
    """The states and gates of all steps, stacked: an array of shape (3, T, batch, hidden).

    Its operands are the parameters in the order of `NAMES`, the first state of shape (batch,
    hidden), and the inputs of shape (T, batch, inputs).
    """

    name = "gated_rnn"

    def value(self, W, U, b_o, V, D, b_h, h, xs) -> Array:
        y_in, s_in = xs @ W + b_o, xs @ D + b_h
        result = np.empty((3, *y_in.shape), np.result_type(W, U, b_o, V, D, b_h, h, xs))
        states, gates, candidates = result
        with np.errstate(over="ignore"):  # where exp(−z) is ∞, the sigmoid is 0
            for t in range(len(xs)):
                gates[t] = y = 1 / (1 + np.exp(-(y_in[t] + h @ U)))
                candidates[t] = s = 1 / (1 + np.exp(-(s_in[t] + y @ V)))
                states[t] = h = h + y * (s - h)
        return result

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], out: Array, params: dict
    ) -> Array:
        W, U, _, V, D, _, h, xs = primals
        W_dot, U_dot, b_o_dot, V_dot, D_dot, b_h_dot, h_dot, xs_dot = tangents
        before, y, Y, S, Q = _factors(h, out)
        front = next(
            lead(tangent, np.ndim(primal))
            for tangent, primal in zip(tangents, primals, strict=True)
            if tangent is not None
        )
        zeros = np.zeros(front + np.shape(y), value_of(out).dtype)
        y_in = zeros + _driven((xs_dot, W), (xs, W_dot), (before, U_dot), b_o_dot)
        s_in = zeros + _driven((xs_dot, D), (xs, D_dot), (y, V_dot), b_h_dot)
        h_dot = zeros[..., 0, :, :] if h_dot is None else h_dot
        rows = [], [], []
        for t in range(np.shape(y)[0]):
            y_dot = Y[t] * (y_in[..., t, :, :] + h_dot @ U)
            s_dot = S[t] * (s_in[..., t, :, :] + y_dot @ V)
            h_dot = (1 - y[t]) * h_dot + Q[t] * y_dot + y[t] * s_dot
            for row, tangent in zip(rows, (h_dot, y_dot, s_dot), strict=True):
                row.append(tangent)
        return np.stack([np.stack(row, -3) for row in rows], -4)

    def pull(
        self,
        primals: Sequence[Array],
        active: Sequence[bool],
        out: Array,
        params: dict,
        out_bar: Array,
    ) -> Sequence[Array | None]:
        W, U, _, V, D, _, h, xs = primals
        before, y, Y, S, Q = _factors(h, out)
        h_out, y_out, s_out = (out_bar[..., place, :, :, :] for place in range(3))
        h_bar, U_T, V_T = 0.0, _t(U), _t(V)
        to_y, to_s = [], []
        for t in reversed(range(np.shape(y)[0])):
            h_bar = h_bar + h_out[..., t, :, :]
            s_bar = S[t] * (h_bar * y[t] + s_out[..., t, :, :])
            y_bar = Y[t] * (h_bar * Q[t] + s_bar @ V_T + y_out[..., t, :, :])
            h_bar = h_bar * (1 - y[t]) + y_bar @ U_T
            to_y.append(y_bar)
            to_s.append(s_bar)
        y_bar, s_bar = np.stack(to_y[::-1], -3), np.stack(to_s[::-1], -3)
        shares = (
            lambda: _outer(xs, y_bar),
            lambda: _outer(before, y_bar),
            lambda: np.sum(y_bar, (-3, -2)),
            lambda: _outer(y, s_bar),
            lambda: _outer(xs, s_bar),
            lambda: np.sum(s_bar, (-3, -2)),
            lambda: h_bar,
            lambda: y_bar @ _t(W) + s_bar @ _t(D),
        )
        return [share() if wanted else None for share, wanted in zip(shares, active, strict=True)]


GATED = Gated()


def gated_rnn(params: Params, h: Array, xs: Array) -> Array:
    """Return the states h_1 … h_T of a gated layer: `unroll` of `gated_step`, and much faster.

    Args:
        params: those of `init_gated`.
        h: the state h_0, of shape (…, hidden).
        xs: the inputs, of shape (T, …, inputs).

    Returns:
        An array of shape (T, …, hidden).

    Raises:
        InputError: when a shape does not fit, or there is no input.

    >>> from autodiff_lib.nn.recurrent import init_gated
    >>> params = init_gated(np.random.default_rng(0), inputs=2, hidden=3)
    >>> gated_rnn(params, np.zeros((5, 3)), np.ones((4, 5, 2))).shape
    (4, 5, 3)
    """
    shape, steps = _expect_shapes(params, h, xs)
    if len(shape) != 2:
        h = np.reshape(h, (-1, shape[-1]))
        xs = np.reshape(xs, (steps, -1, np.shape(value_of(xs))[-1]))
    states = bind(GATED, *(params[name] for name in NAMES), h, xs)[0]
    return states if len(shape) == 2 else np.reshape(states, (steps, *shape))


def _factors(h: Array, out: Array) -> tuple[Array, ...]:
    """Return h_{t−1}, y, Y, S and Q for all steps."""
    states, y, s = out[0], out[1], out[2]
    before = np.concatenate([h[None], states[:-1]])
    return before, y, y * (1 - y), s * (1 - s), s - before


def _driven(*terms: Any) -> Array:
    """Return the sum of the products that have both factors, and of the last term, a bias."""
    *products, bias = terms
    total = 0.0 if bias is None else bias[..., None, None, :]
    for left, right in products:
        if left is not None and right is not None:
            matrix = right[..., None, :, :] if np.ndim(right) > 2 else right
            total = total + left @ matrix
    return total


def _outer(left: Array, right: Array) -> Array:
    """Return Σ leftᵀ·right over all steps and samples, as one product of matrices."""
    return _t(_rows(left)) @ _rows(right)


def _rows(x: Array) -> Array:
    shape = np.shape(value_of(x))
    return np.reshape(x, (*shape[:-3], shape[-3] * shape[-2], shape[-1]))


def _t(matrix: Array) -> Array:
    return np.swapaxes(matrix, -1, -2)


def _expect_shapes(params: Params, h: Array, xs: Array) -> tuple[tuple[int, ...], int]:
    """Return the shape of `h` and the number of steps.

    Raises:
        InputError: when a shape does not fit the others.
    """
    state, sequence = np.shape(value_of(h)), np.shape(value_of(xs))
    if not state or len(sequence) != len(state) + 1 or sequence[1:-1] != state[:-1]:
        raise InputError(
            f"h of shape {state} does not fit xs of shape {sequence}: h is (…, hidden), and xs is "
            "(steps, …, inputs)"
        )
    if not sequence[0]:
        raise InputError("xs holds no input: a sequence has at least one time step")
    inputs, hidden = sequence[-1], state[-1]
    matrices = {"W": (inputs, hidden), "U": (hidden, hidden), "V": (hidden, hidden)}
    wanted = matrices | {"D": (inputs, hidden), "b_o": (hidden,), "b_h": (hidden,)}
    missing = wanted.keys() - params.keys()
    if missing:
        raise InputError(f"params lacks {', '.join(sorted(missing))}; it holds {sorted(params)}")
    for name, shape in wanted.items():
        given = np.shape(value_of(params[name]))
        if given != shape:
            raise InputError(
                f"{name!r} has the shape {given}; a state of {hidden} numbers and inputs of "
                f"{inputs} need {shape}"
            )
    return state, sequence[0]
