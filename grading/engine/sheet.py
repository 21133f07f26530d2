"""A notebook as the engine sees it: cells that run, cells that test, and what came of them."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from grading.checks import Result
from grading.engine.compiling import is_probing
from grading.engine.examination import Examined, answerers
from grading.engine.examiner import Test
from grading.engine.job import CellOutcome, Job, Outcome
from grading.engine.judging import failures, judge, points_of
from grading.engine.outputs import KILLED, TIMEOUT, error_output
from grading.engine.running import Run
from grading.results import State
from grading.unrun import explained, is_test, why_undefined

_MOST_SOURCE = 1_000_000  # characters of one cell
_STOPPED = "the notebook had already been stopped"
_UNSETTLED = {State.TIMEOUT, State.KILLED, State.OUT_OF_MEMORY}


@dataclass(frozen=True)
class Place:
    """A test cell and where it stands."""

    index: int
    cell: NotebookNode
    test: Test


class Sheet:
    """The notebook of `job`, without outputs, to be filled in until `deadline`.

    Attributes:
        code: the student's code cells, by their index.
        places: the test cells that are to run.
    """

    def __init__(self, job: Job, deadline: float) -> None:
        self.job = job
        self.notebook = deepcopy(job.notebook)
        self.code: dict[int, NotebookNode] = {}
        self.places: list[Place] = []
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            if not is_test(cell):
                self.code[index] = cell
            elif job.run is None or cell.metadata.nbgrader.grade_id in job.run:
                self.places.append(Place(index, cell, _test(cell, job, deadline)))
        if job.run is not None:  # what stands below the last test to run has no part in it
            last = max((place.index for place in self.places), default=-1)
            self.code = {index: cell for index, cell in self.code.items() if index < last}
        self._seconds: dict[int, float] = {}

    def cells(self, without: Sequence[int]) -> list[tuple[int, str, str]]:
        """Return what a student's process is to run: each cell's index, kind and source.

        Of a test cell it is told the place alone, as often as the cell is to be asked there.
        """
        own = [(index, "code", _runnable(cell)) for index, cell in self.code.items()]
        asked = [
            (place.index, "test", "")
            for place in self.places
            for _ in range(answerers([place.test]))
        ]
        return sorted(cell for cell in own + asked if cell[0] not in without)

    def reached(self, run: Run) -> list[Place]:
        """Return the places that `run` came to."""
        return [place for place in self.places if run.broken is None or place.index < run.broken]

    def enter(
        self,
        run: Run,
        broken: Mapping[int, list[NotebookNode]],
        examined: Sequence[Examined],
    ) -> None:
        """Enter what cells showed: those that ran, those that broke a run, and the tests."""
        stopped = error_output(run.why or KILLED, _STOPPED)
        for index, cell in self.code.items():
            cell.outputs = broken.get(index) or run.outputs.get(index, deepcopy(stopped))
            cell.execution_count = run.counts.get(index)
        for place in self.places:
            place.cell.outputs = deepcopy(stopped)
        for place, found in zip(self.reached(run), examined, strict=True):
            place.cell.outputs = found.outputs
            self._seconds[place.index] = found.seconds

    def outcome(self, usage: dict[str, Any], broken: bool) -> Outcome:
        """Return what was found; `broken` tells whether a cell broke a run."""
        cells = tuple(map(self._judged, self.places))
        names = {name for name, _ in self._errors()}
        ended = any(cell.state in _UNSETTLED for cell in cells)
        lasting = not broken and not ended and names.isdisjoint(("KeyboardInterrupt", TIMEOUT))
        return Outcome(self.notebook, cells, tuple(self._notices()), usage, lasting)

    def _judged(self, place: Place) -> CellOutcome:
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
            seconds=self._seconds.get(place.index, 0.0),
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
            refusal = f"{name} may not be used in the answers to this assignment"
            if any(value.startswith(refusal) for _, value in self._errors()):
                yield f"{refusal}, and was."

    def _errors(self) -> Iterator[tuple[str, str]]:
        """Yield the name and text of each error that the student's own cells showed."""
        for cell in self.code.values():
            for output in cell.outputs:
                if output.output_type == "error":
                    yield output.ename, output.evalue


def _test(cell: NotebookNode, job: Job, deadline: float) -> Test:
    return Test(
        grade_id=cell.metadata.nbgrader.grade_id,
        source=cell.source,
        probing=is_probing(cell.source),
        seconds=job.limits.cell_seconds,
        output_chars=job.limits.output_chars,
        latest=deadline,
    )


def _runnable(cell: NotebookNode) -> str:
    """Return the source of `cell`, or of one that says that it is too long."""
    if len(cell.source) <= _MOST_SOURCE:
        return cell.source
    return f"raise ValueError('a cell of {len(cell.source):,} characters is too long to be run')"
