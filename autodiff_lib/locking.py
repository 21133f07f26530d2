"""Plain arrays that a recorded graph reads later: kept as they are until it has done so.

A backward sweep reads the values that the program worked with. If the program overwrites one
in between, the derivative would be wrong without a word. So small arrays are copied, and
larger ones are locked, together with the arrays that they are views of: NumPy then refuses a
write to them, until the differentiation has ended.

What goes unnoticed: a write to a larger array through another view or a memoryview that was
taken before, to a file mapped into memory, or after somebody made it writeable again by hand. A
view taken while the lock holds stays read-only.
"""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

SMALL = 1024
"""Up to so many numbers an array is copied rather than locked."""

_guard = threading.RLock()
_groups: dict[int, "_Group"] = {}


class _Group:
    """The arrays that are locked because they share one memory, and how often that was asked."""

    def __init__(self, base: np.ndarray) -> None:
        self.base = base
        self.count = 0
        self.locked: list[np.ndarray] = []


def lock(array: np.ndarray) -> Callable[[], None] | None:
    """Make `array`, and what it is a view of, read-only; return what undoes that.

    Of several locks on one memory, the last to be undone makes it writeable again. Returns None
    where there is nothing to lock: the arrays are read-only, and not by a lock.
    """
    chain = bases(array)
    key = id(chain[-1])
    with _guard:
        writeable = [link for link in chain if link.flags.writeable]
        group = _groups.get(key)
        if group is None:
            if not writeable:
                return None
            group = _groups[key] = _Group(chain[-1])
        group.count += 1
        for link in writeable:
            link.setflags(write=False)
        group.locked += writeable
    return partial(_release, key)


def bases(array: np.ndarray) -> list[np.ndarray]:
    """Return the array, what it is a view of, and so on."""
    chain = [array]
    while isinstance(chain[-1].base, np.ndarray):
        chain.append(chain[-1].base)
    return chain


def owned_by_numpy(chain: Sequence[np.ndarray]) -> bool:
    """Say whether a lock of the `bases` of an array holds off writes to it.

    It does not where the memory belongs to something else.

    That is so after np.frombuffer, or for the array of another library. Files mapped into
    memory, which may be larger than the memory, count as owned.
    """
    owner = chain[-1]
    return owner.base is None or isinstance(owner, np.memmap)


def _release(key: int) -> None:
    with _guard:
        group = _groups[key]
        group.count -= 1
        if not group.count:
            del _groups[key]
            bases_first = sorted(group.locked, key=_depth)
            for link in bases_first:
                link.setflags(write=True)


def _depth(array: np.ndarray) -> int:
    """Return how many arrays lie between `array` and the owner of its memory."""
    return 1 + _depth(array.base) if isinstance(array.base, np.ndarray) else 0


def read_only(value: Any) -> Any:
    """Return a value that was just made, locked for good if it is an array."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    return value
