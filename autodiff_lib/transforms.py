"""Functions to functions, under JAX's names: `grad`, `jvp`, `vjp`, `jacobian` and their kin.

Arguments may be numbers, arrays, and nested lists, tuples and dicts of them; so may results,
except where one number is asked for. Every transform returns derivatives in the containers of
the arguments, and all of them nest in any order.

Source: for the four products with the Jacobian and its derivative, Griewank and Walther,
Evaluating Derivatives, 2nd ed., SIAM 2008, chapters 3 and 5.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from autodiff_lib.arguments import Argnums, Arguments
from autodiff_lib.errors import InputError, OutputError
from autodiff_lib.recording import Recording, pushed, pushed_columns
from autodiff_lib.tracing import value_of
from autodiff_lib.trees import leaves, rebuild, same_containers

AT_ONCE = 1024
"""Up to so many columns of a Jacobian are pushed along with the value, for as many tangents of
everything in between. More are pushed afterwards, over a record, in batches of a bounded size."""


def grad(f: Callable, argnums: Argnums = 0, has_aux: bool = False) -> Callable:
    """Return the function that computes the gradient of `f` by reverse mode.

    Args:
        f: a function that returns one number; with `has_aux`, a pair of it and anything else.
        argnums: which positional argument to differentiate in, or several.

    Returns:
        A function of the same arguments. It returns the derivative in the containers and of
        the shape and type of the argument; for several, a tuple.

    Raises:
        InputError: when an argument to differentiate in is not made of floats, or is missing.
        OutputError: when `f` returns no single number.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    >>> grad(lambda p: p["w"] * 3.0 + p["b"])({"w": 2.0, "b": 1.0})
    {'w': 3.0, 'b': 1.0}
    """
    both = value_and_grad(f, argnums, has_aux)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, result = both(*args, **kwargs)
        return (result, value[1]) if has_aux else result

    return gradient


def value_and_grad(f: Callable, argnums: Argnums = 0, has_aux: bool = False) -> Callable:
    """Return the function that computes the pair of `f`'s value and its gradient.

    Arguments and errors are those of `grad`.

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 5.0)
    (10.0, (5.0, 2.0))
    """

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        with Recording(_with(f, kwargs), Arguments(args, argnums), has_aux) as run:
            _expect_one_number(run.result)
            value = run.value
            gradient = run.arguments.derivatives(run.pull([1.0]))
        return ((value, run.aux) if has_aux else value), gradient

    return value_and_gradient


def vjp(f: Callable, *primals: Any) -> tuple[Any, Callable]:
    """Return f(*primals), and the pullback: ȳ ↦ the tuple of ȳᵀ·∂f/∂primal.

    The pullback may be called any number of times; f is run once. As long as the pullback
    lives, larger arrays that it reads are read-only.

    Raises:
        InputError: here when a primal is not made of floats; in the pullback when ȳ does not
            have the containers and shapes of the value.

    >>> y, pullback = vjp(lambda x, y: [x * y, x + y], 2.0, 5.0)
    >>> y, pullback([1.0, 10.0])
    ([10.0, 7.0], (15.0, 12.0))
    """
    run = Recording(f, Arguments(primals))

    def pullback(cotangent: Any) -> tuple:
        seeds = matching(cotangent, run.result, "the cotangent", "the value")
        return run.arguments.derivatives(run.pull(seeds))

    return run.value, pullback


def linearize(f: Callable, *primals: Any) -> tuple[Any, Callable]:
    """Return f(*primals), and the pushforward: ẋ ↦ f′·ẋ at this point.

    The pushforward may be called any number of times, with one tangent a primal; f is run once.

    >>> y, pushforward = linearize(lambda x, y: x * y, 2.0, 5.0)
    >>> y, pushforward(1.0, 0.0), pushforward(0.0, 1.0)
    (10.0, 5.0, 2.0)
    """
    run = Recording(f, Arguments(primals))

    def pushforward(*tangents: Any) -> Any:
        moved = matching(list(tangents), run.arguments.chosen, "the tangents", "the primals")
        return rebuild(run.result, run.push(moved))

    return run.value, pushforward


def jvp(f: Callable, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Return the pair of f(*primals) and its derivative along the tangents, by forward mode.

    Args:
        f: a function of numbers or arrays.
        primals: its arguments, in a list or tuple.
        tangents: a direction for each, in the same containers and shapes.

    Raises:
        InputError: when primals and tangents do not match, or are not made of floats.

    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.0))
    (10.0, 5.0)
    """
    moved = matching(tuple(tangents), tuple(primals), "the tangents", "the primals")
    value, found = pushed(f, tuple(primals), moved)
    return value, rebuild(value, found)


