"""A course graded by a fake engine, and what its gradebook holds, to be compared."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode

from grading.batch import run
from grading.course import Course
from tests.grading.batch.fake import FAKE, LOG
from tests.grading.conftest import answer, cell, submit, to_bytes

grade = functools.partial(run.grade, engine=FAKE, workers=2)


def dump(course: Course) -> dict:
    """Return all that grading enters into the gradebook, without the random ids."""
    found = {}
    with course.gradebook() as gradebook:
        for student in gradebook.students:
            for submission in student.submissions:
                where = (student.id, submission.assignment.name)
                found[where] = submission.timestamp
                for book in submission.notebooks:
                    found[(*where, book.name)] = book.late_submission_penalty
                    for grade in book.grades:
                        found[(*where, book.name, "grade", grade.name)] = (
                            grade.auto_score,
                            grade.manual_score,
                            grade.extra_credit,
                            grade.needs_manual_grade,
                        )
                    for comment in book.comments:
                        found[(*where, book.name, "comment", comment.name)] = (
                            comment.auto_comment,
                            comment.manual_comment,
                        )
    return found


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """A function that returns the test cells that the fake engine ran since it was last asked."""
    path = tmp_path / "fake.log"
    monkeypatch.setenv(LOG, str(path))

    def lines() -> list[str]:
        found = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return found

    return lines


@pytest.fixture
def hand_in(course: Course, released: NotebookNode) -> Callable:
    """A function that hands in a student's notebook with orders to the fake engine."""

    def put(student: str, *orders: str, name: str = "work.ipynb") -> None:
        notebook = answer(released)
        lines = "".join(f"\n# fake: {order}" for order in orders)
        cell(notebook, "double").source += lines
        submit(course, student, to_bytes(notebook), name)

    return put
