"""Nested lists, tuples and dicts of numbers and arrays: taken apart, and put together again.

Parameters come in such containers. A transform takes out the leaves, works on them, and
returns its result in the containers of the argument.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

_CONTAINERS = (list, tuple, dict, type(None))


def leaves(tree: Any) -> list[Any]:
    """Return what is inside the nested lists, tuples and dicts of `tree`, dicts by sorted key.

    None is an empty container, as in JAX.

    >>> leaves({"w": [1.0, (2.0, None)], "b": 3.0})
    [3.0, 1.0, 2.0]
    """
    if not isinstance(tree, _CONTAINERS):
        return [tree]
    if tree is None:
        return []
    parts = [tree[key] for key in _ordered(tree)] if isinstance(tree, dict) else tree
    return [leaf for part in parts for leaf in leaves(part)]


def rebuild(tree: Any, replacements: Sequence[Any]) -> Any:
    """Return the containers of `tree` around other leaves.

    >>> rebuild({"w": [1.0, 2.0], "b": 3.0}, ["B", "W1", "W2"])
    {'w': ['W1', 'W2'], 'b': 'B'}
    """
    return _build(tree, iter(replacements))


def _build(tree: Any, remaining: Iterator) -> Any:
    if not isinstance(tree, _CONTAINERS):
        return next(remaining)
    if tree is None:
        return None
    if isinstance(tree, dict):
        built = {key: _build(tree[key], remaining) for key in _ordered(tree)}
        return {key: built[key] for key in tree}
    if isinstance(tree, list):
        return [_build(part, remaining) for part in tree]
    parts = [_build(part, remaining) for part in tree]
    return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)


def map_leaves(function: Callable, tree: Any, *others: Any) -> Any:
    """Return `tree` with `function` applied to each leaf, and to those of `others` beside it.

    >>> map_leaves(lambda p, g: p - 0.5 * g, [1.0, (2.0,)], [2.0, (4.0,)])
    [0.0, (0.0,)]
    """
    columns = [leaves(part) for part in (tree, *others)]
    return rebuild(tree, [function(*row) for row in zip(*columns, strict=True)])


def same_containers(one: Any, other: Any) -> bool:
    """Return whether two trees differ in nothing but their leaves."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same_containers(one[key], other[key]) for key in one)
        )
    if isinstance(one, list | tuple):
        return (
            isinstance(other, list | tuple)
            and len(one) == len(other)
            and all(map(same_containers, one, other))
        )
    return (one is None) == (other is None) and not isinstance(other, dict | list | tuple)


def _ordered(tree: dict) -> list:
    """Return the keys in an order that does not depend on how the dict was filled."""
    try:
        return sorted(tree)
    except TypeError:
        return list(tree)


def as_given(derivative: Any, leaf: Any) -> Any:
    """Return a derivative as a float where the leaf it belongs to was given as a float.

    >>> import numpy as np
    >>> as_given(np.float64(2.0), 3.0)
    2.0
    """
    if type(leaf) is float and getattr(derivative, "shape", None) == () and _is_plain(derivative):
        return float(derivative)
    return derivative


def _is_plain(derivative: Any) -> bool:
    return not hasattr(derivative, "primal")
