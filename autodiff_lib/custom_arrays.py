"""A user's rule as a primitive on arrays.

A primitive has one result; a function may return containers of many. So its results are laid
end to end in one array, which is cut up again behind the primitive.
"""

import math
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

import numpy as np

from autodiff_lib.broadcasting import Array, Shape, in_type_of, lead
from autodiff_lib.custom_rules import Rule, is_float, plain_result, pull_leaves, push_leaves
from autodiff_lib.primitives import Primitive, bind
from autodiff_lib.trees import leaves, rebuild


def on_arrays(rule: Rule, args: tuple) -> Any:
    """Return the result of a call with traced arrays among the leaves of its arguments.

    What is no operand, and the containers, are copied: the rule will read them in the sweep.
    """
    args = rebuild(args, [leaf if is_float(leaf) else copy(leaf) for leaf in leaves(args)])
    operands = [_as_operand(leaf) for leaf in leaves(args) if is_float(leaf)]
    call = _Call(rule, args)
    return call.unpacked(bind(call, *operands))


def _as_operand(leaf: Any) -> Array:
    return np.asarray(leaf) if isinstance(leaf, float) else leaf


class _Call(Primitive):
    """One call of a function with a rule of its own. Its operands are the leaves that can move."""

    def __init__(self, rule: Rule, args: tuple) -> None:
        self.name = rule.name
        self._rule = rule
        self._args = args
        self._y: Any = None  # the result on plain arrays, for its containers, shapes and types

    def value(self, *primals: Array) -> Array:
        self._y = plain_result(self._rule, self._with(primals))
        return _packed(self._moving_results(), ())

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        front = next(
            lead(tangent, primal.ndim)
            for primal, tangent in zip(primals, tangents, strict=True)
            if tangent is not None
        )
        moved = [
            np.zeros(front + primal.shape, primal.dtype) if tangent is None else tangent
            for primal, tangent in zip(primals, tangents, strict=True)
        ]
        args, result = self._with(primals), self.unpacked(y)

        def push(*tangents: Array) -> list[Array]:
            found = push_leaves(self._rule, args, leaves(self._with(tangents, 0.0)), result)
            y_dots = [x for x, y in zip(found, leaves(self._y), strict=True) if is_float(y)]
            return [_packed(y_dots, lead_of(y_dots, self._moving_results()))]

        (y_dot,) = self._each_direction(push, moved, front)
        return in_type_of(y, y_dot)

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        args, result = self._with(primals), self.unpacked(y)

        def pull(y_bar: Array) -> list[Array]:
            found = pull_leaves(self._rule, args, result, leaves(self.unpacked(y_bar, 0.0)))
            return [x for x, leaf in zip(found, leaves(self._args), strict=True) if is_float(leaf)]

        return self._each_direction(pull, [y_bar], lead(y_bar, y.ndim))

    def _each_direction(self, linear: Callable, given: Sequence[Array], front: Shape) -> list:
        """Return linear(*given), one direction of the batch at a time unless it takes batches."""
        if not front or self._rule.batched:
            return [as_array(x) for x in linear(*given)]
        count = math.prod(front)
        rows = [x.reshape((count, *x.shape[len(front) :])) for x in given]
        results = [linear(*(row[place] for row in rows)) for place in range(count)]
        columns = [np.stack([as_array(x) for x in column]) for column in zip(*results, strict=True)]
        return [column.reshape(front + column.shape[1:]) for column in columns]

    def _with(self, operands: Sequence[Array], constant: Any = None) -> tuple:
        """Return the arguments with `operands` for the leaves that can move.

        The others stay as they are, or become `constant`.
        """
        remaining = iter(operands)
        return rebuild(
            self._args,
            [
                next(remaining) if is_float(leaf) else leaf if constant is None else constant
                for leaf in leaves(self._args)
            ],
        )

    def _moving_results(self) -> list[Array]:
        return [leaf for leaf in leaves(self._y) if is_float(leaf)]

    def unpacked(self, packed: Array, constant: Any = None) -> Any:
        """Return the result, or its tangent, in its containers; batch axes stay in front."""
        front = packed.shape if not self._is_single() else ()
        parts, start = [], 0
        for leaf in leaves(self._y):
            if not is_float(leaf):
                parts.append(leaf if constant is None else constant)
            elif self._is_single():
                parts.append(packed)
            else:
                stop = start + np.size(leaf)
                part = packed[..., start:stop].reshape(front[:-1] + np.shape(leaf))
                parts.append(part.astype(np.asarray(leaf).dtype))
                start = stop
        return rebuild(self._y, parts)

    def _is_single(self) -> bool:
        return len(self._moving_results()) == 1


def _packed(parts: Sequence[Array], front: Shape) -> Array:
    """Return the results laid end to end behind the batch axes; one alone as it is."""
    parts = [as_array(part) for part in parts]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([part.reshape((*front, -1)) for part in parts], -1)


def lead_of(tangents: Sequence[Array], results: Sequence[Array]) -> Shape:
    """Return the batch axes of tangents of `results`."""
    return lead(as_array(tangents[0]), np.ndim(results[0])) if results else ()


def as_array(x: Any) -> Array:
    """Return a number or an array as an array, traced or not."""
    return x if hasattr(x, "dtype") else np.asarray(x)
