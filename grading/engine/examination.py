"""Examining a notebook: one process after another that runs its test cells, watched from here."""

import json
import multiprocessing as mp
import os
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.engine.asking import ENDED, GRACE, NO_MEMORY, TOOK_TOO_LONG
from grading.engine.examiner import Test, examine
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


def examine_all(tests: Sequence[Test], student: Student, folder: Path | None) -> list[Examined]:
    """Run `tests`, each against the process of `student` that answers for it, in their order.

    An examiner that hangs or breaks costs the cell that it was at; a new one goes on behind it.
    `folder` holds the assignment's own files.
    """
    found: list[Examined] = []
    while len(found) < len(tests):
        rest = slice(len(found), len(tests))
        found += _examine_some(tests[rest], student.tests[rest], folder, student)
    return found


def _examine_some(
    tests: Sequence[Test], links: Sequence[Link], folder: Path | None, student: Student
) -> list[Examined]:
    """Run as many of `tests` as one process lives for, at least one."""
    ours, theirs = mp.Pipe(duplex=False)
    pid = os.fork()
    if pid == 0:
        _be_examiner(tests, links, folder, theirs)
    theirs.close()
    found: list[Examined] = []
    try:
        for test, link in zip(tests, links, strict=True):
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
    tests: Sequence[Test], links: Sequence[Link], folder: Path | None, connection: Connection
) -> None:
    """Run `tests` and report the outputs of each; do not return."""
    try:
        _limit_memory()
        if folder is not None:
            os.chdir(folder)
            sys.path.insert(0, str(folder))
        reseed()
        for test, link in zip(tests, links, strict=True):
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
