"""Newton's method on Hessian-vector products: conjugate gradients solve for the step.

The Newton step d solves H·d = −∇f. Conjugate gradients need H only in products H·v, and each
costs a few evaluations of f; the Hessian itself is never formed.

Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed., Springer 2006, algorithm
7.1 (line search Newton-CG).
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from autodiff_lib.errors import InputError
from autodiff_lib.nn.vectors import dot, moved, norm, scaled
from autodiff_lib.transforms import linearize, value_and_grad
from autodiff_lib.trees import leaves

HALVINGS = 40
"""How often a step may be halved before it is given up."""

SUFFICIENT = 1e-4
"""The part of the descent promised by the slope that a step must bring (Armijo)."""


class NewtonStep(NamedTuple):
    """One step of `newton_cg`.

    Attributes:
        params: where it ended; where it began if the gradient was 0 or no step went down.
        value: f at the new parameters.
        gradient_norm: the length of the gradient at the old ones.
        products: how many Hessian-vector products it took.
        length: how much of the full step was taken: 1, ½, ¼, … or 0.
    """

    params: Any
    value: float
    gradient_norm: float
    products: int
    length: float


def newton_cg(
    f: Callable, params: Any, *, tolerance: float | None = None, products: int | None = None
) -> NewtonStep:
    """Return one Newton step for the minimum of `f` from `params`.

    Where the curvature is negative, the conjugate gradients stop at what they have, which still
    goes down, or take the gradient's direction. The step is halved until it goes down enough.

    Args:
        f: a function of the parameters that returns one number.
        params: containers of floats or arrays.
        tolerance: the residual of H·d = −∇f, relative to ∇f, at which to stop. By default it
            shrinks with the gradient, which makes the convergence superlinear.
        products: the largest number of Hessian-vector products; by default one a number in
            `params`.

    Raises:
        InputError: when the value or the gradient of f at `params` is not finite.

    >>> bowl = lambda p: (p[0] - 1.0) ** 2 + 10.0 * (p[1] + p[0]) ** 2
    >>> [round(number, 12) for number in newton_cg(bowl, [5.0, 5.0], tolerance=1e-12).params]
    [1.0, -1.0]
    """
    (value, gradient), push = linearize(value_and_grad(f), params)
    steepness = norm(gradient)
    if not math.isfinite(steepness) or not math.isfinite(value):
        raise InputError(f"f is {float(value)} and its gradient has the norm {steepness} here")
    if steepness == 0.0:
        return NewtonStep(params, float(value), 0.0, 0, 0.0)
    if tolerance is None:
        tolerance = min(0.5, math.sqrt(steepness))
    if products is None:
        products = sum(getattr(leaf, "size", 1) for leaf in leaves(params))
    direction, used = _conjugate_gradients(
        lambda v: push(v)[1], gradient, tolerance * steepness, products
    )
    slope = dot(gradient, direction)
    length = 1.0
    for _ in range(HALVINGS):
        there = moved(params, length, direction)
        reached = float(f(there))
        if reached <= value + SUFFICIENT * length * slope:
            return NewtonStep(there, reached, steepness, used, length)
        length /= 2
    return NewtonStep(params, float(value), steepness, used, 0.0)


def _conjugate_gradients(
    product: Callable, gradient: Any, enough: float, most: int
) -> tuple[Any, int]:
    """Return an approximate solution d of H·d = −gradient, and the number of products taken."""
    d = scaled(0.0, gradient)
    residual, direction = gradient, scaled(-1.0, gradient)
    squared = dot(residual, residual)
    for used in range(1, most + 1):
        curved = product(direction)
        curvature = dot(direction, curved)
        if not curvature > 0.0:
            return (direction if used == 1 else d), used
        length = squared / curvature
        d = moved(d, length, direction)
        residual = moved(residual, length, curved)
        before, squared = squared, dot(residual, residual)
        if math.sqrt(squared) <= enough:
            return d, used
        direction = moved(scaled(-1.0, residual), squared / before, direction)
    return d, most
