"""Grading one notebook: a function from bytes to bytes, which a worker process runs."""

import ast
import importlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from grading.checks import Result
from grading.engine.examination import Examined, examine_all
from grading.engine.examiner import Test, is_probing
from grading.engine.job import CellOutcome, Job, Outcome
from grading.engine.judging import failures, judge, points_of
from grading.engine.nursery import NurseryError, new_student
from grading.engine.outputs import KILLED, TIMEOUT, error_output
from grading.engine.running import Run, follow
from grading.engine.student import Student
from grading.link import LinkClosedError, LinkTimeoutError
from grading.results import State
from grading.unrun import explained, why_undefined

# How often a notebook is run anew without the cells that broke it.
_MOST_RUNS = 4
_CHUNK = 1 << 22  # bytes of a file in one message
_MOST_SOURCE = 1_000_000  # characters of one cell
_STOPPED = "the notebook had already been stopped"
_UNSETTLED = {State.TIMEOUT, State.KILLED, State.OUT_OF_MEMORY}


def grade_notebook(content: bytes) -> bytes:
    """Grade the notebook of the `Job` that `content` holds; return the `Outcome` as bytes.

    Whatever the student's code does, every test cell ends in a state.

    Raises:
        NurseryError, WallsError: when this machine cannot run notebooks as the job wants it.
    """
    return _Grading(Job.from_bytes(content)).run().to_bytes()


@dataclass(frozen=True)
class _Place:
    """A test cell and where it stands."""

    index: int
    cell: NotebookNode
    test: Test


