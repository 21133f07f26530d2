"""The student version holds no solution and no hidden test."""

from copy import deepcopy

import nbformat
import pytest

from grading.course import CourseError
from grading.release import form_mistakes, release
from tests.grading.conftest import cell, make_course, source_notebook


def test_no_solution_and_no_hidden_test_is_released(released):
    text = nbformat.writes(released)
    for secret in ("SOLUTION", "HIDDEN", "return 2 * x", "negative", "halve(-4)", "Because."):
        assert secret not in text
    assert "NotImplementedError" in cell(released, "double").source


def test_the_gradebook_knows_the_points(tiny):
    with tiny.gradebook() as gradebook:
        assert gradebook.find_assignment("ps1").max_score == 9


def test_a_second_release_replaces_the_first(course):
    path = course.path("source", assignment="ps1") / "work.ipynb"
    source = source_notebook()
    cell(source, "intro").source = "# Tiny, second edition"
    nbformat.write(source, path)
    folder = release(course, "ps1")
    assert "second edition" in (folder / "work.ipynb").read_text(encoding="utf-8")


def test_well_formed_tests_have_no_mistakes():
    assert form_mistakes(source_notebook()) == []


def test_points_that_disagree_are_refused(tmp_path):
    course = make_course(tmp_path)
    source = source_notebook()
    cell(source, "test_double").metadata.nbgrader["points"] = 5
    nbformat.write(source, course.path("source", assignment="ps1") / "work.ipynb")
    with pytest.raises(CourseError, match=r"'test_double' says Checks\(3\) but is worth 5 points"):
        release(course, "ps1")
    assert not course.path("release", assignment="ps1").exists()


def test_a_cell_must_end_in_its_score():
    source = source_notebook()
    cell(source, "test_double").source += "\nprint('done')"
    assert form_mistakes(source) == ["cell 'test_double' must end in the line `checks.score()`"]


def test_what_nbgrader_refuses_is_said_in_one_line(tmp_path):
    course = make_course(tmp_path)
    source = source_notebook()
    source.cells.append(deepcopy(cell(source, "double")))
    source.cells[-1].id = "another"
    nbformat.write(source, course.path("source", assignment="ps1") / "work.ipynb")
    with pytest.raises(CourseError) as caught:
        release(course, "ps1")
    said = "ps1 cannot be released: ValidationError: Duplicate grade id: double"
    assert str(caught.value) == said
