"""Running a notebook's own cells in a student process, watched from here."""

import select
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from grading.engine.outputs import KILLED, OUT_OF_MEMORY, TIMEOUT, OutputLog, error_output
from grading.engine.student import Student
from grading.limits import Limits
from grading.link import LinkClosedError, LinkTimeoutError
from grading.wire import WireError

# Seconds after its time limit that a cell has to end by itself, and for each fork on the way.
GRACE, _FORK = 3.0, 0.1
_POLL = 0.1
_CELLS = 10

_SAYINGS = {
    TIMEOUT: "the cell could not be interrupted",
    KILLED: "the process that ran the notebook ended here",
    OUT_OF_MEMORY: "the notebook needed more memory than it may have",
}


@dataclass
class Run:
    """What running a notebook's own cells left.

    `outputs` and `counts` (the numbers that cells have in brackets) are by the cells' index.
    `broken` is the index of the cell at which the process had to be stopped or ended by itself,
    and `why` names that as nbclient does. `room` is how many more characters of output it may have.
    """

    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    broken: int | None = None
    why: str = ""
    room: int = 0


def follow(student: Student, cells: Sequence[int], limits: Limits, deadline: float) -> Run:
    """Take what `student` tells of its notebook until its end; then nothing more of it counts.

    All cells together may show _CELLS times as much as one.

    `cells` are the indices of the cells that it is to run, in their order. `deadline`, a time of
    `time.monotonic`, is when the whole notebook must have ended.
    """
    run, index = Run(room=_CELLS * limits.output_chars), -1
    try:
        for index in cells:
            _follow_cell(student, index, run, limits, deadline)
        if _next(student, _limit(student, limits, deadline)) != ("end",):
            raise _Broken(KILLED)
    except _Broken as broken:
        run.broken, run.why = index, broken.why
        shown = run.outputs.setdefault(index, [])
        shown += error_output(broken.why, _SAYINGS[broken.why])
    finally:
        student.link.close()
    return run


class _Broken(Exception):
    """The student's process cannot go on."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _follow_cell(student: Student, index: int, run: Run, limits: Limits, deadline: float) -> None:
    log = OutputLog(min(limits.output_chars, run.room))
    run.outputs[index] = log.outputs
    limit = _limit(student, limits, deadline)
    started = False
    while True:
        match _next(student, limit):
            case ("cell", int(said)) if said == index and not started:
                started = True
            case ("output", tuple(message)) if started:
                log.add(message)
            case ("done", int(said), int(count)) if said == index and started:
                run.counts[index] = min(max(count, 0), 1_000_000)
                run.room -= log.size
                return
            case _:
                raise _Broken(KILLED)


def _limit(student: Student, limits: Limits, deadline: float) -> float:
    """Return until when the next cell must have ended."""
    seconds = limits.cell_seconds + GRACE + _FORK * len(student.tests)
    return min(time.monotonic() + seconds, deadline)


def _next(student: Student, limit: float) -> Any:
    """Return the next message; see meanwhile that the student keeps its limits."""
    while not select.select([student.link.connection], [], [], _POLL)[0]:
        student.watch()
        if student.took_too_much():
            raise _Broken(OUT_OF_MEMORY)
        if time.monotonic() > limit:
            raise _Broken(TIMEOUT)
    student.watch()
    try:
        return student.link.receive(limit)
    except LinkTimeoutError:
        raise _Broken(TIMEOUT) from None
    except (LinkClosedError, WireError):
        raise _Broken(OUT_OF_MEMORY if student.took_too_much() else KILLED) from None
