"""Probes: the only place where a test cell touches the student's code."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from grading.values import plain

Asker = Callable[[Callable], Callable]

_asker: Asker | None = None


def probe(function: Callable) -> Callable:
    """Mark `function` as a probe: plain values in, plain values out.

    A probe looks names up in the student's notebook, calls what it finds there and returns
    numbers, strings, lists or arrays of numbers; the checks then judge those values where the
    student's code has no reach. In a notebook it is an ordinary function whose arguments and
    result are rebuilt as plain values; under the grader its source runs in the student's process.
    So it takes nothing from the test cell around it but its arguments: what it needs besides, it
    imports itself.

    A function passed to a probe is a black box to the student's code: values in, values out.

    Raises:
        NotPlainError: when an argument or the result is no plain value.

    >>> @probe
    ... def halved(numbers):
    ...     return tuple(number / 2 for number in numbers)
    >>> halved([1, 2])
    (0.5, 1.0)
    """
    if _asker is not None:
        return functools.wraps(function)(_asker(function))

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        passed = [_pass_in(arg) for arg in args]
        named = {name: _pass_in(arg) for name, arg in kwargs.items()}
        return plain(function(*passed, **named))

    return call


@contextmanager
def asked_by(asker: Asker) -> Iterator[None]:
    """While it lasts, let `asker` make of a probe's function what a call of the probe runs."""
    global _asker
    before, _asker = _asker, asker
    try:
        yield
    finally:
        _asker = before


def _pass_in(argument: Any) -> Any:
    """Return what the probe receives: a rebuilt value, or a black box around a function."""
    return _black_box(argument) if callable(argument) else plain(argument)


def _black_box(function: Callable) -> Callable:
    def call(*args: Any) -> Any:
        return plain(function(*[plain(arg) for arg in args]))

    return call
