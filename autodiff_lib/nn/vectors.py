"""Nested containers of arrays, read as one long vector: inner product, norm, sum.

Parameters and gradients come in dicts, lists and tuples (`autodiff_lib.trees`). What training
does with them is the linear algebra of the numbers inside, and keeps each array's type.
"""

import math
from typing import Any

import numpy as np

from autodiff_lib.errors import InputError
from autodiff_lib.tracing import value_of
from autodiff_lib.trees import as_given, leaves, map_leaves, same_containers


def dot(one: Any, other: Any) -> float:
    """Return the sum of the products of all numbers in `one` with those in `other`.

    >>> dot({"w": [1.0, 2.0], "b": 3.0}, {"w": [10.0, 10.0], "b": 1.0})
    33.0
    """
    pairs = zip(leaves(one), leaves(other), strict=True)
    return math.fsum(float(np.vdot(left, right)) for left, right in pairs)


def norm(tree: Any) -> float:
    """Return the Euclidean length of all numbers together, also where their squares overflow.

    >>> norm([1e200, (1e200, 1e200, 1e200)])
    2e+200
    """
    arrays = [np.asarray(leaf, float) for leaf in leaves(tree)]
    largest = max((float(np.max(np.abs(array))) for array in arrays if array.size), default=0.0)
    if any(np.isnan(array).any() for array in arrays):
        return math.nan
    if largest in (0.0, math.inf):
        return largest
    scaled = (float(np.sum((array / largest) ** 2)) for array in arrays)
    return largest * math.sqrt(math.fsum(scaled))


def scaled(factor: float, tree: Any) -> Any:
    """Return every number times `factor`, in its own type.

    >>> scaled(2.0, {"w": [1.0, 2.0]})
    {'w': [2.0, 4.0]}
    """
    return map_leaves(lambda x: as_given(factor * x, x), tree)


def moved(tree: Any, length: float, direction: Any) -> Any:
    """Return tree + length · direction, each array in the type that it has in `tree`.

    >>> moved({"w": [1.0, 2.0]}, -0.5, {"w": [2.0, 2.0]})
    {'w': [0.0, 1.0]}
    """
    return map_leaves(lambda x, d: _typed_like(x, x + length * d), tree, direction)


def _typed_like(model: Any, result: Any) -> Any:
    """Return a result of floats in the type of `model`, where that is a type of floats."""
    dtype = getattr(model, "dtype", None)
    if dtype is None or dtype.kind != "f":
        return as_given(result, model)
    return np.asarray(result, dtype)[()]


def expect_alike(tree: Any, what: str, like: Any, other: str) -> None:
    """Raise unless `tree` has the containers and shapes of `like`, which would else broadcast.

    Raises:
        InputError: when it has not; the message calls the trees `what` and `other`.
    """
    if not same_containers(tree, like):
        raise InputError(f"{what} must come in the containers of {other}")
    for leaf, model in zip(leaves(tree), leaves(like), strict=True):
        shape, wanted = np.shape(value_of(leaf)), np.shape(value_of(model))
        if shape != wanted:
            raise InputError(f"{what} has an array of shape {shape} where {other} has {wanted}")
