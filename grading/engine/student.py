"""A student's processes, seen from outside: what they use, and how they end."""

import time
from collections.abc import Sequence

from grading import walls
from grading.limits import Limits
from grading.link import Link

# Between two looks at the memory: seconds, and how many times as long as a look takes.
_EVERY, _TIMES = 0.1, 10


class Student:
    """The processes of one notebook: the one that runs it and those that answer for it.

    Attributes:
        link: to the process that runs the notebook.
        tests: links to the processes that answer for test cells, in the notebook's order.
        peak_memory: the most bytes seen in use by all of them together.
    """

    def __init__(self, pid: int, link: Link, tests: Sequence[Link], limits: Limits) -> None:
        self.pid = pid
        self.link = link
        self.tests = tests
        self.memory_bytes = limits.memory_bytes
        self.peak_memory = 0
        self._too_much = False
        self._next_look = 0.0

    def watch(self) -> None:
        """Look at the memory now and then; end the largest processes when all use too much."""
        started = time.monotonic()
        if started < self._next_look:
            return
        used = {pid: walls.memory_of_process(pid) for pid in walls.processes_of(self.pid)}
        self.peak_memory = max(self.peak_memory, sum(used.values()))
        while sum(used.values()) > self.memory_bytes:
            self._too_much = True
            largest = max(used, key=used.get)
            walls.kill_process(largest)
            del used[largest]
        ended = time.monotonic()
        self._next_look = ended + max(_EVERY, _TIMES * (ended - started))

    def took_too_much(self) -> bool:
        """Say whether a process was ended for its use of memory since this was last asked."""
        said, self._too_much = self._too_much, False
        return said

    def end(self) -> None:
        """End all of the processes."""
        walls.kill_tree(self.pid)
        for link in (self.link, *self.tests):
            link.close()
