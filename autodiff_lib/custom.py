"""Derivatives of a user's own: `custom_rule`, and what is made with it, `checkpoint`.

A rule says what a function's derivative is, instead of having it found by differentiating the
program. It is given for one mode; the other is its transpose. That repairs a program whose
derivative is not that of the function it computes, an iteration that stops early for example,
and saves time or memory where a better way is known.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from autodiff_lib.custom_rules import (
    Recomputed,
    Rule,
    is_float,
    plain_result,
    pull_leaves,
    push_leaves,
)
from autodiff_lib.dual import Dual
from autodiff_lib.errors import InputError, NotDifferentiableError, ScalarMeetsArrayError
from autodiff_lib.rules import RULES
from autodiff_lib.scalar import Var
from autodiff_lib.tracing import LocalRule, Traced, innermost, is_of, peeled, value_of
from autodiff_lib.trees import leaves, rebuild


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

    The backward sweep runs `f` again to find what it needs: memory traded for recomputation. So
    what it depends on must come in its arguments, or stay as it is until then. On numbers, it is
    the partial derivatives of `f` that are stored instead.

    >>> from autodiff_lib.transforms import grad
    >>> grad(checkpoint(lambda x: x**3))(2.0)
    12.0
    """
    return _wrapped(f, Recomputed(f))


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
        type(inner).lift(LocalRule(_shown(rule.name), value, tuple(row)), operands, tag)
        if is_float(value)
        else value
        for value, row in zip(leaves(y), rows, strict=True)
    ]
    return rebuild(y, results)


def _shown(name: str) -> str:
    """Return what tables call a user's rule: its function's name, unless a row has that."""
    return name if name.isidentifier() and name not in RULES else "custom"


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
