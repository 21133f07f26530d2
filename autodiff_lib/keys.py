"""What stands in the brackets of x[…]: read once, then usable behind a batch of axes."""

import math
from typing import Any

import numpy as np

Shape = tuple[int, ...]

_BYTE = bytes(1)  # all memory that an array needs whose elements are one and the same


class Key:
    """A key for arrays of shape `source`; x[key] has the shape `shape`.

    A basic key holds numbers, slices and new axes only; `parts` has an entry for every axis.
    Any other is kept as `places`: where each number of the result stands in x laid out flat.

    >>> Key((Ellipsis, 0), (2, 3)).parts
    (slice(None, None, None), 0)
    >>> Key([1, 1], (3,)).places
    array([1, 1])
    """

    def __init__(self, key: Any, source: Shape) -> None:
        parts = key if isinstance(key, tuple) else (key,)
        parts = tuple(np.asarray(part) if isinstance(part, list) else part for part in parts)
        self.source = source
        self.is_basic = all(map(_is_basic, parts))
        if self.is_basic:
            self.parts = _one_an_axis(parts, len(source))
            self.shape = np.ndarray(source, bool, _BYTE, 0, (0,) * len(source))[self.parts].shape
        else:
            self.places = np.arange(math.prod(source)).reshape(source)[parts]
            self.shape = self.places.shape


def _is_basic(part: Any) -> bool:
    is_number = isinstance(part, int | np.integer) and not isinstance(part, bool)
    return part is None or part is Ellipsis or isinstance(part, slice) or is_number


def _one_an_axis(parts: tuple, ndim: int) -> tuple:
    """Return a basic key without `...`, which axes put in front would make stand for more."""
    used = sum(part is not None and part is not Ellipsis for part in parts)
    rest = (slice(None),) * (ndim - used)
    for place, part in enumerate(parts):
        if part is Ellipsis:
            return parts[:place] + rest + parts[place + 1 :]
    return parts + rest
