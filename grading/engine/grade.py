"""Grading one notebook: a function from bytes to bytes, which a worker process runs."""

import importlib
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode

from grading.engine.compiling import compiled
from grading.engine.examination import Examined, examine_all, steps
from grading.engine.job import Job, Outcome
from grading.engine.nursery import NurseryError, new_student
from grading.engine.running import Run, follow
from grading.engine.sheet import Place, Sheet
from grading.engine.student import Student
from grading.link import LinkClosedError, LinkTimeoutError

# How often a notebook is run anew without the cells that broke it.
_MOST_RUNS = 4
_CHUNK = 1 << 22  # bytes of a file in one message


def grade_notebook(content: bytes) -> bytes:
    """Grade the notebook of the `Job` that `content` holds; return the `Outcome` as bytes.

    Whatever the student's code does, every test cell ends in a state.

    Raises:
        NurseryError, WallsError: when this machine cannot run notebooks as the job wants it.
    """
    return _Grading(Job.from_bytes(content)).run().to_bytes()


class _Grading:
    """One notebook on its way through the engine."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.started = time.monotonic()
        self.deadline = self.started + job.limits.notebook_seconds
        self.sheet = Sheet(job, self.deadline)
        self.peak_memory = 0
        self.runs = 0

    def run(self) -> Outcome:
        """Run the notebook, examine it, and say what was found."""
        _preload(self.sheet.places, {Path(name).stem for name, _ in self.job.files})
        broken: dict[int, list[NotebookNode]] = {}
        while (finished := self._attempt(broken)) is None:
            pass
        self.sheet.enter(*finished)
        usage = {
            "seconds": time.monotonic() - self.started,
            "peak_memory_bytes": self.peak_memory,
            "tier": str(self.tier),
            "runs": self.runs,
        }
        return self.sheet.outcome(usage, bool(broken))

    def _attempt(
        self, broken: dict[int, list[NotebookNode]]
    ) -> tuple[Run, dict[int, list[NotebookNode]], list[Examined]] | None:
        """Run and examine the notebook without the cells in `broken`.

        Returns None where one more cell broke it and there is time for another attempt.
        """
        student = self._start(self.sheet.cells(without=broken))
        try:
            own = [index for index in self.sheet.code if index not in broken]
            run = follow(student, own, self.job.limits, self.deadline)
            if run.broken is not None:
                broken[run.broken] = run.outputs[run.broken]
                if self.runs < _MOST_RUNS and time.monotonic() < self.deadline:
                    return None
            tests = [place.test for place in self.sheet.reached(run)]
            with _folder(self.job.files) as folder:
                return run, broken, examine_all(tests, student, folder)
        finally:
            student.end()
            self.peak_memory = max(self.peak_memory, student.peak_memory)

    def _start(self, cells: list[tuple[int, str, str]]) -> Student:
        """Return a student's process that begins to run `cells`."""
        self.runs += 1
        tests = sum(kind == "test" for _, kind, _ in cells)
        self.tier, student = new_student(self.job.tier, self.job.forbidden, tests, self.job.limits)
        try:
            self._send(student, cells, tests)
        except (LinkClosedError, LinkTimeoutError, NurseryError) as error:
            student.end()
            raise NurseryError(f"no notebook can be run here: {error}") from error
        return student

    def _send(self, student: Student, cells: list[tuple[int, str, str]], tests: int) -> None:
        limits = self.job.limits
        room = {"processes": limits.processes + tests, "open_files": limits.open_files + tests}
        student.link.send(("limits", {**asdict(limits), **room}), self.deadline)
        for name, data in self.job.files:
            for start in range(0, max(len(data), 1), _CHUNK):
                student.link.send(("file", name, data[start : start + _CHUNK]), self.deadline)
        for cell in cells:
            student.link.send(("cell", *cell), self.deadline)
        student.link.send(("run", limits.cell_seconds), self.deadline)
        match student.link.receive(self.deadline):
            case ("refused", str(why)):
                raise NurseryError(why)


@contextmanager
def _folder(files: Sequence[tuple[str, bytes]]) -> Iterator[Path | None]:
    """Lay out the assignment's files for the examiner, if there are any."""
    if not files:
        yield None
        return
    with TemporaryDirectory(prefix="adcourse-") as name:
        for file, data in files:
            path = Path(name, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        yield Path(name)


def _preload(places: Sequence[Place], own: set[str]) -> None:
    """Compile the tests and import what they import: forks of this process then have it."""
    for step in steps([place.test for place in places if place.test.probing]):
        with suppress(SyntaxError, ValueError, RecursionError):
            for name in compiled(step.test.source, step.test.file).imports:
                if name.partition(".")[0] not in own:
                    with suppress(Exception):
                        importlib.import_module(name)
    if "numpy" in sys.modules:
        importlib.import_module("numpy.random")  # NumPy leaves that to its first use
