"""Collecting what grading left behind: points from the gradebook, reasons from the notebooks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, GradeCell, MissingEntry, SubmittedNotebook

from grading.autograded import Record, autograded_path, record_of
from grading.checks import MIME_TYPE, NOT_WRITTEN, Result
from grading.course import Course
from grading.execute import KILLED, TIMEOUT
from grading.repairing import grade_id
from grading.results import CellResult, Grading, Notice, State
from grading.strays import strays
from grading.unrun import explained, why_undefined

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
MAX_MESSAGE = 500


@dataclass(frozen=True)
class Total:
    """The points of one submission in the gradebook, and the cells that wait for a human."""

    points: float
    max_points: float
    by_hand: int


def collect(course: Course, assignment: str, students: Sequence[str] | None = None) -> Grading:
    """Return what the gradebook and the autograded notebooks say about `students`.

    Without `students` about everyone who submitted, and about submissions that look misplaced.
    """
    cells: list[CellResult] = []
    notices: list[Notice] = []
    if students is None:
        students = course.students(assignment)
        notices += [Notice(name, "", said) for name, said in strays(course, assignment).items()]
    with course.gradebook() as gradebook:
        for student in students:
            for book in _notebooks(gradebook, assignment, student):
                path = autograded_path(course, student, assignment, book.name)
                notebook, record = record_of(path)
                cells += _cells(book, student, notebook, record)
                said = [*record.notices, *_scored_by_hand(book)]
                notices += [Notice(student, book.name, text) for text in said]
    return Grading(tuple(cells), tuple(notices))


def totals(course: Course, assignment: str, students: Sequence[str]) -> dict[str, Total]:
    """Return the total of each of `students` who is in the gradebook."""
    found = {}
    with course.gradebook() as gradebook:
        for student in students:
            books = _notebooks(gradebook, assignment, student)
            if books:
                waiting = sum(grade.needs_manual_grade for book in books for grade in book.grades)
                found[student] = Total(
                    sum(book.score for book in books),
                    sum(book.max_score for book in books),
                    waiting,
                )
    return found


def _notebooks(gradebook: Gradebook, assignment: str, student: str) -> list[SubmittedNotebook]:
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return []
    return sorted(submission.notebooks, key=lambda book: book.name)


def _tested(book: SubmittedNotebook) -> list[Grade]:
    """Return the grades of a notebook's test cells."""
    written = {cell.name for cell in book.notebook.solution_cells}
    return [
        grade
        for grade in book.grades
        if isinstance(grade.cell, GradeCell)
        and grade.cell.cell_type == "code"
        and grade.name not in written
    ]


def _scored_by_hand(book: SubmittedNotebook) -> list[str]:
    """Say which tests' points were set by hand: these stay, whatever is submitted later."""
    by_hand = [
        f"{grade.name} {grade.manual_score:g} (automatic {grade.auto_score or 0:g})"
        for grade in _tested(book)
        if grade.manual_score is not None
    ]
    return [f"Scored by hand: {', '.join(by_hand)}."] if by_hand else []


def _cells(
    book: SubmittedNotebook, student: str, notebook: NotebookNode | None, record: Record
) -> list[CellResult]:
    """Return the autograded cells of one notebook, in its order."""
    ran = {grade_id(cell): cell for cell in notebook.cells} if notebook else {}
    order = list(ran)
    grades = _tested(book)
    grades.sort(key=lambda grade: order.index(grade.name) if grade.name in ran else len(order))
    above = notebook.cells if notebook else []
    return [
        _cell(grade, student, book.name, ran.get(grade.name), record, above) for grade in grades
    ]


