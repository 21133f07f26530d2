"""Honest notebooks score here as they do under stock nbgrader; what differs is listed, and why.

Compared are the sample answers of every assignment and the notebooks with tests that nbgrader's
own package holds. Stock nbgrader takes seconds for each: a few run always, and all of them where
ADCOURSE_WHOLE is set.
"""

import os
from pathlib import Path

import nbformat
import nbgrader
import pytest
from nbgrader.utils import is_grade, is_solution

from grading.cases import build_submission, load_cases
from grading.engine import Job, Limits, Outcome, grade_notebook
from tests.course.conftest import ASSIGNMENTS, COURSE, release_of, source_of
from tests.grading.stock_nbgrader import STOCK

INSTALLED = Path(nbgrader.__file__).parent
HONEST = ("correct", "misconception", "partial", "empty")
ALWAYS = {
    *("right_with_recursion", "multiplies_paths", "half_way", "untouched"),
    *("submitted-changed", "side-effects", "autotest-simple-changed", "problem1"),
}
# What stock nbgrader scores otherwise, and why that is so.
DIFFERENCES = {
    "submitted-cheat-attempt": "no honest one",
    "submitted-cheat-attempt-alternative": "no honest one",
    "infinite-loop": "never ends, and fills what it prints into",
    "infinite-loop-with-output": "never ends, and fills what it prints into",
    "timeout": "waits for longer than a test may",
    "too-new": "in a format that nobody reads",
    "test-v0-invalid": "no valid notebook",
    "duplicate-grade-ids": "no valid assignment",
    "blank-grade-id": "no valid assignment",
    "blank-points": "no valid assignment",
}


def is_tested(cell: nbformat.NotebookNode) -> bool:
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def installed() -> dict[str, Path]:
    """Return the notebooks with tests that nbgrader's package holds, by name."""
    found = {}
    for path in sorted(INSTALLED.rglob("*.ipynb")):
        if path.stem in DIFFERENCES or path.stem in found or "checkpoints" in str(path):
            continue
        try:
            notebook = nbformat.read(path, as_version=4)
        except Exception:
            continue
        if any(map(is_tested, notebook.cells)):
            found[path.stem] = path
    return found


def cases() -> list:
    return [
        pytest.param(assignment, case, id=case.name)
        for assignment in ASSIGNMENTS
        for case in load_cases(COURSE / "cases" / assignment)
        if case.kind in HONEST and wanted(case.name)
    ]


def wanted(name: str) -> bool:
    return name in ALWAYS or bool(os.environ.get("ADCOURSE_WHOLE"))


def scores(work, notebook: nbformat.NotebookNode) -> dict[str, float]:
    job = Job(notebook, limits=Limits(cell_seconds=10, notebook_seconds=120))
    return {cell.grade_id: cell.points for cell in Outcome.from_bytes(work(job.to_bytes())).cells}


@pytest.mark.parametrize(("assignment", "case"), cases())
def test_a_sample_answer_scores_alike(assignment, case):
    source = source_of(assignment)
    notebook = build_submission(case, source, release_of(source))
    whole = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if is_tested(cell)
    }
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = whole.get(grade_id, cell.source)
    assert scores(grade_notebook, notebook) == scores(STOCK.work, notebook)


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=name) for name, path in installed().items() if wanted(name)]
)
def test_a_notebook_of_nbgrader_s_scores_alike(path):
    notebook = nbformat.read(path, as_version=4)
    assert scores(grade_notebook, notebook) == scores(STOCK.work, notebook)


def test_every_difference_is_about_a_notebook_that_is_there():
    there = {path.stem for path in INSTALLED.rglob("*.ipynb")}
    assert DIFFERENCES.keys() <= there
