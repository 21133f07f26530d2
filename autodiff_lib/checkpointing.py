"""Checkpointing: running a chain of steps backwards while storing few of its states.

A schedule (`schedules.py`) says which states to store and when to run forward again from one.
Here it meets the chain: `reverse_chain` does what it says, refuses what cannot be done, and
counts the forward steps and the states that are stored at once. `cost` does so with no chain.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, chapter 12.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from autodiff_lib.errors import InputError
from autodiff_lib.schedules import (
    Action,
    Advance,
    Free,
    Restore,
    Reverse,
    Snapshot,
    binomial,
    expect_whole,
    snapshots_for,
)


class Cost(NamedTuple):
    """What a schedule takes: the steps advanced, and the most states stored at once."""

    forward_steps: int
    snapshots: int


@dataclass(frozen=True)
class Reversal:
    """What running a chain backwards gave.

    Attributes:
        final: the state after the last step.
        cotangent: the cotangent of the initial state.
        cost: what it took.
    """

    final: Any
    cotangent: Any
    cost: Cost


def reverse_chain(
    step: Callable[[Any], Any],
    record: Callable[[Any], tuple[Any, Callable[[Any], Any]]],
    state: Any,
    length: int,
    schedule: Iterable[Action] | None = None,
    *,
    seed: Callable[[Any], Any] = lambda final: 1.0,
) -> Reversal:
    """Run a chain of steps and pull a cotangent back through it under a schedule.

    Args:
        step: takes a state, returns the next one. It must not change the state it is given.
        record: takes a state, returns the next one and the pullback, which takes the cotangent
            of the next state and returns that of the state: `lambda x: vjp(step, x)`.
        state: the initial state.
        length: the number of steps.
        schedule: the actions; without it `binomial` with `snapshots_for(length)` states.
        seed: takes the final state, returns its cotangent.

    Raises:
        InputError: when an action cannot be done where it stands, or a step is not reversed.

    >>> square = lambda x: (x * x, lambda cotangent: 2 * x * cotangent)
    >>> reverse_chain(lambda x: x * x, square, 1.5, 3)
    Reversal(final=25.62890625, cotangent=136.6875, cost=Cost(forward_steps=2, snapshots=2))
    """
    expect_whole(length, 0, "the length of a chain")
    if schedule is None:
        schedule = binomial(length, snapshots_for(length))
    if not length:
        return Reversal(state, seed(state), Cost(0, 0))
    stored: dict[int, Any] = {}
    value, place, left = state, 0, length  # the current state, its number, steps to reverse
    final = cotangent = None
    advanced = most = 0
    for action in schedule:
        match action:
            case Advance(start, stop) if start == place <= stop < length:
                for _ in range(start, stop):
                    value = step(value)
                place = stop
                advanced += stop - start
            case Snapshot(number) if number == place and number not in stored:
                stored[number] = value
                most = max(most, len(stored))
            case Restore(number) if number in stored:
                value, place = stored[number], number
            case Free(number) if number in stored:
                del stored[number]
            case Reverse(number) if number == place == left - 1:
                following, pullback = record(value)
                if left == length:
                    final, cotangent = following, seed(following)
                cotangent = pullback(cotangent)
                left -= 1
            case _:
                raise InputError(
                    f"{action} cannot be done: the current state is {place}, stored are "
                    f"{sorted(stored) or 'none'}, and {left} of {length} steps are to be "
                    "reversed, the last first"
                )
    if left:
        raise InputError(f"the schedule ends with {left} of {length} steps not reversed")
    return Reversal(final, cotangent, Cost(advanced, most))


def cost(schedule: Iterable[Action], length: int) -> Cost:
    """Return what a schedule for a chain of `length` steps takes, without running anything.

    Raises:
        InputError: when it is no schedule for such a chain, as `reverse_chain` does.
    """
    counted = reverse_chain(lambda x: x, lambda x: (x, lambda bar: bar), None, length, schedule)
    return counted.cost
