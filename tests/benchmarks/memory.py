"""What a recorded operation takes in memory, and what checkpointing takes in steps and states.

Nothing here is timed: bytes are those that Python's allocators hold after recording, and steps
and states are counted.
"""

import sys
import tracemalloc
from collections.abc import Callable
from math import ceil, comb, log2
from typing import Any

from tests.benchmarks.chain import X, Y
from tests.benchmarks.row import Row, Target, Work

OPERATIONS = 100_000
LENGTH = 100_000


def held(record: Callable[[], Any]) -> Work:
    """Return the work that gives the bytes an operation holds on to once it is recorded."""

    def work() -> float:
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        kept = record()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del kept
        return (after - before) / OPERATIONS

    return work


def chain(x: Any, y: Any) -> Any:
    for _ in range(OPERATIONS // 2):
        x = x * y
        x = x + y
    return x


def with_tape() -> Work:
    from autodiff_lib.tape import Tape

    def record():
        with Tape() as tape:
            return tape, chain(tape.variable(X), tape.variable(Y))

    return held(record)


def with_var() -> Work:
    from autodiff_lib.scalar import Var

    return held(lambda: chain(Var(X), Var(Y)))


def with_micrograd() -> Work:
    from micrograd.engine import Value

    sys.setrecursionlimit(100 * OPERATIONS)
    return held(lambda: chain(Value(X), Value(Y)))


def snapshots() -> int:
    return ceil(log2(LENGTH))


def binomial_theory() -> Work:
    """Return r·l − C(c + r, r − 1), with the least r for which l ≤ C(c + r, c)."""

    def work() -> float:
        c, r = snapshots(), 0
        while comb(c + r, c) < LENGTH:
            r += 1
        return float(r * LENGTH - comb(c + r, r - 1))

    return work


def counted(schedule: Callable[[], Any], field: str) -> Callable[[], Work]:
    def prepare() -> Work:
        from autodiff_lib.checkpointing import cost

        return lambda: float(getattr(cost(schedule(), LENGTH), field))

    return prepare


def binomial() -> Any:
    from autodiff_lib.schedules import binomial

    return binomial(LENGTH, snapshots())


def one_level() -> Any:
    from autodiff_lib.schedules import one_level

    return one_level(LENGTH)


def trailing_zeros() -> Any:
    from autodiff_lib.schedules import trailing_zeros

    return trailing_zeros(LENGTH)


def store_all() -> Any:
    from autodiff_lib.schedules import store_all

    return store_all(LENGTH)


SCHEDULES = {
    "binomial": binomial,
    "one level": one_level,
    "count trailing zeros": trailing_zeros,
    "store everything": store_all,
}

ROWS = [
    Row(
        "bytes",
        "memory that a recorded scalar operation holds",
        {"Tape": with_tape, "Var": with_var, "micrograd": with_micrograd},
        (Target("Tape", "", 40.0),),
        unit="bytes",
    ),
    Row(
        "checkpoint-steps",
        f"forward steps to reverse a chain of {LENGTH:,}, with ⌈log₂ l⌉ = {snapshots()} snapshots",
        {
            "theory, binomial": binomial_theory,
            **{name: counted(make, "forward_steps") for name, make in SCHEDULES.items()},
        },
        (Target("binomial", "theory, binomial", 1.0),),
        unit="steps",
    ),
    Row(
        "checkpoint-states",
        f"states stored at once to reverse a chain of {LENGTH:,}",
        {name: counted(make, "snapshots") for name, make in SCHEDULES.items()},
        (Target("binomial", "", float(snapshots())),),
        unit="states",
    ),
]
