"""The gradebook leaves as a table."""

import csv

import pytest

from grading.course import CourseError
from grading.export import export, reservations
from tests.grading.conftest import answer, cell, grade, submit, to_bytes


def test_every_student_has_a_row(classroom, tmp_path):
    course, grading = classroom
    path = export(course, tmp_path / "grades.csv")
    with path.open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {cell.student for cell in grading.cells}
    assert (rows["partial"]["score"], rows["partial"]["max_score"]) == ("3.0", "9.0")
    assert rows["empty"]["score"] == "0.0"


def test_an_unknown_assignment_is_an_error(classroom, tmp_path):
    with pytest.raises(CourseError, match="'ps9'"):
        export(classroom[0], tmp_path / "grades.csv", ["ps9"])


def test_before_any_grading_there_is_nothing_to_export(course, tmp_path):
    with pytest.raises(CourseError, match="nobody is graded yet: run `adcourse grade PS`"):
        export(course, tmp_path / "grades.csv")
    with pytest.raises(CourseError, match="graded in ps1 yet: run `adcourse grade ps1`"):
        export(course, tmp_path / "grades.csv", ["ps1"])
    assert not (tmp_path / "grades.csv").exists()


def test_a_zero_that_nobody_earned_is_told(course, released):
    unread = answer(released)
    cell(unread, "why").source = "Because it is."
    submit(course, "ada", to_bytes(unread))
    submit(course, "bob", b"")
    submit(course, "cyd", to_bytes(answer(released)))
    grade(course, "ps1")
    assert reservations(course) == [
        "1 notebook has cells to grade by hand, which count 0 until then: ada/ps1/work",
        "1 notebook counts 0 because nothing could be graded: bob/ps1/work",
    ]