def jacobian(f: Callable, argnums: Argnums = 0, mode: str = "auto") -> Callable:
    """Return the function that computes the Jacobian of `f`.

    Args:
        f: a function of arrays or containers that returns an array or a container.
        argnums: which positional argument to differentiate in, or several.
        mode: "forward" pushes one tangent an input number, "reverse" pulls one cotangent an
            output number, "auto" takes what needs fewer.

    Returns:
        A function of the same arguments. For an input x and an output y, arrays both, its
        result has the shape y.shape + x.shape. With containers, each leaf of the output is
        replaced by the container of the input, holding its derivatives.

    >>> jacobian(lambda x: [x[0] * x[1], x[0]])([2.0, 5.0])
    [[5.0, 2.0], [1.0, 0.0]]
    """
    if mode not in ("auto", "forward", "reverse"):
        raise InputError(f"mode is {mode!r}; it must be 'auto', 'forward' or 'reverse'")

    def jacobian_at(*args: Any, **kwargs: Any) -> Any:
        call, arguments = _with(f, kwargs), Arguments(args, argnums)
        size = arguments.size
        if (mode == "forward" and size <= AT_ONCE) or (mode == "auto" and size == 1):
            result, blocks = pushed_columns(call, arguments)
        else:
            with Recording(call, arguments) as run:
                forward = size <= run.output_size if mode == "auto" else mode == "forward"
                result, blocks = run.result, run.columns() if forward else run.rows()
        return rebuild(result, [arguments.derivatives(row) for row in blocks])

    return jacobian_at


def hessian(f: Callable, argnums: Argnums = 0) -> Callable:
    """Return the function that computes the second derivatives of `f`, forward over reverse.

    For an array x the result has the shape x.shape + x.shape.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 5.0])
    [[10.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(f, argnums), argnums, "forward")


def hvp(f: Callable, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return the Hessian of `f` times the tangents, without forming it, forward over reverse.

    `f` returns one number. The result has the containers of `primals`, an item an argument;
    for a single argument it is that item.

    >>> hvp(lambda x: x[0] ** 2 * x[1], ([2.0, 5.0],), ([1.0, 0.0],))
    [10.0, 4.0]
    """
    everything = tuple(range(len(primals)))
    _, product = jvp(grad(f, everything), primals, tangents)
    return product[0] if len(product) == 1 else product


def _with(f: Callable, kwargs: dict[str, Any]) -> Callable:
    """Return `f` as a function of its positional arguments alone."""
    return partial(f, **kwargs) if kwargs else f


def _expect_one_number(result: Any) -> None:
    value = value_of(result)
    if _is_number(value):
        return
    shape = getattr(value, "shape", None)
    what = f"an array of shape {shape}" if shape else f"{value!r} of type {type(value).__name__}"
    raise OutputError(
        f"grad needs a function that returns one number, this one returned {what}; "
        "sum it up, or use jacobian or vjp"
    )


def _is_number(value: Any) -> bool:
    """Say whether a result is one number. A truth value is none: it is no result to minimise."""
    if isinstance(value, int | float):
        return not isinstance(value, bool)
    return getattr(value, "shape", None) == () and value.dtype.kind != "b"


def matching(tree: Any, like: Any, what: str, other: str) -> list[Any]:
    """Return the leaves of `tree`, which must have the containers and shapes of `like`."""
    if not same_containers(tree, like):
        raise InputError(f"{what} must come in the containers of {other}: got {tree!r}")
    found = leaves(tree)
    for leaf, model in zip(found, leaves(like), strict=True):
        shape, wanted = (getattr(value_of(x), "shape", ()) for x in (leaf, model))
        if shape != wanted:
            raise InputError(f"{what} of shape {shape} does not fit {other} of shape {wanted}")
    return found
