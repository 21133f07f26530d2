"""Derivatives of a user's own: `custom_rule`, and what is made with it, `checkpoint`.

A rule says what a function's derivative is, instead of having it found by differentiating the
program. It is given for one mode; the other is its transpose. That repairs a program whose
derivative is not that of the function it computes, an iteration that stops early for example,
and saves time or memory where a better way is known.

Source: R. Frostig et al., Decomposing reverse-mode automatic differentiation, 2021, on
transposing a forward rule.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from autodiff_lib.dual import Dual
from autodiff_lib.errors import (
    InputError,
    NotDifferentiableError,
    OutputError,
    ScalarMeetsArrayError,
)
from autodiff_lib.recording import Recording, pushed
from autodiff_lib.scalar import Var
from autodiff_lib.tracing import LocalRule, Traced, innermost, is_of, peeled, value_of
from autodiff_lib.trees import leaves, rebuild, same_containers

Leaves = Sequence[Any]


def custom_rule(f: Callable, *, jvp: Callable | None = None, vjp: Callable | None = None) -> Any:
    """Return `f` with a derivative of the user's own.

    Args:
        f: a function of numbers and arrays, in containers if need be. What it depends on must
            come in its arguments.
        jvp: jvp(primals, tangents) -> (y, y_dot), both in the containers of f's result. It
            must be linear in the tangents. An argument that does not move has the tangent 0.
        vjp: vjp(primals, y, y_bar) -> x_bars, a tuple with one for each argument, in its
            containers. It must be linear in `y_bar`.

    Either may be left out, and is then found by transposing the other, which must then be
    written with operators and functions that this library differentiates.

    Raises:
        InputError: when both rules are missing.
        OutputError: when a rule's result does not have the containers and shapes that it needs;
            raised when a derivative is taken.

    >>> import math
    >>> from autodiff_lib.math import exp
    >>> from autodiff_lib.transforms import grad
    >>> log1pexp = custom_rule(
    ...     lambda x: math.log(1 + math.exp(x)) if x < 30.0 else x,
    ...     jvp=lambda x, x_dot: (None, x_dot[0] / (1 + exp(-x[0]))),
    ... )
    >>> grad(log1pexp)(0.0), grad(log1pexp)(1000.0)
    (0.5, 1.0)
    """
    if jvp is None and vjp is None:
        raise InputError("custom_rule needs jvp= or vjp=: without either, leave it out")
    return _wrapped(f, Rule(f, jvp, vjp))


def checkpoint(f: Callable) -> Callable:
    """Return `f` such that a recording of it stores its arguments only.

    The backward sweep runs `f` again to find what it needs: memory traded for recomputation. On
    numbers, it is the partial derivatives of `f` that are stored instead.

    >>> from autodiff_lib.transforms import grad
    >>> grad(checkpoint(lambda x: x**3))(2.0)
    12.0
    """
    return _wrapped(f, _Recomputed(f))


class Rule:
    """A user's rule, on leaves. `batched` says whether it takes batches of directions."""

    batched = False

    def __init__(self, f: Callable, jvp: Callable | None, vjp: Callable | None) -> None:
        self.f, self.jvp, self.vjp = f, jvp, vjp

    @property
    def name(self) -> str:
        return getattr(self.f, "__name__", "custom")

    @property
    def pushes(self) -> bool:
        """Whether the rule is one for forward mode; the other mode is its transpose."""
        return self.jvp is not None

    @property
    def pulls(self) -> bool:
        """Likewise for reverse mode."""
        return self.vjp is not None

    def push(self, args: tuple, tangents: Leaves, y: Any) -> Leaves:
        """Return a tangent for each leaf of the result."""
        pair = self.jvp(args, rebuild(args, tangents))
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise OutputError(f"jvp of {self.name} must return (y, y_dot), it returned {pair!r}")
        return self._fitting(pair[1], y, "jvp", "the result")

    def pull(self, args: tuple, y: Any, y_bars: Leaves) -> Leaves:
        """Return a cotangent for each leaf of the arguments."""
        x_bars = self.vjp(args, y, rebuild(y, y_bars))
        if isinstance(x_bars, list):
            x_bars = tuple(x_bars)
        return self._fitting(x_bars, args, "vjp", "the tuple of arguments")

    def _fitting(self, tree: Any, like: Any, rule: str, what: str) -> Leaves:
        """Return the leaves of `tree`, which must have the containers and shapes of `like`."""
        if not same_containers(tree, like):
            raise OutputError(
                f"{rule} of {self.name} must return its derivatives in the containers of {what}, "
                f"{like!r}, it returned {tree!r}"
            )
        found = leaves(tree)
        for leaf, model in zip(found, leaves(like), strict=True):
            shape, wanted = (getattr(value_of(x), "shape", ()) for x in (leaf, model))
            if shape != wanted and is_float(model):
                raise OutputError(
                    f"{rule} of {self.name} returned a derivative of shape {shape} for {what} "
                    f"of shape {wanted}: a derivative has the shape of what it belongs to"
                )
        return found


class _Recomputed(Rule):
    """The rule of a function that is differentiated when its derivative is asked for."""

    batched = True
    pushes = pulls = True

    def __init__(self, f: Callable) -> None:
        super().__init__(f, None, None)

    def push(self, args: tuple, tangents: Leaves, y: Any) -> Leaves:
        f, moving = _of_floats(self.f, args)
        moved = [t for x, t in zip(leaves(args), tangents, strict=True) if is_float(x)]
        return _at_floats(y, pushed(f, moving, moved)[1])

    def pull(self, args: tuple, y: Any, y_bars: Leaves) -> Leaves:
        f, moving = _of_floats(self.f, args)
        seeds = [y_bar for y_bar, leaf in zip(y_bars, leaves(y), strict=True) if is_float(leaf)]
        return _at_floats(args, Recording(f, moving, range(len(moving))).pull(seeds))


