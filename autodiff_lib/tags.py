"""Tags: the names of differentiations, by which nested ones are told apart.

A value that an inner differentiation traces may contain one that an outer differentiation
traces, and a derivative must count the perturbation of its own differentiation alone. So each
has a tag, and every traced value carries one. Of two tags that meet, the one opened inside the
other is the inner one. That is never guessed: a tag knows inside which other one it was opened,
and values of two differentiations of which neither lies inside the other do not mix.

Source: on perturbation confusion, J. M. Siskind and B. A. Pearlmutter, Nesting forward-mode AD
in a functional framework, Higher-Order and Symbolic Computation 21, 2008.
"""

import itertools
from collections.abc import Callable
from contextvars import ContextVar

_serials = itertools.count()


class Tag:
    """The name of one differentiation, and of the one inside which it was opened."""

    __slots__ = ("is_open", "locked", "on_close", "parent", "serial", "sweep")

    def __init__(self, parent: "Tag | None" = None) -> None:
        self.sweep = None  # the latest reverse sweep, for adjoints of earlier ones to lapse
        self.parent = parent
        self.serial = next(_serials)
        self.is_open = True
        self.locked: set[int] = set()  # the memory that `on_close` unlocks, by `id`
        self.on_close: list[Callable[[], None]] = []  # what to undo at its end, the last first

    def __repr__(self) -> str:
        return "GROUND" if self.serial == 0 else f"<differentiation {self.serial}>"

    def encloses(self, other: "Tag") -> bool:
        """Return whether `other` was opened inside this differentiation."""
        outer = other.parent
        while outer is not None and outer is not self:
            outer = outer.parent
        return outer is self


GROUND = Tag()
"""The tag of values that a user makes by hand, outside any transform. It never closes."""

_current = ContextVar("_current", default=GROUND)


class differentiation:
    """Open a tag for the length of a `with` block, inside the innermost one that is open.

    A new thread begins outside all of them, unless it is run in a copy of the context.
    """

    __slots__ = ("_tag",)

    def __enter__(self) -> Tag:
        self._tag = Tag(_innermost_open())
        _current.set(self._tag)
        return self._tag

    def __exit__(self, *error: object) -> None:
        self._tag.is_open = False
        while self._tag.on_close:
            self._tag.on_close.pop()()
        _current.set(_innermost_open())


def _innermost_open() -> Tag:
    """Return the tag opened last that is open still; generators may close theirs in any order."""
    tag = _current.get()
    while not tag.is_open:
        tag = tag.parent
    return tag
