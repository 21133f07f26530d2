"""Values taken as constants: what is not recorded, and has no derivative, because one says so."""

import functools
from collections.abc import Callable
from typing import Any

from autodiff_lib.tracing import value_of
from autodiff_lib.trees import leaves, rebuild


def stop_gradient(x: Any) -> Any:
    """Return the values in `x`, a number, an array or a container, as constants.

    No differentiation, however far out, sees through it. Arrays are read-only where a recorded
    graph may read them.

    >>> from autodiff_lib.transforms import grad
    >>> grad(lambda x: stop_gradient(x) * x)(3.0)
    3.0
    """
    return rebuild(x, [value_of(leaf) for leaf in leaves(x)])


def no_grad(f: Callable) -> Callable:
    """Return `f` on values, for which nothing is recorded: its result is a constant.

    Usable as a decorator. It stops the gradient of the arguments, and of the result, lest a
    traced value that `f` finds elsewhere passes on its derivative.

    >>> from autodiff_lib.transforms import grad
    >>> step = no_grad(lambda x: 0.1 * x)
    >>> grad(lambda x: x - step(x))(3.0)
    1.0
    """

    @functools.wraps(f)
    def on_values(*args: Any, **kwargs: Any) -> Any:
        return stop_gradient(f(*stop_gradient(args), **stop_gradient(kwargs)))

    return on_values