def _of_floats(f: Callable, args: tuple) -> tuple[Callable, list]:
    """Return `f` as a function from leaves that can move to leaves that can, and the former."""

    def of_floats(*floats: Any) -> list:
        given = iter(floats)
        result = f(*rebuild(args, [next(given) if is_float(x) else x for x in leaves(args)]))
        return [leaf for leaf in leaves(result) if is_float(leaf)]

    return of_floats, [x for x in leaves(args) if is_float(x)]


def _at_floats(tree: Any, derivatives: Leaves) -> Leaves:
    """Return a derivative for each leaf of `tree`: 0 for what cannot move."""
    remaining = iter(derivatives)
    return [next(remaining) if is_float(leaf) else 0.0 for leaf in leaves(tree)]


def is_float(leaf: Any) -> bool:
    """Return whether a leaf is a float, an array of floats or traced: one that can move."""
    if isinstance(leaf, Traced | float):
        return True
    return getattr(getattr(leaf, "dtype", None), "kind", "") == "f"


def _wrapped(f: Callable, rule: Rule) -> Callable:
    @functools.wraps(f)
    def call(*args: Any) -> Any:
        given = leaves(args)
        inner = innermost(tuple(given))
        if inner is None:
            return f(*args)
        if isinstance(inner, Var | Dual):
            if any(getattr(value_of(leaf), "shape", ()) for leaf in given):
                raise ScalarMeetsArrayError(
                    f"{rule.name} was given numbers and arrays, the numbers traced as a "
                    f"{type(inner).__name__}: trace arrays throughout, np.asarray(x) for a number"
                )
            return _on_numbers(rule, args, inner)
        if not hasattr(inner, "lift_array"):
            raise NotDifferentiableError(
                f"{rule.name} has a custom rule, which a {type(inner).__name__} does not take: "
                "use grad, jvp or another transform"
            )
        from autodiff_lib.custom_arrays import on_arrays

        return on_arrays(rule, args)

    return call


def plain_result(rule: Rule, args: tuple) -> Any:
    """Return f(*args) for arguments of which none is traced.

    Raises:
        NotDifferentiableError: when the result is traced nevertheless.
    """
    y = rule.f(*args)
    if any(isinstance(leaf, Traced) for leaf in leaves(y)):
        raise NotDifferentiableError(
            f"{rule.name} has a custom rule and uses a traced value that is none of its "
            "arguments, whose derivative the rule cannot know: pass it as an argument"
        )
    return y


def _on_numbers(rule: Rule, args: tuple, inner: Traced) -> Any:
    """Return the result of a call with traced numbers, peeled one level and linearised there."""
    tag, given = inner.tag, leaves(args)
    primals = rebuild(args, [peeled(leaf, tag) for leaf in given])
    is_traced = any(isinstance(leaf, Traced) for leaf in leaves(primals))
    y = _wrapped(rule.f, rule)(*primals) if is_traced else plain_result(rule, primals)
    active = [place for place, leaf in enumerate(given) if is_of(leaf, tag)]
    operands = tuple(given[place] for place in active)
    rows = _local_jacobian(rule, primals, y, active)
    results = [
        type(inner).lift(LocalRule(rule.name, value, tuple(row)), operands, tag)
        if is_float(value)
        else value
        for value, row in zip(leaves(y), rows, strict=True)
    ]
    return rebuild(y, results)


def _local_jacobian(rule: Rule, args: tuple, y: Any, active: Sequence[int]) -> list[list[Any]]:
    """Return the derivative of each leaf of `y` in each active leaf of the arguments."""
    size, count = len(leaves(args)), len(leaves(y))
    if rule.pushes and (len(active) <= count or not rule.pulls):
        columns = [push_leaves(rule, args, _unit(place, size), y) for place in active]
        return [list(row) for row in zip(*columns, strict=True)]
    rows = [pull_leaves(rule, args, y, _unit(place, count)) for place in range(count)]
    return [[row[place] for place in active] for row in rows]


def _unit(place: int, count: int) -> list[float]:
    return [float(place == other) for other in range(count)]


def push_leaves(rule: Rule, args: tuple, tangents: Leaves, y: Any) -> Leaves:
    """Return a tangent for each leaf of `y`, by the rule for forward mode or its transpose."""
    if rule.pushes:
        return rule.push(args, tangents, y)
    return _transposed(functools.partial(rule.pull, args, y), leaves(y), tangents)


def pull_leaves(rule: Rule, args: tuple, y: Any, y_bars: Leaves) -> Leaves:
    """Return a cotangent for each leaf of `args`, by the rule for reverse mode or its transpose."""
    if rule.pulls:
        return rule.pull(args, y, y_bars)
    return _transposed(lambda t: rule.push(args, t, y), leaves(args), y_bars)


def _transposed(linear: Callable, domain: Leaves, cotangents: Leaves) -> Leaves:
    """Return the transpose of a linear map of leaves, applied to `cotangents`.

    A linear map is its own derivative, anywhere, so a recording of it at any point can be pulled.
    """
    moving = [leaf for leaf in domain if is_float(leaf)]
    point = [value_of(leaf) for leaf in moving]

    def of_moving(*tangents: Any) -> list:
        return list(linear(_at_floats(list(domain), tangents)))

    return _at_floats(list(domain), Recording(of_moving, point, range(len(point))).pull(cotangents))
