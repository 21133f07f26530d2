"""Probes: the only place where a test cell touches the student's code."""

import functools
from collections.abc import Callable
from typing import Any

from grading.values import plain


def probe(function: Callable) -> Callable:
    """Mark `function` as a probe: plain values in, plain values out.

    A probe looks names up in the student's notebook, calls what it finds there and returns
    numbers, strings, lists or arrays of numbers; the checks then judge those values where the
    student's code has no reach. In a notebook it is an ordinary function whose arguments and
    result are rebuilt as plain values, so that a cell scores the same wherever it runs.

    A function passed to a probe is a black box to the student's code: values in, values out.

    Raises:
        NotPlainError: when an argument or the result is no plain value.

    >>> @probe
    ... def halved(numbers):
    ...     return tuple(number / 2 for number in numbers)
    >>> halved([1, 2])
    (0.5, 1.0)
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        passed = [_pass_in(arg) for arg in args]
        named = {name: _pass_in(arg) for name, arg in kwargs.items()}
        return plain(function(*passed, **named))

    return call


def _pass_in(argument: Any) -> Any:
    """Return what the probe receives: a rebuilt value, or a black box around a function."""
    return _black_box(argument) if callable(argument) else plain(argument)


def _black_box(function: Callable) -> Callable:
    def call(*args: Any) -> Any:
        return plain(function(*[plain(arg) for arg in args]))

    return call
