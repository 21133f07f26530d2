"""Checkpointing schedules: which states of a chain to store, and from which to run again.

The chain xᵢ₊₁ = step(xᵢ), i = 0 … l−1, is differentiated in reverse: the last step first, each
at its own state. Storing all l states needs memory that grows with the run time. Storing some
and running forward again from them needs more steps instead. A schedule says which; it is a
generator of actions, so that it can be counted, drawn and tested without any function:

    Advance(i, j)  run steps i … j−1, from state i to state j, keeping nothing
    Snapshot(i)    store the current state i
    Restore(i)     make the stored state i current; it stays stored
    Free(i)        forget the stored state i
    Reverse(i)     differentiate step i at the current state i

Counted are the steps that Advance runs, and the states stored at once, the initial one among
them. Every schedule also evaluates each step once more where it is reversed; that is not counted.

    schedule         states stored     forward steps
    store_all        l                 l − 1
    one_level        about 2√l         about 2l
    binomial         c, as given       r·l − C(c + r, r − 1), the fewest for c states
    trailing_zeros   about log₂ l      about ½ l log₂ l

In the third line r is the least number with l ≤ C(c + r, c): how often a step is advanced, at
most. If c grows as log l, as `snapshots_for` says, so does r.

Sources: A. Griewank, Achieving logarithmic growth of temporal and spatial complexity in reverse
automatic differentiation, Optimization Methods and Software 1, 1992; A. Griewank and A. Walther,
Algorithm 799: revolve, ACM Transactions on Mathematical Software 26, 2000.
"""

from collections.abc import Iterator
from itertools import count
from math import comb, isqrt
from typing import NamedTuple

from autodiff_lib.errors import InputError


class Advance(NamedTuple):
    """Run the steps from state `start` to state `stop`."""

    start: int
    stop: int


class Snapshot(NamedTuple):
    """Store the current state."""

    state: int


class Restore(NamedTuple):
    """Make a stored state current."""

    state: int


class Free(NamedTuple):
    """Forget a stored state."""

    state: int


class Reverse(NamedTuple):
    """Differentiate one step at the current state."""

    step: int


Action = Advance | Snapshot | Restore | Free | Reverse
Schedule = Iterator[Action]


def store_all(length: int) -> Schedule:
    """Yield the schedule that stores every state.

    >>> print(*store_all(2), sep="; ")
    Snapshot(state=0); Advance(start=0, stop=1); Snapshot(state=1); Reverse(step=1); \
Free(state=1); Restore(state=0); Reverse(step=0); Free(state=0)
    """
    expect_whole(length, 0, "the length of a chain")
    if length:
        yield Snapshot(0)
        yield from _block(0, length)


def one_level(length: int, every: int | None = None) -> Schedule:
    """Yield the schedule that stores every so many states, and then all of one block at a time.

    Args:
        length: the number of steps.
        every: the steps of a block; without it √l, which needs the fewest states.

    >>> from autodiff_lib.checkpointing import cost
    >>> cost(one_level(100), 100)
    Cost(forward_steps=180, snapshots=19)
    """
    expect_whole(length, 0, "the length of a chain")
    every = isqrt(max(length - 1, 0)) + 1 if every is None else every
    expect_whole(every, 1, "the length of a block")
    starts = range(0, length, every)
    for start in starts:
        yield Snapshot(start)
        if start + every < length:
            yield Advance(start, start + every)
    for start in reversed(starts):
        if start != starts[-1]:
            yield Restore(start)
        yield from _block(start, min(start + every, length))


def _block(start: int, stop: int) -> Schedule:
    """Reverse the steps from the current state `start`, which is stored, storing all states."""
    for state in range(start + 1, stop):
        yield Advance(state - 1, state)
        yield Snapshot(state)
    for step in reversed(range(start, stop)):
        if step != stop - 1:
            yield Restore(step)
        yield Reverse(step)
        yield Free(step)


