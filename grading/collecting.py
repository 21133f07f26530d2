"""Collecting what grading left behind: points from the gradebook, reasons from the notebooks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.autograded import Record, autograded_path, read_record
from grading.course import Course
from grading.engine.job import CellOutcome
from grading.engine.judging import MAX_MESSAGE, by_points
from grading.points import Points, read_points
from grading.results import CellResult, Grading, Notice, State
from grading.strays import strays

ELSEWHERE = "graded by another program, which left no reasons"

Reader = Callable[[Path, str], Record]


@dataclass(frozen=True)
class Total:
    """The points of one submission in the gradebook, and the cells that wait for a human."""

    points: float
    max_points: float
    by_hand: int


def _read(path: Path, student: str) -> Record:
    return read_record(path)


def collect(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    record_at: Reader = _read,
) -> Grading:
    """Return what the gradebook and the autograded notebooks say about `students`.

    Without `students` about everyone who submitted, and about submissions that look misplaced.
    `record_at` reads what is noted in the autograded notebook at a path, of a student.
    """
    cells: list[CellResult] = []
    notices: list[Notice] = []
    if students is None:
        students = course.students(assignment)
        notices += [Notice(name, "", said) for name, said in strays(course, assignment).items()]
    for student, books in read_points(course, assignment, students).items():
        for name, points in books.items():
            record = record_at(autograded_path(course, student, assignment, name), student)
            cells += _cells(points, student, name, record)
            said = [*record.notices, *_scored_by_hand(points)]
            notices += [Notice(student, name, text) for text in said]
    return Grading(tuple(cells), tuple(notices))


def totals(course: Course, assignment: str, students: Sequence[str]) -> dict[str, Total]:
    """Return the total of each of `students` who is in the gradebook."""
    return {
        student: total(books)
        for student, books in read_points(course, assignment, students).items()
    }


def total(books: Mapping[str, Sequence[Points]]) -> Total:
    """Return the total of one submission's notebooks."""
    cells = [cell for points in books.values() for cell in points]
    return Total(
        sum(cell.points for cell in cells),
        sum(cell.max_points for cell in cells),
        sum(cell.waits for cell in cells),
    )


def _scored_by_hand(points: Sequence[Points]) -> list[str]:
    """Say which tests' points were set by hand: these stay, whatever is submitted later."""
    by_hand = [
        f"{cell.cell} {cell.by_hand:g} (automatic {cell.auto or 0:g})"
        for cell in points
        if cell.tested and cell.by_hand is not None
    ]
    return [f"Scored by hand: {', '.join(by_hand)}."] if by_hand else []


def _cells(
    points: Sequence[Points], student: str, notebook: str, record: Record
) -> list[CellResult]:
    """Return the tested cells of one notebook, in its order."""
    ran = {cell.grade_id: cell for cell in record.cells}
    order = {name: index for index, name in enumerate(ran)}
    tested = [cell for cell in points if cell.tested]
    tested.sort(key=lambda cell: order.get(cell.cell, len(order)))
    return [_cell(cell, student, notebook, ran.get(cell.cell), record) for cell in tested]


def _cell(
    cell: Points, student: str, notebook: str, outcome: CellOutcome | None, record: Record
) -> CellResult:
    points, most = cell.points, cell.max_points
    if record.state is not None:
        state, message = record.state, record.reason
    elif outcome is not None:
        state, message = outcome.state, outcome.message
    elif cell.auto is None:
        state, message = State.MISSING, "the cell is not in the autograded notebook"
    else:
        state, message = by_points(points, most), ELSEWHERE
    if cell.by_hand is not None:
        tests = f"the tests gave {cell.auto or 0:g}: {message}".rstrip(": ")
        state, message = by_points(points, most), f"points set by hand; {tests}"
    return CellResult(
        student,
        notebook,
        cell.cell,
        points,
        most,
        state,
        message[:MAX_MESSAGE],
        outcome.checks if outcome else (),
        outcome.seconds if outcome else 0.0,
        outcome.forgeable if outcome else False,
        str(record.usage.get("tier", "")),
    )
