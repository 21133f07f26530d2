"""Submissions that went wrong on their way: cut off, outdated, tampered with."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from grading.cases import Case, Expectation, build_submission
from grading.results import State


def spoilt_submissions(
    cases: Sequence[Case], source: NotebookNode, release: NotebookNode
) -> Iterator[tuple[Case, bytes]]:
    """Yield spoilt submissions of an assignment: what each must score, and the file's content.

    What untouched answers must score is taken from the case of kind "empty" in `cases`, if any.
    """
    solved = build_submission(_case("", ""), source, release)
    yield (
        _case(
            "spoilt-cut-off",
            "A right notebook whose upload broke off",
            notice="cut off",
            cells={"*": Expectation(0.0, State.MISSING, ("cut off",))},
        ),
        _cut_off(nbformat.writes(solved)).encode(),
    )
    yield (
        _case("spoilt-old-format", "A right notebook in the format of 2013", notice="old format 3"),
        nbformat.writes(nbformat.convert(copy.deepcopy(solved), 3), version=3).encode(),
    )
    yield (
        _case(
            "spoilt-lost-test", "A right notebook with its first test deleted", notice="put back"
        ),
        _bytes(_without_first_test(solved)),
    )
    untouched = next((case.cells for case in cases if case.kind == "empty"), None)
    yield (
        _case(
            "spoilt-edited",
            "Nothing answered; the tests give all points, and each is worth ten times as much",
            notice="Test cells were edited",
            cells=untouched or {"*": Expectation(0.0, State.FAILED)},
        ),
        _bytes(_tampered(release)),
    )


def _case(name: str, title: str, **what: object) -> Case:
    case = Case(name, title, kind="hostile", why="What arrives is not always what was handed out.")
    return replace(case, **what)


def _bytes(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode()


def _cut_off(text: str) -> str:
    return text[: len(text) * 2 // 3]


def _is_test(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def _without_first_test(notebook: NotebookNode) -> NotebookNode:
    lessened = copy.deepcopy(notebook)
    lessened.cells.remove(next(cell for cell in lessened.cells if _is_test(cell)))
    return lessened


def _tampered(notebook: NotebookNode) -> NotebookNode:
    """Return `notebook` with each test replaced by a number, which nbgrader takes as the score."""
    edited = copy.deepcopy(notebook)
    for cell in edited.cells:
        if _is_test(cell):
            cell.metadata.nbgrader.points *= 10
            cell.source = repr(float(cell.metadata.nbgrader.points))
    return edited
