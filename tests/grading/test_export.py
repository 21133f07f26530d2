"""The gradebook leaves as a table."""

import csv

import pytest

from grading.course import CourseError
from grading.export import export


def test_every_student_has_a_row(classroom, tmp_path):
    course, grading = classroom
    path = export(course, tmp_path / "new" / "grades.csv")
    with path.open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {cell.student for cell in grading.cells}
    assert (rows["partial"]["score"], rows["partial"]["max_score"]) == ("3.0", "9.0")
    assert rows["empty"]["score"] == "0.0"


def test_an_unknown_assignment_is_an_error(classroom, tmp_path):
    with pytest.raises(CourseError, match="'ps9'"):
        export(classroom[0], tmp_path / "grades.csv", ["ps9"])
