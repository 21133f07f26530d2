"""Neural networks, small: layers, losses, training steps. All of it plain functions.

Parameters are dicts and lists of arrays, layers are functions of parameters and inputs, and a
derivative is `grad` of the loss. Nothing here knows how differentiation works, except one: the
gated layer brings its own derivative (`gated.py`).

>>> import numpy as np
>>> from autodiff_lib.transforms import value_and_grad
>>> from autodiff_lib.math import tanh
>>> x = np.linspace(-2.0, 2.0, 32)[:, None]
>>> loss = lambda params: mean_squared_error(mlp(params, x, tanh), np.sin(x))
>>> params, optimiser = init_mlp(np.random.default_rng(0), [1, 8, 1], gain=1.0), adam(0.05)
>>> state = optimiser.init(params)
>>> for _ in range(200):
...     value, gradient = value_and_grad(loss)(params)
...     params, state = optimiser.update(params, gradient, state)
>>> bool(value < 0.002)
True
"""

from autodiff_lib.nn.gated import gated_rnn
from autodiff_lib.nn.layers import dense, init_dense, init_mlp, mlp, perceptron
from autodiff_lib.nn.losses import cross_entropy, mean_squared_error, summed_squared_error
from autodiff_lib.nn.newton import NewtonStep, newton_cg
from autodiff_lib.nn.optimisers import Optimiser, adam, clip_by_norm, momentum, sgd
from autodiff_lib.nn.recurrent import (
    elman_output,
    elman_step,
    gated_step,
    init_elman,
    init_gated,
    unroll,
)
from autodiff_lib.nn.through_time import Bias, bias, lag_norms, through_time

__all__ = [
    "Bias",
    "NewtonStep",
    "Optimiser",
    "adam",
    "bias",
    "clip_by_norm",
    "cross_entropy",
    "dense",
    "elman_output",
    "elman_step",
    "gated_rnn",
    "gated_step",
    "init_dense",
    "init_elman",
    "init_gated",
    "init_mlp",
    "lag_norms",
    "mean_squared_error",
    "mlp",
    "momentum",
    "newton_cg",
    "perceptron",
    "sgd",
    "summed_squared_error",
    "through_time",
    "unroll",
]
