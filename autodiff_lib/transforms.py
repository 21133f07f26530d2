"""Functions to functions: `grad` and its relatives, under JAX's names and signatures."""

from collections.abc import Callable
from typing import Any

from autodiff_lib.errors import InputError, OutputError
from autodiff_lib.scalar import Var, backward
from autodiff_lib.tracing import Traced, differentiation


def grad(f: Callable, argnums: int | tuple[int, ...] = 0) -> Callable:
    """Return the function that computes the gradient of `f` by reverse mode.

    Args:
        f: a function of numbers that returns one number.
        argnums: which positional argument to differentiate in, or a tuple of several.

    Returns:
        A function of the same arguments. It returns a number for one argument number, a tuple
        of numbers for a tuple of them.

    Raises:
        InputError: when an argument to differentiate in is no float, or is missing.
        OutputError: when `f` returns no single number.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """

    def gradient(*args: Any) -> Any:
        return value_and_grad(f, argnums)(*args)[1]

    return gradient


def value_and_grad(f: Callable, argnums: int | tuple[int, ...] = 0) -> Callable:
    """Return the function that computes the pair of `f`'s value and its gradient.

    Arguments and errors are those of `grad`.

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
    (10.0, (5.0, 2.0))
    """
    chosen = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    def value_and_gradient(*args: Any) -> tuple[Any, Any]:
        with differentiation() as tag:
            inputs = {number: Var(_float(args, number), tag=tag) for number in chosen}
            output = f(*[inputs.get(number, arg) for number, arg in enumerate(args)])
            if not isinstance(output, Var) or output.tag is not tag:
                zeros = tuple(0.0 for _ in chosen)
                return _constant(output), zeros[0] if isinstance(argnums, int) else zeros
            backward([output], [1.0])
            gradients = tuple(inputs[number].adjoint for number in chosen)
        return output.primal, gradients[0] if isinstance(argnums, int) else gradients

    return value_and_gradient


def _float(args: tuple, number: int) -> Any:
    """Return argument `number`, which must be a float or a traced value."""
    if not -len(args) <= number < len(args):
        raise InputError(f"argnums names argument {number}, but only {len(args)} were given")
    value = args[number]
    if isinstance(value, Traced | float):
        return value
    advice = f": pass {float(value)!r}" if isinstance(value, int) else ""
    raise InputError(
        f"argument {number} is {value!r} of type {type(value).__name__}, "
        f"but only a float can be differentiated in{advice}"
    )


def _constant(output: Any) -> Any:
    """Return an output that does not depend on the inputs, if it is one number."""
    if isinstance(output, Traced | float | int):
        return output
    raise OutputError(
        f"grad needs a function that returns one number, this one returned "
        f"{output!r} of type {type(output).__name__}"
    )
