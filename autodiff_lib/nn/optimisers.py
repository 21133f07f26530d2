"""Steps down the gradient: SGD, momentum and Adam, as pure functions.

An optimiser is a pair of functions. `init(params)` returns its state; `update(params, gradient,
state)` returns the next parameters and the next state. Nothing is changed in place, and each
array keeps its type.

Sources: on momentum, B. T. Polyak, Some methods of speeding up the convergence of iteration
methods, 1964; on Adam, D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, ICLR
2015, algorithm 1; on clipping, R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of
training recurrent neural networks, ICML 2013.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autodiff_lib.errors import InputError
from autodiff_lib.nn.vectors import expect_alike, moved, norm, scaled
from autodiff_lib.trees import as_given, map_leaves


class Optimiser(NamedTuple):
    """A way of stepping: its first state, and the step.

    Attributes:
        init: params ↦ state.
        update: params, gradient, state ↦ params, state.
    """

    init: Callable[[Any], Any]
    update: Callable[[Any, Any, Any], tuple[Any, Any]]


def sgd(rate: float) -> Optimiser:
    """Return gradient descent: params − rate · gradient. It has no state.

    >>> optimiser = sgd(0.1)
    >>> optimiser.update({"w": 1.0}, {"w": 5.0}, optimiser.init({"w": 1.0}))
    ({'w': 0.5}, None)
    """

    def update(params: Any, gradient: Any, state: None) -> tuple[Any, None]:
        expect_alike(gradient, "the gradient", params, "the parameters")
        return moved(params, -rate, gradient), None

    return Optimiser(lambda params: None, update)


def momentum(rate: float, decay: float = 0.9) -> Optimiser:
    """Return descent along a velocity: v ← decay · v + gradient, params − rate · v.

    >>> optimiser = momentum(0.1, decay=0.5)
    >>> params, state = optimiser.update([1.0], [2.0], optimiser.init([1.0]))
    >>> params, state
    ([0.8], [2.0])
    >>> optimiser.update(params, [2.0], state)
    ([0.5], [3.0])
    """

    def init(params: Any) -> Any:
        return scaled(0.0, params)

    def update(params: Any, gradient: Any, velocity: Any) -> tuple[Any, Any]:
        expect_alike(gradient, "the gradient", params, "the parameters")
        expect_alike(velocity, "the state", params, "the parameters")
        velocity = moved(scaled(decay, velocity), 1.0, gradient)
        return moved(params, -rate, velocity), velocity

    return Optimiser(init, update)


class AdamState(NamedTuple):
    """What Adam remembers: the number of steps, and means of the gradient and its square."""

    steps: int
    mean: Any
    square: Any


def adam(
    rate: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Optimiser:
    """Return Adam: a step of length about `rate` in every number, whatever the gradient's size.

    >>> optimiser = adam(rate=0.1)
    >>> params, state = optimiser.update([1.0, 1.0], [2.0, -300.0], optimiser.init([1.0, 1.0]))
    >>> [round(number, 6) for number in params]
    [0.9, 1.1]
    """

    def init(params: Any) -> AdamState:
        zeros = scaled(0.0, params)
        return AdamState(0, zeros, zeros)

    def update(params: Any, gradient: Any, state: AdamState) -> tuple[Any, AdamState]:
        expect_alike(gradient, "the gradient", params, "the parameters")
        expect_alike(state.mean, "the state", params, "the parameters")
        steps = state.steps + 1
        squared = map_leaves(lambda g: g * g, gradient)
        mean = moved(scaled(beta1, state.mean), 1.0 - beta1, gradient)
        square = moved(scaled(beta2, state.square), 1.0 - beta2, squared)
        fair1, fair2 = 1.0 - beta1**steps, 1.0 - beta2**steps
        direction = map_leaves(
            lambda m, v: as_given((m / fair1) / (np.sqrt(v / fair2) + epsilon), m), mean, square
        )
        return moved(params, -rate, direction), AdamState(steps, mean, square)

    return Optimiser(init, update)


def clip_by_norm(gradient: Any, largest: float) -> Any:
    """Return the gradient, shortened to the norm `largest` over all its arrays if it is longer.

    Raises:
        InputError: when the gradient is not finite: no direction is left in it.

    >>> clip_by_norm({"w": 3.0, "b": 4.0}, 1.0)
    {'w': 0.6000000000000001, 'b': 0.8}
    """
    length = norm(gradient)
    if not math.isfinite(length):
        raise InputError(
            f"the gradient has the norm {length}, and no direction to keep: skip this step, "
            "or take smaller ones"
        )
    return gradient if length <= largest else scaled(largest / length, gradient)
