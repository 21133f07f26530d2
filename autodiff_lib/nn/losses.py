"""Losses: squared errors and cross-entropy, each one number for a whole batch."""

import numpy as np

from autodiff_lib.errors import InputError
from autodiff_lib.numpy_api import logsumexp
from autodiff_lib.primitives import Array
from autodiff_lib.tracing import value_of


def summed_squared_error(y: Array, target: Array) -> Array:
    """Return Σ (y − target)² over all numbers.

    Raises:
        InputError: when the shapes differ, which would broadcast to another loss.

    >>> float(summed_squared_error(np.array([1.0, 2.0]), np.array([0.0, 4.0])))
    5.0
    """
    _expect_same_shape(y, target)
    error = y - target
    return np.sum(error * error)


def mean_squared_error(y: Array, target: Array) -> Array:
    """Return the mean of (y − target)² over all numbers.

    Raises:
        InputError: when the shapes differ, or are empty.

    >>> float(mean_squared_error(np.array([1.0, 2.0]), np.array([0.0, 4.0])))
    2.5
    """
    _expect_same_shape(y, target)
    _expect_samples(np.shape(value_of(y)))
    error = y - target
    return np.mean(error * error)


def cross_entropy(logits: Array, target: Array) -> Array:
    """Return the mean over the batch of −Σ targetₖ log pₖ, with p = exp(logits) / Σ exp(logits).

    The logarithm of the softmax is taken as logits − log Σ exp(logits), with the largest logit
    drawn out of the sum, so that neither an overflow nor the logarithm of 0 can occur. A logit of
    −∞ excludes a class.

    Args:
        logits: of shape (…, classes).
        target: the classes, integers of shape (…); or a probability for each, of the shape of
            `logits`.

    Raises:
        InputError: when shapes do not fit, or a class is out of range.

    >>> print(f"{cross_entropy(np.array([[1000.0, 0.0], [0.0, 0.0]]), np.array([0, 1])):.6f}")
    0.346574
    """
    shape = np.shape(value_of(logits))
    if not shape:
        raise InputError("logits is one number; it needs an axis of classes, the last")
    _expect_samples(shape)
    target = _one_hot(target, logits)
    size = logsumexp(logits, -1)
    excluded = np.isneginf(value_of(logits)) & (value_of(target) == 0)
    if excluded.any():  # 0 · log 0, which is 0
        logits = np.where(excluded, 0, logits)
    return np.mean(size * np.sum(target, -1) - np.sum(target * logits, -1))


def _one_hot(target: Array, logits: Array) -> Array:
    """Return a probability for each class, 1 for the one that an integer names."""
    given, shape = np.asarray(value_of(target)), np.shape(value_of(logits))
    if given.dtype.kind not in "iu":
        if given.shape != shape:
            raise InputError(
                f"targets of shape {given.shape} do not fit logits of shape {shape}: give a "
                f"probability for each, or integers of shape {shape[:-1]}"
            )
        return target
    if given.shape != shape[:-1]:
        raise InputError(f"classes of shape {given.shape} do not fit logits of shape {shape}")
    if np.any((given < 0) | (given >= shape[-1])):
        raise InputError(
            f"classes must lie in 0 … {shape[-1] - 1}, got {given.min()} … {given.max()}"
        )
    chosen = given[..., None] == np.arange(shape[-1])
    return chosen.astype(np.asarray(value_of(logits)).dtype)


def _expect_same_shape(y: Array, target: Array) -> None:
    one, other = np.shape(value_of(y)), np.shape(value_of(target))
    if one != other:
        raise InputError(f"an output of shape {one} does not fit a target of shape {other}")


def _expect_samples(shape: tuple[int, ...]) -> None:
    if 0 in shape:
        raise InputError(f"an array of shape {shape} holds no sample to take a mean of")
