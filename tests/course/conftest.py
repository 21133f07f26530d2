"""A grader for tests only: runs notebooks in this process, a second for a class.

The real grader's engines are tested under tests/grading and by the demo. Here the question is
whether an assignment's tests judge its cases as these declare, so speed counts and safety does
not: every answer run here stands in this repository. Cases that never return are left out.
"""

import ast
import contextlib
import io
import linecache
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pytest
from matplotlib import pyplot
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grading.audit.form import graded_cells
from grading.cases import (
    Answer,
    Case,
    CaseError,
    build_submission,
    load_cases,
    reference_solution,
)
from grading.checks import NOT_WRITTEN, Score
from grading.course import Course
from grading.itemanalysis import diagnoses
from grading.release import student_version
from grading.results import CellResult, State
from grading.unrun import explained, why_undefined

COURSE = Path(__file__).resolve().parents[2] / "course"
ASSIGNMENTS = sorted(path.parent.name for path in COURSE.glob("source/*/*.ipynb"))


def source_of(assignment: str) -> NotebookNode:
    """Return the one notebook of an assignment, as the author wrote it."""
    (path,) = (COURSE / "source" / assignment).glob("*.ipynb")
    return nbformat.read(path, as_version=4)


def release_of(source: NotebookNode) -> NotebookNode:
    """Return the student version, made by the same steps of nbgrader that release it."""
    return student_version(Course(COURSE), source)


def id_of(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def cell_of(source: NotebookNode, name: str) -> NotebookNode:
    """Return the cell of a notebook that has this grade id."""
    (cell,) = [cell for cell in source.cells if id_of(cell) == name]
    return cell


def lesson_of(assignment: str) -> str:
    """Return all that the lesson of an assignment shows: its cells, and the text they put out."""
    (path,) = (COURSE.parent / "notebooks").glob(f"{assignment.removeprefix('ps')}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "\n".join(
        [cell.source for cell in cells]
        + [out.get("text", "") + out.get("data", {}).get("text/plain", "") for out in outputs]
    )


def copied(source: str, lesson: str) -> set[float]:
    """Return the numbers of three decimals or more in `source` that the lesson shows to four."""
    numbers = {float(number) for number in re.findall(r"\d\.\d{3,}", source)}
    return {number for number in numbers if f"{number:.4f}" in lesson}


def grade(
    student: str,
    submission: NotebookNode,
    source: NotebookNode,
    errors: list[Exception] | None = None,
) -> list[CellResult]:
    """Run `submission` with the test cells of `source`, and return how each of them ended.

    As in nbgrader an error ends its cell, not the notebook; `errors` takes what was raised
    outside the test cells.
    """
    tests = {id_of(cell): cell for cell in graded_cells(source)}
    namespace: dict[str, Any] = {"__name__": "__main__"}
    results = []
    with _quiet():
        for cell in submission.cells:
            if cell.cell_type != "code":
                continue
            if id_of(cell) in tests:
                result = _judge(student, tests[id_of(cell)], namespace)
                results.append(_explained(result, submission.cells, cell))
            else:
                try:
                    run(cell.source, namespace)
                except Exception as error:
                    name, text = type(error).__name__, str(error)
                    cell.outputs = [new_output("error", ename=name, evalue=text, traceback=[])]
                    if errors is not None:
                        errors.append(error)
    return results


def run(source: str, namespace: dict[str, Any]) -> Any:
    """Run a cell and return its last line's value, as a notebook would show it."""
    name = f"<cell {hash(source)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    body = ast.parse(source, name).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), name, "exec"), namespace)
    return last and eval(compile(ast.Expression(last.value), name, "eval"), namespace)


def _judge(student: str, cell: NotebookNode, namespace: dict[str, Any]) -> CellResult:
    most = float(cell.metadata.nbgrader.points)
    score, message, state = None, "", None
    try:
        score = run(cell.source, namespace)
        assert isinstance(score, Score), f"the cell ends in {score!r}, not in checks.score()"
        assert score.total == most, f"Checks({score.total:g}) in a cell of {most:g} points"
    except NotImplementedError:
        state, message = State.FAILED, NOT_WRITTEN
    except Exception as error:
        state, message = State.ERROR, f"raised {type(error).__name__}: {error}"
    points = float(score) if state is None else 0.0
    if state is None:
        state = State.PASSED if points == most else State.PARTIAL if points else State.FAILED
        message = score.failures()
    checks = score.results if isinstance(score, Score) else ()
    return CellResult(student, "notebook", id_of(cell), points, most, state, message, checks)


def _explained(result: CellResult, cells: list[NotebookNode], test: NotebookNode) -> CellResult:
    """Return the result with the reason for a name that is not defined, as the grader gives it."""
    said = [check.message for check in result.checks if not check.passed] or [result.message]
    why = why_undefined(cells, test, said)
    return replace(result, checks=explained(result.checks, why), message=why) if why else result


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Draw figures nowhere, and keep what the answers print out of the test report."""
    backend = matplotlib.get_backend()
    pyplot.switch_backend("Agg")
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        pyplot.close("all")
        pyplot.switch_backend(backend)


def cases_of(assignment: str) -> list[Case]:
    """Return the cases that may be run in this process: those that end."""
    try:
        return [case for case in load_cases(COURSE / "cases" / assignment) if case.kind != "slow"]
    except CaseError as error:
        pytest.fail(str(error))


def submission_of(case: Case, source: NotebookNode) -> NotebookNode:
    """Return the notebook that a student with the answers of `case` hands in."""
    return build_submission(case, source, release_of(source))


def earned_alone(source: NotebookNode, *answers: str) -> list[str]:
    """Return the test cells with full marks where only these answers are written, by the author."""
    only = {name: Answer(reference_solution(cell_of(source, name).source)) for name in answers}
    case = Case("alone", "", "partial", "", base="release", answers=only)
    results = grade("alone", submission_of(case, source), source)
    return [result.cell for result in results if result.points == result.max_points]


def findings(results: Iterable[Sequence[CellResult]]) -> set[str]:
    """Return what a class report would find in the results of several submissions."""
    return {item.finding for cells in results for item in diagnoses(cells)}


def reference_of(source: NotebookNode) -> NotebookNode:
    """Return the notebook of a student who answers everything as its author does."""
    return submission_of(Case("reference", "", "correct", ""), source)