def binomial(length: int, snapshots: int) -> Schedule:
    """Yield the schedule with the fewest forward steps for so many stored states (Revolve).

    From a stored state with c places left, its own included, and l steps to reverse, advance to
    a state that leaves both sides, l − k steps with c − 1 places and then k steps with c, at
    their cheapest: there are usually several, this takes the last.

    >>> from autodiff_lib.checkpointing import cost
    >>> cost(binomial(10, 3), 10)
    Cost(forward_steps=15, snapshots=3)
    """
    expect_whole(length, 0, "the length of a chain")
    expect_whole(snapshots, 1, "the number of snapshots")
    if not length:
        return
    stored, current, end = [0], 0, length  # the steps from `end` on are reversed
    yield Snapshot(0)
    while stored:
        last = stored[-1]
        if current != last:
            yield Restore(last)
            current = last
        free = snapshots - len(stored)
        if free and end - last > 1:
            current = last + _split(end - last, free + 1)
            yield Advance(last, current)
            yield Snapshot(current)
            stored.append(current)
            continue
        if end - last > 1:
            current = end - 1
            yield Advance(last, current)
        yield Reverse(end - 1)
        end -= 1
        if end == last:
            yield Free(last)
            stored.pop()


def _split(length: int, snapshots: int) -> int:
    """Return how far to advance before the next snapshot, of at least 2 in all."""
    r = repetitions(length, snapshots)
    return min(comb(snapshots + r - 1, snapshots), length - comb(snapshots + r - 2, snapshots - 1))


def repetitions(length: int, snapshots: int) -> int:
    """Return how often a step is advanced, at most, under the binomial schedule: r.

    >>> repetitions(10, 3)
    2
    """
    return next(r for r in count() if length <= comb(snapshots + r, snapshots))


def binomial_steps(length: int, snapshots: int) -> int:
    """Return the fewest forward steps that reverse a chain with so many stored states.

    >>> binomial_steps(10, 3)
    15
    """
    expect_whole(length, 0, "the length of a chain")
    expect_whole(snapshots, 1, "the number of snapshots")
    r = repetitions(length, snapshots)
    return r * length - comb(snapshots + r, r - 1) if r else 0


def snapshots_for(length: int) -> int:
    """Return the least c for which c snapshots need at most c repetitions: about ½ log₂ l.

    >>> [snapshots_for(length) for length in (10, 1_000, 100_000)]
    [3, 7, 10]
    """
    return next(c for c in count(1) if length <= comb(2 * c, c))


def trailing_zeros(length: int) -> Schedule:
    """Yield the schedule whose stored states are read off the binary digits of the current one.

    While state p is current, stored are 0, p, and p with its last ones struck out one after
    another: 0, 8, 12, 13 for p = 13 = 1101₂. To go back from p to p − 1, restore p without its
    last one, from which p − 1 lies 2ᶻ − 1 steps away, z being the number of zeros at p's end.

    >>> from autodiff_lib.checkpointing import cost
    >>> cost(trailing_zeros(16), 16)
    Cost(forward_steps=32, snapshots=5)
    """
    expect_whole(length, 0, "the length of a chain")
    if not length:
        return
    yield Snapshot(0)
    yield from _climb(0, length - 1)
    for state in reversed(range(length)):
        yield Reverse(state)
        yield Free(state)
        if state:
            below = state & (state - 1)
            yield Restore(below)
            yield from _climb(below, state - 1)


def _climb(state: int, target: int) -> Schedule:
    """Advance to `target`, whose digits start with those of `state`, one digit 1 at a time."""
    while state != target:
        above = state | 1 << (target ^ state).bit_length() - 1
        yield Advance(state, above)
        yield Snapshot(above)
        state = above


def expect_whole(number: int, least: int, what: str) -> None:
    """Raise unless `number` is a whole number that is large enough."""
    if not isinstance(number, int) or number < least:
        raise InputError(f"{what} must be a whole number, {least} or more, got {number!r}")
