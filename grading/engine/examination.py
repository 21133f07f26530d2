"""Examining a notebook: processes that run its test cells, one after another, watched from here."""

import json
import multiprocessing as mp
import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.engine.asking import ENDED, GRACE, NO_MEMORY, TOOK_TOO_LONG
from grading.engine.examiner import Examination, Test, pauses
from grading.engine.hidden import hidden_lines, on_view
from grading.engine.outputs import KILLED, OUT_OF_MEMORY, TIMEOUT, error_output
from grading.engine.student import Student
from grading.link import Link
from grading.seeding import reseed

_MEMORY = 4 << 30  # bytes of address space that an examiner may add to what it starts with
_POLL = 0.1
_MOST = 1 << 28  # bytes of a report

# Examiners that were ended. They are buried when the next one begins: until then the kernel takes
# back their memory, which takes as long as some test cells.
_ended: list[int] = []
if hasattr(os, "register_at_fork"):  # they are no children of a fork of this process
    os.register_at_fork(after_in_child=_ended.clear)


@dataclass
class Examined:
    """What running one test cell left: its outputs, and how long it took in seconds."""

    outputs: list[NotebookNode] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def was_ended(self) -> bool:
        """Whether the cell was stopped, or a process under it: it has no points."""
        ends = (TIMEOUT, KILLED, OUT_OF_MEMORY)
        return any(out.output_type == "error" and out.ename in ends for out in self.outputs)


@dataclass(frozen=True)
class Step:
    """A test cell's turn: the `number` of the cell, and the processes that have their part in it.

    `place` is that of its link among all of the notebook. A step that `pauses` leaves the cell at
    its hidden lines for a later step to go on.
    """

    number: int
    test: Test
    place: int
    pauses: bool = False


def steps(tests: Sequence[Test]) -> list[Step]:
    """Return how `tests`, those of a notebook, are run: nothing hidden is asked before all else.

    See `grading.engine.on_view`. A cell that runs in the student's notebook runs once.
    """
    first: list[Step] = []
    then: list[Step] = []
    place = 0
    for number, test in enumerate(tests):
        if not hidden_lines(test.source):
            first.append(Step(number, test, place))
        elif pauses(test):
            first.append(Step(number, test, place, pauses=True))
            then.append(Step(number, test, place))
        else:
            if test.probing:
                seen = replace(test, source=on_view(test.source))
                first.append(Step(number, seen, place))
                place += 1
            then.append(Step(number, test, place))
        place += 1
    return first + then


def answerers(tests: Sequence[Test]) -> int:
    """Return how many processes answer for `tests`."""
    return 1 + max((step.place for step in steps(tests)), default=-1)


def examine_all(tests: Sequence[Test], student: Student, folder: Path | None) -> list[Examined]:
    """Run `tests`, each against the processes of `student` that answer for it: see `steps`.

    An examiner that hangs or breaks costs the cell that it was at; a new one goes on behind it.
    `folder` holds the assignment's own files.
    """
    found: dict[int, Examined] = {}
    left = steps(tests)
    while left:
        for examined in _examine_some(left, found, folder, student):
            number = left.pop(0).number
            before = found.get(number, Examined())
            if not before.was_ended:
                found[number] = replace(examined, seconds=before.seconds + examined.seconds)
    return [found[number] for number in range(len(tests))]


def _examine_some(
    steps: Sequence[Step], found: Mapping[int, Examined], folder: Path | None, student: Student
) -> Iterator[Examined]:
    """Take as many steps as one process lives for, at least one.

    `found` is what steps of earlier processes have found.
    """
    while _ended:
        os.waitpid(_ended.pop(), 0)
    ours, theirs = mp.Pipe(duplex=False)
    pid = os.fork()
    if pid == 0:
        _be_examiner(steps, found, student.tests, folder, theirs)
    theirs.close()
    try:
        for step in tuple(steps):
            started = time.monotonic()
            outputs, end = _report(ours, started + step.test.seconds + 2 * GRACE, student)
            if student.took_too_much():
                outputs = error_output(OUT_OF_MEMORY, NO_MEMORY)
            elif end is not None:
                outputs = error_output(*end)
            if not step.pauses:
                student.tests[step.place].close()
            yield Examined(outputs, time.monotonic() - started)
            if end is not None:
                return
    finally:
        ours.close()
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
        _ended.append(pid)


def _report(
    connection: Connection, deadline: float, student: Student
) -> tuple[list[NotebookNode], tuple[str, str] | None]:
    """Wait for the next cell's outputs, or for what ended its examiner."""
    while not connection.poll(_POLL):
        student.watch()
        if time.monotonic() > deadline:
            return [], (TIMEOUT, TOOK_TOO_LONG)
    try:
        content = connection.recv_bytes(_MOST)
    except (EOFError, OSError):
        return [], (KILLED, ENDED)
    return [nbformat.from_dict(output) for output in json.loads(content)], None


def _be_examiner(
    steps: Sequence[Step],
    found: Mapping[int, Examined],
    links: Sequence[Link],
    folder: Path | None,
    connection: Connection,
) -> None:
    """Take `steps` and report the outputs of each; do not return."""
    try:
        _limit_memory()
        if folder is not None:
            os.chdir(folder)
            sys.path.insert(0, str(folder))
        reseed()
        seen = {number: examined.outputs for number, examined in found.items()}
        begun: dict[int, Examination] = {}
        for step in steps:
            outputs = _taken(step, links[step.place], seen.get(step.number), begun)
            seen[step.number] = outputs
            if not step.pauses:
                links[step.place].close()
            connection.send_bytes(json.dumps(outputs).encode())
    finally:
        os._exit(0)


def _taken(
    step: Step,
    link: Link,
    seen: Sequence[NotebookNode] | None,
    begun: dict[int, Examination],
) -> Sequence[NotebookNode]:
    """Take a step and return its outputs; `seen` are those of the cell's first step, if any."""
    if step.number in begun:
        return begun[step.number].finish()
    if seen is not None:
        return Examination(replace(step.test, on_view=tuple(seen)), link).whole()
    examination = Examination(step.test, link)
    if not step.pauses:
        return examination.whole()
    begun[step.number] = examination
    return examination.begin()


def _limit_memory() -> None:
    """Bound what rebuilding a student's values may take."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if os.path.exists("/proc") else 0
    most = pages * os.sysconf("SC_PAGE_SIZE") + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
