"""From a case to a student's notebook, and from its results back to the case's word.

`grading.casefiles` has the format of a case; its names are exported here too.
"""

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from nbformat import NotebookNode

from grading.casefiles import (
    OTHERS,
    Answer,
    Case,
    CaseError,
    Expectation,
    load_case,
    load_cases,
)
from grading.results import CellResult, Notice

__all__ = [
    "Answer",
    "Case",
    "CaseError",
    "Expectation",
    "build_submission",
    "compare",
    "load_case",
    "load_cases",
    "reference_solution",
    "what_was_said",
]

SOLUTION_MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")


def build_submission(case: Case, source: NotebookNode, release: NotebookNode) -> NotebookNode:
    """Return the notebook that a student with the answers of `case` hands in.

    It is the released version, so no hidden test is in it, with each answer cell filled: from
    the case where it has an answer, else from the reference solution in `source`, or left as
    released if the case's base is the release.

    Raises:
        CaseError: when the case answers a cell that is no answer cell, or in the wrong language.
    """
    reference = {_grade_id(cell): cell for cell in source.cells if _is_answer(cell)}
    notebook = copy.deepcopy(release)
    left = dict(case.answers)
    for cell in notebook.cells:
        grade_id = _grade_id(cell)
        if not _is_answer(cell):
            if grade_id in left:
                raise CaseError(f"{case.name}: {grade_id} is locked; answer another cell")
        elif grade_id in left:
            cell.source = _fitting(case, grade_id, left.pop(grade_id), cell)
        elif case.base == "reference" and grade_id in reference:
            cell.source = reference_solution(reference[grade_id].source)
    if left:
        raise CaseError(
            f"{case.name}: no answer cell is called {', '.join(left)}; the assignment has "
            f"{', '.join(reference)}"
        )
    return notebook


def reference_solution(source: str) -> str:
    """Return a source cell's text as a student would have written it: without the marks.

    >>> reference_solution("### BEGIN SOLUTION\\nx = 1\\n### END SOLUTION")
    'x = 1'
    """
    return "\n".join(line for line in source.split("\n") if line.strip() not in SOLUTION_MARKS)


def compare(case: Case, cells: Sequence[CellResult], notices: Iterable[Notice] = ()) -> list[str]:
    """Return in words where the results of the case's student differ from what it declares.

    Results and notices of other students are passed over. An empty list means agreement.
    """
    own = [cell for cell in cells if cell.student == case.name]
    if not own:
        return [f"{case.name}: no result; it was not graded"]
    mismatches = [text for cell in own for text in _compare_cell(case, cell)]
    graded = {cell.cell for cell in own}
    mismatches += [
        f"{case.name}, {name}: declared, but no such cell was graded"
        for name in case.cells
        if name != OTHERS and name not in graded
    ]
    said = [notice.message for notice in notices if notice.student == case.name]
    if case.notice and not any(case.notice in message for message in said):
        told = " | ".join(said) or "nothing"
        mismatches.append(f"{case.name}: a notice with “{case.notice}” declared, got {told}")
    return mismatches


def _compare_cell(case: Case, cell: CellResult) -> list[str]:
    expected = case.expects(cell.cell)
    points, state = expected.resolve(cell.max_points)
    where = f"{case.name}, {cell.cell}"
    told = what_was_said(cell)
    mismatches = []
    if abs(cell.points - points) > 1e-6 or cell.state is not state:
        mismatches.append(
            f"{where}: declared {state} with {points:g} of {cell.max_points:g} points, "
            f"got {cell.state} with {cell.points:g}, saying “{told}”"
        )
    mismatches += [
        f"{where}: diagnosis “{text}” declared, got “{told}”"
        for text in expected.diagnosis
        if text not in told
    ]
    return mismatches


def what_was_said(cell: CellResult) -> str:
    """Return all that the student is told about a cell: its message and each failed check."""
    failed = [f"{check.name}: {check.message}" for check in cell.checks if not check.passed]
    return "\n".join([cell.message, *(text for text in failed if text not in cell.message)]).strip()


def _fitting(case: Case, grade_id: str, answer: Answer, cell: NotebookNode) -> str:
    if answer.markdown != (cell.cell_type == "markdown"):
        raise CaseError(f"{case.name}: {grade_id} is a {cell.cell_type} cell; write the answer so")
    return answer.text


def _nbgrader(cell: NotebookNode) -> dict[str, Any]:
    return cell.metadata.get("nbgrader", {})


def _grade_id(cell: NotebookNode) -> str | None:
    return _nbgrader(cell).get("grade_id")


def _is_answer(cell: NotebookNode) -> bool:
    return bool(_nbgrader(cell).get("solution"))
