"""One contender in a process of its own: python -m tests.benchmarks.worker ROW CONTENDER.

It prepares, warms up, prints a line of JSON with its result, and then times a sample for every
line that it reads. So the runner can take turns between contenders, and a slow moment of the
machine hits all of them alike.
"""

import json
import sys
import time

from tests.benchmarks.row import Row, Work, numbers
from tests.benchmarks.rows import ROWS

SAMPLE_SECONDS = 0.02
"""About how long a sample takes; a single call may take longer."""

WARM_UP_SECONDS = 0.3


def main(row: Row, contender: str) -> None:
    try:
        work = row.contenders[contender]()
    except ImportError as error:
        print(json.dumps({"skipped": f"{error.name or error} is not installed"}), flush=True)
        return
    result = work()
    calls = warm_up(work) if row.unit == "s" else 1
    comparable = result is not None and row.unit == "s"
    print(json.dumps({"result": numbers(result) if comparable else []}), flush=True)
    for _ in sys.stdin:
        print(json.dumps(sample(work, calls) if row.unit == "s" else float(work())), flush=True)


def warm_up(work: Work) -> int:
    """Return how many calls make a sample."""
    calls, end = 0, time.perf_counter() + WARM_UP_SECONDS
    start = time.perf_counter()
    while not calls or time.perf_counter() < end:
        work()
        calls += 1
    each = (time.perf_counter() - start) / calls
    return max(1, round(SAMPLE_SECONDS / each))


def sample(work: Work, calls: int) -> float:
    """Return the seconds that one call takes, over `calls` of them."""
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls


if __name__ == "__main__":
    main(ROWS[sys.argv[1]], sys.argv[2])
