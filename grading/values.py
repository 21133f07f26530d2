"""Plain values: all that may cross between a student's code and the checks that judge it.

A judge that holds a student's *object* can be lied to: its `__eq__` may answer True to
everything. So values are rebuilt, piece by piece, as exact built-in types, and nothing else
is let through.
"""

import sys
from typing import Any

MAX_DEPTH = 64
MAX_ITEMS = 5_000_000

_NUMERIC_KINDS = "biufc"  # NumPy's codes for bool, int, unsigned, float, complex

# What is let through as it is, for it cannot change. By its id: `in` would ask a class of one's own
# whether it equals one of these.
_EXACT = frozenset(map(id, (type(None), bool, int, float, complex, str, bytes)))

# How to read a value of a subclass of a built-in type, without calling its own methods.
_REBUILD = {
    int: int.__int__,
    float: float.__float__,
    complex: complex.__complex__,
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
}


class NotPlainError(TypeError):
    """A value that cannot be judged: an object of a class of one's own, a function, a loop."""


def plain(value: Any) -> Any:
    """Return `value` rebuilt from exact built-in types and NumPy arrays of numbers.

    Let through are None, bool, int, float, complex, str, bytes, list, tuple, dict, set and
    numeric NumPy arrays and scalars, nested to any sensible depth. Subclasses lose their class.

    Raises:
        NotPlainError: for anything else, naming the type and what to return instead.

    >>> plain([1, (2.0, "three")])
    [1, (2.0, 'three')]
    >>> plain(lambda x: x)
    Traceback (most recent call last):
    grading.values.NotPlainError: a function cannot be judged, only plain values can: return \
numbers, strings, lists, tuples, dicts or NumPy arrays of numbers
    """
    return _Rebuilder().rebuild(value, depth=0)


class _Rebuilder:
    """Rebuilds one value and counts its items, so that no value is without bounds."""

    def __init__(self) -> None:
        self.items = 0

    def rebuild(self, value: Any, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH:
            raise NotPlainError(f"the value is nested deeper than {MAX_DEPTH} levels")
        if self.items > MAX_ITEMS:
            raise NotPlainError(f"the value has more than {MAX_ITEMS:,} items")
        kind = type(value)
        if id(kind) in _EXACT:
            return value
        if _is_numpy(kind):
            return _rebuild_numpy(value)
        for base, read in _REBUILD.items():
            if issubclass(kind, base):
                return read(value)
        deeper = depth + 1
        if issubclass(kind, list):
            return [self.rebuild(item, deeper) for item in list.__iter__(value)]
        if issubclass(kind, tuple):
            return tuple([self.rebuild(item, deeper) for item in tuple.__iter__(value)])
        if issubclass(kind, dict):
            return {
                self.rebuild(key, deeper): self.rebuild(item, deeper)
                for key, item in dict.items(value)
            }
        if issubclass(kind, (set, frozenset)):
            base = set if issubclass(kind, set) else frozenset
            return {self.rebuild(item, deeper) for item in base.__iter__(value)}
        raise NotPlainError(_refusal(kind))


def _is_numpy(kind: type) -> bool:
    """Say whether `kind` is a NumPy array or scalar, without importing NumPy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(kind, (numpy.ndarray, numpy.generic))


def _rebuild_numpy(value: Any) -> Any:
    numpy = sys.modules["numpy"]
    if value.dtype.kind not in _NUMERIC_KINDS:
        raise NotPlainError(
            f"a NumPy array of dtype {value.dtype} cannot be judged: return an array of numbers"
        )
    if isinstance(value, numpy.generic):
        return value.dtype.type(value)
    return numpy.array(value, copy=True, order="C", subok=False)


def _refusal(kind: type) -> str:
    name = type.__getattribute__(kind, "__name__")
    what = "a function" if name in {"function", "builtin_function_or_method"} else f"a {name}"
    return (
        f"{what} cannot be judged, only plain values can: return numbers, strings, lists, "
        "tuples, dicts or NumPy arrays of numbers"
    )
