"""The gradebook holds what nbgrader itself would have entered."""

import shutil
from datetime import datetime

import pytest

from grading.convert import convert
from grading.course import Course
from grading.release import release
from tests.grading.batch.conftest import dump
from tests.grading.conftest import answer, cell, grade, submit, to_bytes
from tests.grading.stock_nbgrader import STOCK

PENALTY = """
from nbgrader.plugins import LateSubmissionPlugin

class Half(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {"greedy": 100.0, "generous": -1.0, "none": None}.get(student_id, score / 2)

c.AssignLatePenalties.plugin_class = Half
"""


def by_nbgrader(course):
    from nbgrader.converters import Autograde

    convert(Autograde, course, course.directory(assignment_id="ps1"))


@pytest.fixture(params=["our engine", "stock engine"])
def engine(request):
    return STOCK if request.param == "stock engine" else None


@pytest.fixture
def pair(course, released, tmp_path):
    """Two copies of a course with a class of all sorts, and nbgrader's own grades in the second."""
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(PENALTY)
    course = Course(course.root)
    release(course, "ps1")
    with course.gradebook() as gradebook:
        gradebook.find_assignment("ps1").duedate = datetime(2026, 1, 1)
        gradebook.add_student("known")
        gradebook.db.commit()
    written = answer(released, double="return abs(2 * x)")
    cell(written, "why").source = "Because it is."
    submit(course, "right", to_bytes(answer(released)))
    submit(course, "known", to_bytes(written))
    submit(course, "untouched", to_bytes(released))
    for student in ("late", "greedy", "generous", "none"):
        submit(course, student, to_bytes(written))
        submit(course, student, b"2026-01-02 10:00:00 UTC", "timestamp.txt")
    submit(course, "early", to_bytes(written))
    submit(course, "early", b"2025-12-31 10:00:00 +0100", "timestamp.txt")
    shutil.copytree(course.root, tmp_path / "other")
    other = Course(tmp_path / "other")
    by_nbgrader(other)
    return course, other


def by_hand(course):
    """Give points, extra credit and comments by hand."""
    with course.gradebook() as gradebook:
        for student in ("right", "late"):
            gradebook.find_grade("why", "work", "ps1", student).manual_score = 3.5
            gradebook.find_grade("test_halve", "work", "ps1", student).manual_score = 0.5
            gradebook.find_grade("test_double", "work", "ps1", student).extra_credit = 0.25
            comment = gradebook.find_comment("why", "work", "ps1", student)
            comment.manual_comment = "Well said."
            gradebook.db.commit()
        gradebook.grant_extension("ps1", "late", hours=1)


def test_a_class_is_entered_as_by_nbgrader_and_regraded_too(pair, engine):
    ours, other = pair
    grade(ours, "ps1", engine=engine)
    assert dump(ours) == dump(other)
    assert dump(ours)["late", "ps1", "work"] == 1.5
    assert dump(ours)["greedy", "ps1", "work"] == 3.0
    for course in pair:
        by_hand(course)
    grade(ours, "ps1", engine=engine, force=True)
    by_nbgrader(other)
    assert dump(ours) == dump(other)
    assert dump(ours)["right", "ps1", "work", "grade", "why"][1] == 3.5
    assert dump(ours)["right", "ps1", "work", "grade", "test_halve"] == (2.0, 0.5, None, True)
    assert dump(ours)["right", "ps1", "work", "comment", "why"][1] == "Well said."
