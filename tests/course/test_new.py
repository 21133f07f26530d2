"""A new assignment is sound from the first minute: every answer scores as its case says."""

import shutil

import nbformat
import pytest

from grading.cases import compare, load_cases
from grading.course import Course, CourseError
from grading.newassignment import new
from grading.release import form_mistakes, release
from grading.results import State
from tests.course.conftest import COURSE, grade, reference_of, submission_of


@pytest.fixture
def course(tmp_path):
    """This course, with nothing in it but its settings and its template."""
    root = tmp_path / "course"
    shutil.copytree(COURSE / "template", root / "template")
    (root / "source").mkdir()
    shutil.copy(COURSE / "source" / "header.ipynb", root / "source")
    shutil.copy(COURSE / "nbgrader_config.py", root)
    return Course(root)


def test_its_cases_score_as_they_declare(course):
    path, folder = new(course, "ps99")
    source = nbformat.read(path, as_version=4)
    assert form_mistakes(source) == []
    (result,) = grade("reference", reference_of(source), source)
    assert (result.state, result.points) == (State.PASSED, 16)
    cases = load_cases(folder)
    assert {case.kind for case in cases} == {"correct", "misconception", "empty"}
    for case in cases:
        assert compare(case, grade(case.name, submission_of(case, source), source)) == []


def test_it_can_be_released_and_bears_its_number(course):
    new(course, "ps99")
    folder = release(course, "ps99")
    text = (folder / "ps99.ipynb").read_text(encoding="utf-8")
    assert "Problem set 99" in text
    assert "NN" not in text
    assert "BEGIN" not in text


def test_nothing_is_overwritten(course):
    path, _ = new(course, "ps99")
    path.write_text("mine")
    with pytest.raises(CourseError, match="there already"):
        new(course, "ps99")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["", "../ps1", "PS 1", "ps-1", ".ps"])
def test_an_odd_name_is_refused(name, course):
    with pytest.raises(CourseError, match="small letters and digits"):
        new(course, name)


def test_a_course_without_a_template_is_told_what_to_do(course):
    shutil.rmtree(course.root / "template")
    with pytest.raises(CourseError, match="put one notebook"):
        new(course, "ps99")
