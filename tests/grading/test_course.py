"""A course is found, its settings hold, and what does not fit it is said in one line."""

import pytest

from grading.course import Course, CourseError, find_course
from tests.grading.conftest import make_course, submit


def test_the_courses_own_settings_hold(tiny):
    assert tiny.coursedir.course_id == "tiny"
    assert tiny.coursedir.db_url == f"sqlite:///{tiny.root / 'gradebook.db'}"
    assert tiny.config.Execute.timeout == 3


def test_folders_follow_the_settings(tmp_path):
    make_course(tmp_path)
    with (tmp_path / "nbgrader_config.py").open("a") as file:
        file.write(
            "c.CourseDirectory.directory_structure = "
            "'{nbgrader_step}/{assignment_id}/{student_id}'\n"
            "c.CourseDirectory.submitted_directory = 'inbox'\n"
        )
    course = Course(tmp_path)
    (tmp_path / "inbox" / "ps1" / "ada").mkdir(parents=True)
    assert course.submissions("ps1") == ["ada"]


def test_the_root_may_be_set_in_the_settings(tmp_path):
    make_course(tmp_path / "real")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(tmp_path / 'real')!r}\n"
    )
    assert Course(tmp_path / "elsewhere").assignments() == ["ps1"]


def test_the_course_is_found_where_one_stands(tmp_path, monkeypatch):
    make_course(tmp_path / "course")
    monkeypatch.chdir(tmp_path)
    assert find_course().root == tmp_path / "course"
    monkeypatch.chdir(tmp_path / "course")
    assert find_course().root == tmp_path / "course"


def test_assignments_are_the_sources_with_notebooks(tiny, course):
    (course.path("source", assignment="empty")).mkdir()
    assert tiny.assignments() == course.assignments() == ["ps1"]


def test_submissions_are_folders(course):
    submit(course, "ada", b"")
    (course.path("submitted", "bob", "ps1").parent).mkdir()
    assert course.submissions("ps1") == ["ada"]


def error(call):
    with pytest.raises(CourseError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_folder(tmp_path):
    assert "no folder" in error(lambda: Course(tmp_path / "nowhere"))


def test_a_folder_without_settings(tmp_path):
    said = error(lambda: Course(tmp_path))
    assert "has no nbgrader_config.py" in said
    assert "--course DIR" in said


def test_no_course_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "--course DIR" in error(find_course)


def test_settings_with_a_mistake(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_confog()")
    assert "NameError: name 'get_confog'" in error(lambda: Course(tmp_path))


def test_an_unknown_assignment_is_told_the_known_ones(tiny):
    said = error(lambda: tiny.released("ps9"))
    assert "'ps9'" in said
    assert said.endswith("those there: ps1")


def test_an_assignment_not_yet_released(tmp_path):
    course = make_course(tmp_path)
    assert "run `adcourse release ps1`" in error(lambda: course.released("ps1"))


def test_nobody_submitted(tiny):
    assert "nobody has submitted ps1" in error(lambda: tiny.students("ps1"))


def test_a_student_who_did_not_submit(course):
    submit(course, "ada", b"")
    assert error(lambda: course.students("ps1", ["bob"])).endswith("those who have: ada")
