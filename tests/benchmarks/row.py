"""What a row of the benchmark table is: one work, done by several contenders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autodiff_lib.trees import leaves

Work = Callable[[], Any]


@dataclass(frozen=True)
class Target:
    """`contender` should take at most `factor` times what `against` takes.

    Without `against` the target is the number itself.
    """

    contender: str
    against: str
    factor: float


@dataclass(frozen=True)
class Row:
    """One work.

    Attributes:
        name: what to call it on the command line.
        title: what it is.
        contenders: a function for each that prepares, and returns the work to be timed. It
            imports what it needs, so that one that is not installed is skipped. What the work
            returns holds the same numbers in the same order in all contenders, unless it is
            None.
        targets: what the medians should be.
        operations: how many operations the work is; times are given for one of them.
        unit: "s" to time the work; anything else if it returns its measure as a number.
        tolerance: how far the results of two contenders may be apart, relative to the largest.
    """

    name: str
    title: str
    contenders: Mapping[str, Callable[[], Work]]
    targets: Sequence[Target] = ()
    operations: int = 1
    unit: str = "s"
    tolerance: float = 1e-9


def numbers(result: Any) -> list[float]:
    """Return a few numbers that tell two results apart: of each leaf its size, sum and a mixture.

    >>> numbers((2.0, [np.array([1.0, 3.0])]))
    [1.0, 2.0, 0.0, 2.0, 4.0, 3.0]
    """
    found = []
    for leaf in leaves(result):
        array = np.asarray(leaf, float).ravel()
        mixture = float(np.sum(array * (np.arange(array.size) % 7)))
        found += [float(array.size), float(np.sum(array)), mixture]
    return found


def agree(one: Sequence[float], other: Sequence[float], tolerance: float) -> bool:
    """Return whether two results are the same up to rounding."""
    if len(one) != len(other):
        return False
    size = max(map(abs, one), default=0.0)
    return all(abs(a - b) <= tolerance * size for a, b in zip(one, other, strict=True))
