"""What lies in the submitted folder as if it were misplaced is told, with what to do about it."""

import os

import pytest

from grading.course import Course, CourseError
from grading.strays import strays
from tests.grading.conftest import make_course


@pytest.fixture
def inbox(tmp_path):
    """A course with the assignments ps1 and ps2, whose submitted folder is filled by name."""
    course = make_course(tmp_path)
    (course.root / "source" / "ps2").mkdir()
    (course.root / "source" / "ps2" / "work.ipynb").write_bytes(b"")

    def fill(*names):
        for name in names:
            path = course.root / "submitted" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"") if path.suffix else path.mkdir()
        return course

    return fill


@pytest.mark.parametrize("name", ["PS1", "ps01", "ps1 final", "ps1-Copy1", "Ps-1"])
def test_a_folder_of_nearly_the_name_is_told(name, inbox):
    course = inbox(f"dan/{name}", "dan/ps2")
    assert strays(course, "ps1") == {
        "dan": f"The folder submitted/dan/{name} belongs to no assignment and was not graded: "
        "if it is meant for ps1, rename it to submitted/dan/ps1."
    }
    assert strays(course, "ps2") == {}


def test_a_notebook_in_no_folder_is_told(inbox):
    assert strays(inbox("gus/my work.ipynb"), "ps1") == {
        "gus": "The notebook submitted/gus/my work.ipynb belongs to no assignment and was not "
        "graded: if it is meant for ps1, move it into submitted/gus/ps1."
    }


def test_a_student_without_any_known_folder_is_told_whatever_its_name(inbox):
    assert list(strays(inbox("hal/homework"), "ps1")) == ["hal"]


def test_what_is_no_mistake_is_not_told(inbox):
    course = inbox("ada/ps1", "bob/ps2", "cyd/ps1", "cyd/notes", "cyd/letter.txt", "dot/a.txt")
    assert strays(course, "ps1") == {}


def test_another_structure_of_folders_is_followed(inbox):
    course = inbox("PS1/dan", "ps2/dan")
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(
            "c.CourseDirectory.directory_structure = "
            "'{nbgrader_step}/{assignment_id}/{student_id}'\n"
        )
    found = strays(Course(course.root), "ps1")
    assert "rename it to submitted/ps1/dan" in found["dan"]


def test_who_asks_for_a_misplaced_submission_is_told(inbox):
    course = inbox("dan/PS1")
    for wanted in ([], ["dan"]):
        with pytest.raises(CourseError, match="rename it to submitted/dan/ps1") as error:
            course.students("ps1", wanted)
        assert "\n" not in str(error.value)
    with pytest.raises(CourseError, match=r"'dan' has not submitted ps1\. The folder"):
        inbox("ada/ps1").students("ps1", ["dan"])


@pytest.mark.parametrize(
    ("name", "shown"), [(".ada", ".ada"), (os.fsdecode(b"ad\xe9"), "ad\\udce9")]
)
def test_a_folder_whose_name_is_no_student_s_is_told_and_stops_nobody(name, shown, inbox):
    course = inbox(f"{name}/ps1", "bob/ps1", "bob/.ipynb_checkpoints", ".git/objects")
    assert course.students("ps1") == ["bob"]
    ((student, said),) = strays(course, "ps1").items()
    assert student == shown
    assert f"submitted/{shown} was not graded" in said
