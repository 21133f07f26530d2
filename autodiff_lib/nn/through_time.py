"""Back-propagation through time, in full and truncated, and what truncation costs.

The unrolled recurrence is one long program, and its gradient adds up over all steps in which a
parameter takes part. Its reverse sweep needs all states. Truncation cuts the sequence into
windows, hands the state from one to the next as a constant, and adds up the windows' gradients:
less memory, and another vector than the gradient (`bias` says how far off).

Sources: P. J. Werbos, Backpropagation through time: what it does and how to do it, Proc. IEEE
78, 1990; on what vanishes and explodes, Y. Bengio, P. Simard and P. Frasconi, Learning
long-term dependencies with gradient descent is difficult, IEEE Trans. Neural Networks 5, 1994.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autodiff_lib.errors import InputError
from autodiff_lib.nn.vectors import dot, expect_alike, moved, norm, scaled
from autodiff_lib.primitives import Array
from autodiff_lib.transforms import vjp


def through_time(
    step: Callable,
    loss: Callable,
    params: Any,
    h: Array,
    xs: Sequence[Array],
    targets: Sequence[Any],
    window: int | None = None,
) -> tuple[Array, Any]:
    """Return Σ_t loss(params, h_t, target_t), and its gradient in the parameters.

    Args:
        step: a function of params, state and input that returns the next state.
        loss: a function of params, state and target that returns one number.
        params: containers of arrays.
        h: the state h_0, an array.
        xs: the inputs x_1 … x_T.
        targets: what the loss compares with, one a step.
        window: after how many steps the sweep is cut; None for the full gradient.

    Raises:
        InputError: when the inputs and targets differ in number, there are none, or the window
            is no positive integer.

    >>> step, loss = (lambda w, h, x: w * h + x), (lambda w, h, target: 0.5 * (h - target) ** 2)
    >>> xs, targets = [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]
    >>> through_time(step, loss, 2.0, 0.0, xs, targets)
    (29.5, 38.0)
    >>> through_time(step, loss, 2.0, 0.0, xs, targets, window=1)
    (29.5, 24.0)
    """
    _expect_sequence(xs, targets, window)
    total, gradient = 0.0, None
    window = len(xs) if window is None else window
    for start in range(0, len(xs), window):
        steps = slice(start, start + window)

        def piece(params: Any, h: Any = h, steps: slice = steps) -> tuple[Any, Any]:
            value = 0.0
            for x, target in zip(xs[steps], targets[steps], strict=True):
                h = step(params, h, x)
                value = value + loss(params, h, target)
            return value, h

        (value, h), pullback = vjp(piece, params)
        (share,) = pullback((_like(1.0, value), _like(0.0, h)))
        total = total + value
        gradient = share if gradient is None else moved(gradient, 1.0, share)
    return total, gradient


def lag_norms(
    step: Callable, params: Any, h: Array, xs: Sequence[Array], cotangent: Array
) -> list[float]:
    """Return the norm of what `cotangent` at the last state becomes 0, 1, …, T steps earlier.

    These are the norms of (∂h_T/∂h_{T−k})ᵀ·cotangent for k = 0, …, T. They shrink or grow like
    the k-th power of the step's Jacobian: the gradient vanishes or explodes.

    >>> lag_norms(lambda w, h, x: w * h + x, 0.5, np.zeros(1), [1.0, 1.0, 1.0], np.ones(1))
    [1.0, 0.5, 0.25, 0.125]
    """
    pullbacks = []
    for x in xs:
        h, pullback = vjp(lambda h, x=x: step(params, h, x), h)
        pullbacks.append(pullback)
    norms = [norm(cotangent)]
    for pullback in reversed(pullbacks):
        (cotangent,) = pullback(cotangent)
        norms.append(norm(cotangent))
    return norms


class Bias(NamedTuple):
    """How far one vector is from another: ‖a − b‖ / ‖b‖, and the cosine of their angle."""

    relative_error: float
    cosine: float


def bias(approximate: Any, full: Any) -> Bias:
    """Return how far an approximate gradient is from the full one.

    Raises:
        InputError: when they differ in containers or shapes, or `full` is zero.

    >>> bias([1.0, 0.0], [2.0, 0.0])
    Bias(relative_error=0.5, cosine=1.0)
    """
    expect_alike(approximate, "the approximate gradient", full, "the full one")
    length, other = norm(full), norm(approximate)
    if length == 0.0:
        raise InputError("the full gradient is zero: nothing can be said relative to it")
    error = norm(moved(approximate, -1.0, full)) / length
    cosine = dot(scaled(1 / other, approximate), scaled(1 / length, full)) if other else math.nan
    return Bias(error, cosine)


def _like(number: float, value: Any) -> Any:
    """Return `number` in the shape and type of `value`."""
    return np.full_like(value, number) if hasattr(value, "dtype") else number


def _expect_sequence(xs: Sequence, targets: Sequence, window: int | None) -> None:
    if len(xs) != len(targets) or not len(xs):
        raise InputError(f"got {len(xs)} inputs and {len(targets)} targets; give one each a step")
    if window is not None and (not isinstance(window, int) or window < 1):
        raise InputError(f"window is {window!r}; it must be a number of steps, 1 or more, or None")