def _cell(
    grade: Grade,
    student: str,
    notebook: str,
    cell: NotebookNode | None,
    record: Record,
    cells: Sequence[NotebookNode],
) -> CellResult:
    points, most = float(grade.score), float(grade.max_score)
    checks: tuple[Result, ...] = ()
    if record.state is not None:
        state, message = record.state, record.reason
    elif cell is None:
        state, message = State.MISSING, "the cell is not in the autograded notebook"
    else:
        state, message, checks = judge(cell.outputs, points, most)
        said = [check.message for check in checks if not check.passed] or [message]
        why = why_undefined(cells, cell, said)
        if why is not None:
            checks = explained(checks, why)
            message = _failures(checks) or why
    if grade.manual_score is not None:
        tests = f"the tests gave {grade.auto_score or 0:g}: {message}".rstrip(": ")
        state, message = _by_points(points, most), f"points set by hand; {tests}"
    return CellResult(
        student, notebook, grade.name, points, most, state, message[:MAX_MESSAGE], checks
    )


def judge(
    outputs: Sequence[NotebookNode], points: float, max_points: float
) -> tuple[State, str, tuple[Result, ...]]:
    """Say from a test cell's outputs how it ended, why, and what its checks found."""
    for output in outputs:
        if output.output_type == "error":
            return *_error(outputs), ()
    checks = tuple(check for output in outputs for check in _checks(output))
    state = _by_points(points, max_points)
    if state is State.PASSED:
        return state, "", checks
    failed = _failures(checks)
    if failed:
        return state, failed, checks
    printed = [out.text for out in outputs if out.output_type == "stream" and out.name == "stderr"]
    if printed:
        return state, f"the cell wrote to the error stream: {_line(''.join(printed))}", checks
    return state, f"{points:g} of {max_points:g} points", checks


def _failures(checks: Sequence[Result]) -> str:
    """Return what the failed ones of `checks` say, those that say the same together."""
    said: dict[str, list[str]] = {}
    for check in checks:
        if not check.passed:
            said.setdefault(check.message, []).append(check.name)
    return "; ".join(f"{', '.join(names)}: {message}" for message, names in said.items())


def _error(outputs: Sequence[NotebookNode]) -> tuple[State, str]:
    """Return the state and message of a cell that raised."""
    errors = {out.ename: out for out in outputs if out.output_type == "error"}
    if KILLED in errors:
        return State.KILLED, _line(errors[KILLED].evalue)
    if TIMEOUT in errors or "KeyboardInterrupt" in errors:
        why = errors[TIMEOUT].evalue if TIMEOUT in errors else ""
        return State.TIMEOUT, _line(why) or "took longer than a cell may and was stopped"
    name, error = next(iter(errors.items()))
    if name == "NotImplementedError":
        return State.FAILED, NOT_WRITTEN
    if name == "AssertionError":
        return State.FAILED, _line(error.evalue) or _failed_line(error.traceback)
    return State.ERROR, f"raised {name}: {_line(error.evalue)}".rstrip(": ")


def _failed_line(traceback: Sequence[str]) -> str:
    """Return the line of the test cell to which IPython's traceback points."""
    for line in _ANSI.sub("", "\n".join(traceback)).splitlines():
        if re.match(r"-+> \d+ ", line):
            return "this does not hold: " + line.split(maxsplit=2)[-1]
    return "an assertion does not hold"


def _checks(output: NotebookNode) -> list[Result]:
    """Return the named checks that a score shows, or none where it is not well formed."""
    shown: Any = output.get("data", {}).get(MIME_TYPE)
    try:
        return [
            Result(
                str(check["name"]),
                float(check["points"]),
                bool(check["passed"]),
                bool(check["hidden"]),
                str(check["message"])[:MAX_MESSAGE],
            )
            for check in shown["checks"]
        ]
    except (KeyError, TypeError, ValueError):
        return []


def _by_points(points: float, max_points: float) -> State:
    if points >= max_points:
        return State.PASSED
    return State.PARTIAL if points > 0 else State.FAILED


def _line(text: str) -> str:
    """Return the first line of `text` that says something, without colours."""
    lines = [line.strip() for line in _ANSI.sub("", text).splitlines()]
    return next((line for line in lines if line), "")
