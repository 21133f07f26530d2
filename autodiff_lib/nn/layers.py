"""Dense layers, the perceptron and the multilayer perceptron.

A batch holds one sample a row, so a layer is σ(X·w + b) with `w` of shape (inputs, outputs).
Parameters are plain dicts of arrays, and a network is a list of them: a function of its
parameters like any other, for `grad` to differentiate.

Source: for the scale of the first weights, K. He et al., Delving deep into rectifiers, ICCV
2015; X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural
networks, AISTATS 2010.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autodiff_lib.errors import InputError
from autodiff_lib.math import relu, sigmoid
from autodiff_lib.primitives import Array
from autodiff_lib.tracing import value_of

Params = dict[str, Any]


def init_dense(
    rng: np.random.Generator,
    inputs: int,
    outputs: int,
    *,
    bias: bool = True,
    gain: float = 2.0,
    dtype: Any = np.float64,
) -> Params:
    """Return the parameters of a dense layer: normal weights of variance gain / inputs.

    A gain of 2 keeps the size of the signal through relu, a gain of 1 through tanh.

    >>> {name: array.shape for name, array in init_dense(np.random.default_rng(0), 3, 2).items()}
    {'w': (3, 2), 'b': (2,)}
    """
    scale = np.sqrt(gain / inputs)
    params = {"w": (scale * rng.standard_normal((inputs, outputs))).astype(dtype)}
    if bias:
        params["b"] = np.zeros(outputs, dtype)
    return params


def dense(params: Params, x: Array, activation: Callable | None = None) -> Array:
    """Return activation(x·w + b), for one sample or for a batch, one a row.

    Args:
        params: `w` of shape (inputs, outputs) and, if there is a bias, `b` of shape (outputs,).
        x: of shape (…, inputs).
        activation: a function of arrays, of `autodiff_lib.math` for example; None for none.

    Raises:
        InputError: when the shapes of `x` and `w` do not fit.

    >>> dense({"w": np.eye(2), "b": np.array([0.0, 1.0])}, np.array([3.0, -4.0]), relu)
    array([3., 0.])
    """
    z = times(x, params, "w")
    if "b" in params:
        z = z + params["b"]
    return z if activation is None else activation(z)


def init_mlp(
    rng: np.random.Generator,
    sizes: Sequence[int],
    *,
    bias: bool = True,
    gain: float = 2.0,
    dtype: Any = np.float64,
) -> list[Params]:
    """Return the parameters of dense layers from sizes[0] inputs to sizes[-1] outputs.

    >>> [layer["w"].shape for layer in init_mlp(np.random.default_rng(0), [1000, 100, 10])]
    [(1000, 100), (100, 10)]
    """
    if len(sizes) < 2:
        raise InputError(f"sizes is {sizes!r}; give the numbers of inputs and outputs at least")
    return [
        init_dense(rng, inputs, outputs, bias=bias, gain=gain, dtype=dtype)
        for inputs, outputs in pairwise(sizes)
    ]


def mlp(
    params: Sequence[Params],
    x: Array,
    activation: Callable = relu,
    last: Callable | None = None,
) -> Array:
    """Return the output of dense layers one after the other.

    `activation` follows every layer but the last, which `last` follows, if given.

    Raises:
        InputError: when there is no layer, or the shapes of two do not fit.

    >>> weights = [{"w": np.array([[1.0, -1.0]])}, {"w": np.array([[1.0], [1.0]])}]
    >>> mlp(weights, np.array([[-3.0], [2.0]]))
    array([[3.],
           [2.]])
    """
    if not params:
        raise InputError("params is empty; a network has one layer at least")
    *hidden, output = params
    for layer in hidden:
        x = dense(layer, x, activation)
    return dense(output, x, last)


def perceptron(w: Array, x: Array) -> Array:
    """Return σ(Σ wᵢxᵢ), one number a sample.

    >>> print(f"{perceptron(np.array([0.1, -0.2, 0.3]), np.array([1.0, 2.0, 3.0])):.6f}")
    0.645656
    """
    return sigmoid(times(x, {"w": w}, "w"))


def times(x: Array, params: Params, name: str) -> Array:
    """Return x times the matrix, or the vector, that `params` holds under `name`.

    Raises:
        InputError: when their shapes do not fit.
    """
    matrix = params[name]
    given, shape = np.shape(value_of(x)), np.shape(value_of(matrix))
    if not given or given[-1:] != shape[:1]:
        raise InputError(
            f"an input of shape {given} does not fit {name!r} of shape {shape}: its last axis "
            f"must be as long as the first of {name!r}"
        )
    return x @ matrix
