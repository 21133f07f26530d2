"""Examining a notebook: processes that run its test cells, one after another, watched from here."""

import json
import multiprocessing as mp
import os
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.engine.asking import ENDED, GRACE, NO_MEMORY, TOOK_TOO_LONG
from grading.engine.examiner import Test, examine
from grading.engine.hidden import on_view
from grading.engine.outputs import KILLED, OUT_OF_MEMORY, TIMEOUT, error_output
from grading.engine.student import Student
from grading.link import Link
from grading.seeding import reseed

_MEMORY = 4 << 30  # bytes of address space that an examiner may add to what it starts with
_POLL = 0.1
_MOST = 1 << 28  # bytes of a report


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


def askings(test: Test) -> tuple[Test | None, Test | None]:
    """Return what to run of `test` first, and what after the first turn of the whole notebook.

    See `grading.engine.on_view`. A cell that runs in the student's notebook runs once.
    """
    seen = on_view(test.source)
    if seen == test.source:
        return test, None
    if not test.probing:
        return None, test
    if not seen.strip():
        return None, replace(test, on_view=())
    return replace(test, source=seen), test


def examine_all(tests: Sequence[Test], student: Student, folder: Path | None) -> list[Examined]:
    """Run `tests`, each against the processes of `student` that answer for it, in their order.

    `folder` holds the assignment's own files.
    """
    links = iter(student.tests)
    asked = [[asking and (asking, next(links)) for asking in askings(test)] for test in tests]
    found = [Examined() for _ in tests]
    _turn({n: first for n, (first, _) in enumerate(asked) if first}, found, folder, student)
    again = {}
    for n, (first, second) in enumerate(asked):
        if first and second and not found[n].was_ended:
            test, link = second
            again[n] = replace(test, on_view=tuple(found[n].outputs)), link
        elif second and not first:
            again[n] = second
    _turn(again, found, folder, student)
    return found


def _turn(
    asked: Mapping[int, tuple[Test, Link]],
    found: list[Examined],
    folder: Path | None,
    student: Student,
) -> None:
    """Run tests, and enter in `found`, at their numbers there, what they showed.

    An examiner that hangs or breaks costs the cell that it was at; a new one goes on behind it.
    """
    left = dict(asked)
    while left:
        for examined in _examine_some(list(left.values()), folder, student):
            number = next(iter(left))
            del left[number]
            found[number] = replace(examined, seconds=found[number].seconds + examined.seconds)


def _examine_some(
    asked: Sequence[tuple[Test, Link]], folder: Path | None, student: Student
) -> list[Examined]:
    """Run as many tests as one process lives for, at least one."""
    ours, theirs = mp.Pipe(duplex=False)
    pid = os.fork()
    if pid == 0:
        _be_examiner(asked, folder, theirs)
    theirs.close()
    found: list[Examined] = []
    try:
        for test, link in asked:
            started = time.monotonic()
            outputs, end = _report(ours, started + test.seconds + 2 * GRACE, student)
            if student.took_too_much():
                outputs = error_output(OUT_OF_MEMORY, NO_MEMORY)
            elif end is not None:
                outputs = error_output(*end)
            found.append(Examined(outputs, time.monotonic() - started))
            link.close()
            if end is not None:
                break
    finally:
        ours.close()
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
        os.waitpid(pid, 0)
    return found


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
    asked: Sequence[tuple[Test, Link]], folder: Path | None, connection: Connection
) -> None:
    """Run tests and report the outputs of each; do not return."""
    try:
        _limit_memory()
        if folder is not None:
            os.chdir(folder)
            sys.path.insert(0, str(folder))
        reseed()
        for test, link in asked:
            outputs = examine(test, link)
            link.close()
            connection.send_bytes(json.dumps(outputs).encode())
    finally:
        os._exit(0)


def _limit_memory() -> None:
    """Bound what rebuilding a student's values may take."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if os.path.exists("/proc") else 0
    most = pages * os.sysconf("SC_PAGE_SIZE") + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