class _Grading:
    """One notebook on its way through the engine."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.started = time.monotonic()
        self.deadline = self.started + job.limits.notebook_seconds
        self.notebook = deepcopy(job.notebook)
        self.code: dict[int, NotebookNode] = {}
        self.places: list[_Place] = []
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            if not is_test(cell):
                self.code[index] = cell
            elif job.run is None or cell.metadata.nbgrader.grade_id in job.run:
                self.places.append(_Place(index, cell, self._test(cell)))
        if job.run is not None:  # what stands below the last test to run has no part in it
            last = max((place.index for place in self.places), default=-1)
            self.code = {index: cell for index, cell in self.code.items() if index < last}
        self.peak_memory = 0
        self.runs = 0

    def _test(self, cell: NotebookNode) -> Test:
        limits = self.job.limits
        return Test(
            grade_id=cell.metadata.nbgrader.grade_id,
            source=cell.source,
            probing=is_probing(cell.source),
            seconds=limits.cell_seconds,
            output_chars=limits.output_chars,
            latest=self.deadline,
        )

    def run(self) -> Outcome:
        """Run the notebook, examine it, and say what was found."""
        _preload(self.places, {Path(name).stem for name, _ in self.job.files})
        broken: dict[int, list[NotebookNode]] = {}
        while True:
            student, run = self._run(broken)
            again = (
                run.broken is not None
                and self.runs < _MOST_RUNS
                and time.monotonic() < self.deadline
            )
            if run.broken is not None:
                broken[run.broken] = run.outputs[run.broken]
            if not again:
                break
            student.end()
        try:
            examined = self._examine(student, run)
        finally:
            student.end()
            self.peak_memory = max(self.peak_memory, student.peak_memory)
        self._enter_outputs(run, broken, examined)
        return self._outcome(broken)

    def _run(self, broken: Sequence[int]) -> tuple[Student, Run]:
        """Run the notebook's own cells, but those in `broken`."""
        self.runs += 1
        limits = self.job.limits
        self.tier, student = new_student(
            self.job.tier, self.job.forbidden, len(self.places), limits
        )
        tests = {place.index for place in self.places}
        cells = [
            (index, "test" if index in tests else "code", _runnable(self.notebook.cells[index]))
            for index in sorted({*self.code, *tests} - {*broken})
        ]
        try:
            self._send(student, cells)
        except (LinkClosedError, LinkTimeoutError, NurseryError) as error:
            student.end()
            raise NurseryError(f"no notebook can be run here: {error}") from error
        own = [index for index, kind, _ in cells if kind == "code"]
        run = follow(student, own, limits, self.deadline)
        self.peak_memory = max(self.peak_memory, student.peak_memory)
        return student, run

    def _send(self, student: Student, cells: list) -> None:
        limits = self.job.limits
        room = {
            "processes": limits.processes + len(self.places),
            "open_files": limits.open_files + len(self.places),
        }
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

    def _examine(self, student: Student, run: Run) -> list[Examined]:
        """Examine the test cells that the run came to."""
        reached = [place for place in self.places if run.broken is None or place.index < run.broken]
        with _folder(self.job.files) as folder:
            found = examine_all([place.test for place in reached], student, folder)
        unreached = self.places[len(reached) :]
        return found + [Examined(error_output(run.why, _STOPPED)) for _ in unreached]

    def _enter_outputs(
        self, run: Run, broken: dict[int, list[NotebookNode]], examined: Sequence[Examined]
    ) -> None:
        self.seconds = {}
        for index, cell in self.code.items():
            stopped = error_output(run.why or KILLED, _STOPPED)
            cell.outputs = broken.get(index) or run.outputs.get(index, stopped)
            cell.execution_count = run.counts.get(index)
        for place, found in zip(self.places, examined, strict=True):
            place.cell.outputs = found.outputs
            self.seconds[place.index] = found.seconds

    def _outcome(self, broken: Sequence[int]) -> Outcome:
        cells = tuple(map(self._judged, self.places))
        interrupted = any(
            output.output_type == "error" and output.ename in ("KeyboardInterrupt", TIMEOUT)
            for cell in self.code.values()
            for output in cell.outputs
        )
        return Outcome(
            notebook=self.notebook,
            cells=cells,
            notices=tuple(self._notices()),
            usage={
                "seconds": time.monotonic() - self.started,
                "peak_memory_bytes": self.peak_memory,
                "tier": str(self.tier),
                "runs": self.runs,
            },
            lasting=not broken
            and not interrupted
            and not any(cell.state in _UNSETTLED for cell in cells),
        )

    def _judged(self, place: _Place) -> CellOutcome:
        cell = place.cell
        most = float(cell.metadata.nbgrader.points)
        points, wrong = points_of(cell)
        state, message, checks = judge(cell.outputs, points, most)
        if wrong:
            state, message = State.ERROR, wrong
        message, checks = self._explained(cell, message, checks)
        return CellOutcome(
            grade_id=place.test.grade_id,
            points=points,
            max_points=most,
            state=state,
            message=message,
            checks=checks,
            seconds=self.seconds[place.index],
            forgeable=not place.test.probing,
            outputs=cell.outputs,
        )

    def _explained(
        self, cell: NotebookNode, message: str, checks: tuple[Result, ...]
    ) -> tuple[str, tuple[Result, ...]]:
        """Say of a name that is missing which cell did not run, if that is why."""
        said = [check.message for check in checks if not check.passed] or [message]
        why = why_undefined(self.notebook.cells, cell, said)
        if why is None:
            return message, checks
        checks = explained(checks, why)
        return failures(checks) or why, checks

    def _notices(self) -> Iterator[str]:
        for name in self.job.forbidden:
            refusal = f"{name} may not be used in the answers"
            if any(
                output.output_type == "error" and output.evalue.startswith(refusal)
                for cell in self.code.values()
                for output in cell.outputs
            ):
                yield f"{name} may not be used in the answers to this assignment, and was."


def is_test(cell: NotebookNode) -> bool:
    """Say whether a cell tests answers and holds none."""
    return is_grade(cell) and not is_solution(cell)


def _runnable(cell: NotebookNode) -> str:
    """Return the source of `cell`, or of one that says that it is too long."""
    if len(cell.source) <= _MOST_SOURCE:
        return cell.source
    return f"raise ValueError('a cell of {len(cell.source):,} characters is too long to be run')"


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


def _preload(places: Sequence[_Place], own: set[str]) -> None:
    """Import what the tests import: forks of this process then have it."""
    for place in places:
        if not place.test.probing:
            continue
        for node in ast.walk(ast.parse(place.test.source)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                if name.partition(".")[0] not in own:
                    with suppress(Exception):
                        importlib.import_module(name)
