"""A class is graded whatever becomes of the engine, its workers, the disk and other programs."""

import os
import shutil
import sqlite3
import threading
import time

import pytest

from grading.autograded import autograded_path, read_record
from grading.batch import staging, writing
from grading.batch.lock import locked
from grading.batch.settings import AdCourse, settings_of
from grading.collecting import collect, totals
from grading.course import Course, CourseError
from grading.results import State
from tests.grading.batch.conftest import dump, grade
from tests.grading.conftest import make_course, submit


def states(grading):
    return {(c.student, c.cell): (c.points, c.state) for c in grading.cells}


def test_points_states_and_walls_are_recorded(course, hand_in):
    hand_in("ada", "points test_double 1")
    grading = grade(course, "ps1")
    assert states(grading) == {
        ("ada", "test_double"): (1.0, State.PARTIAL),
        ("ada", "test_halve"): (2.0, State.PASSED),
    }
    assert {(c.seconds, c.forgeable, c.tier) for c in grading.cells} == {(0.01, False, "fake")}
    record = read_record(autograded_path(course, "ada", "ps1", "work"))
    assert record.usage["peak_memory_bytes"] == 50_000_000
    assert collect(course, "ps1").cells == grading.cells


def test_an_engine_that_dies_or_fails_at_a_notebook_is_noted_and_costs_nobody_else(course, hand_in):
    hand_in("ada")
    hand_in("bob", "exit")
    hand_in("cyd", "raise")
    hand_in("dan")
    grading = grade(course, "ps1")
    assert {s for s, (points, _) in states(grading).items() if points} == {
        (student, cell) for student in ("ada", "dan") for cell in ("test_double", "test_halve")
    }
    assert states(grading)["bob", "test_halve"] == (0.0, State.KILLED)
    said = {c.student: c.message for c in grading.cells if c.cell == "test_double"}
    assert "the grader's own process ended at it, twice" in said["bob"]
    assert said["cyd"] == "The notebook could not be graded: RuntimeError: the engine is broken"
    assert totals(course, "ps1", ["bob"])["bob"].by_hand == 1


def test_a_notebook_graded_without_walls_is_graded_again_behind_walls(course, hand_in):
    hand_in("ada")
    grading = grade(course, "ps1", tier="none")
    assert {c.tier for c in grading.cells} == {"none"}
    assert grade(course, "ps1", tier="none").run == ()
    assert grade(course, "ps1").run == ("ada",)
    assert grade(course, "ps1", tier="none").run == ()


def test_another_time_limit_is_another_way_of_grading(course, hand_in):
    hand_in("ada")
    grade(course, "ps1")
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write("c.AdCourse.cell_seconds = 77\n")
    assert grade(Course(course.root), "ps1").run == ("ada",)


def test_settings_are_read_from_where_they_were_before(tmp_path):
    course = make_course(tmp_path)
    assert settings_of(course).limits().cell_seconds == 3
    with (tmp_path / "nbgrader_config.py").open("a") as file:
        file.write("c.GradingExecute.notebook_timeout = 50\nc.AdCourse.memory_mb = 10\n")
    limits = settings_of(Course(tmp_path)).limits()
    assert (limits.notebook_seconds, limits.memory_bytes) == (50, 10 << 20)
    with (tmp_path / "nbgrader_config.py").open("a") as file:
        file.write("c.AdCourse.cell_seconds = 'soon'\n")
    with pytest.raises(CourseError, match="cell_seconds"):
        settings_of(Course(tmp_path))
    assert all(trait.help for trait in AdCourse.class_traits(config=True).values())


def test_two_graders_at_once_on_one_course_are_one_too_many(course, hand_in):
    hand_in("ada")
    with locked(course), pytest.raises(CourseError, match=rf"process {os.getpid()}.* wait until"):
        grade(course, "ps1")
    grade(course, "ps1")


def test_a_lock_file_left_behind_holds_nobody_up(course, hand_in):
    hand_in("ada")
    (course.root / ".adcourse").mkdir(exist_ok=True)
    (course.root / ".adcourse" / "lock").write_text("")
    (course.root / ".adcourse" / "lock.pid").write_text("1")
    assert grade(course, "ps1").run == ("ada",)


def test_a_gradebook_locked_for_a_while_is_waited_for(course, hand_in):
    hand_in("ada")
    other = sqlite3.connect(course.root / "gradebook.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(8.0, other.rollback)
    timer.start()
    begun = time.monotonic()
    grading = grade(course, "ps1")
    timer.join()
    assert time.monotonic() - begun > 7.5
    assert states(grading)["ada", "test_halve"] == (2.0, State.PASSED)


def test_a_gradebook_locked_for_too_long_is_told_and_nothing_is_lost(course, hand_in, monkeypatch):
    hand_in("ada")
    grade(course, "ps1")
    before = dump(course)
    hand_in("ada", "points test_double 0")
    monkeypatch.setattr(writing, "WAIT", 0.2)
    other = sqlite3.connect(course.root / "gradebook.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CourseError, match=r"in use by another program.*what was graded is kept"):
        grade(course, "ps1")
    other.rollback()
    other.close()
    assert dump(course) == before
    assert states(collect(course, "ps1"))["ada", "test_double"] == (3.0, State.PASSED)
    assert grade(course, "ps1").run == ("ada",)


def test_a_full_disk_is_told_and_nothing_is_lost(course, hand_in, monkeypatch):
    hand_in("ada")
    grade(course, "ps1")
    before = dump(course)
    hand_in("ada", "points test_double 0")

    def full(self, notebooks):
        (self.fresh).mkdir(parents=True)
        (self.fresh / "work.ipynb").write_text("{")
        raise OSError(28, "No space left on device", str(self.fresh / "work.ipynb"))

    with monkeypatch.context() as patch:
        patch.setattr(staging.Stage, "write", full)
        with pytest.raises(OSError, match="No space left"):
            grade(course, "ps1")
    assert dump(course) == before
    assert states(collect(course, "ps1"))["ada", "test_double"] == (3.0, State.PASSED)
    assert [path.name for path in course.path("autograded", "ada").iterdir()] == ["ps1"]
    assert states(grade(course, "ps1"))["ada", "test_double"] == (0.0, State.FAILED)


def test_points_that_cannot_be_kept_leave_the_former_copy_in_place(course, hand_in, monkeypatch):
    hand_in("ada")
    grade(course, "ps1")

    withdraw = staging.Stage.withdraw

    def failing(self):
        withdraw(self)
        raise RuntimeError("as the points are about to be kept")

    monkeypatch.setattr(staging.Stage, "withdraw", failing)
    with pytest.raises(RuntimeError):
        grade(course, "ps1", force=True)
    assert states(collect(course, "ps1"))["ada", "test_double"] == (3.0, State.PASSED)


def test_nothing_in_submitted_need_be_writable(course, hand_in):
    hand_in("ada")
    folder = course.path("submitted", "ada", "ps1")
    for path in (folder / "work.ipynb", folder, folder.parent):
        path.chmod(0o555)
    try:
        assert grade(course, "ps1").run == ("ada",)
    finally:
        for path in (folder.parent, folder):
            path.chmod(0o755)


def test_data_files_come_from_the_course_unless_students_are_to_edit_them(course, hand_in):
    source = course.path("source", assignment="ps1")
    (source / "data.csv").write_text("the course's")
    (source / "own.py").write_text("the course's")
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write("c.Autograde.exclude_overwriting = {'ps1': ['own.py']}\n")
    course = Course(course.root)
    hand_in("ada")
    for name in ("data.csv", "own.py", "letter.txt"):
        submit(course, "ada", b"the student's", name)
    grade(course, "ps1")
    folder = course.path("autograded", "ada", "ps1")
    seen = {path.name: path.read_text() for path in folder.iterdir() if path.suffix != ".ipynb"}
    assert seen == {
        "data.csv": "the course's",
        "own.py": "the student's",
        "letter.txt": "the student's",
    }


def test_a_student_unknown_to_the_gradebook_is_refused_where_the_course_wants_that(course, hand_in):
    hand_in("ada")
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write("c.Autograde.create_student = False\n")
    with pytest.raises(CourseError, match="not in the gradebook: ada"):
        grade(Course(course.root), "ps1")


def test_what_a_killed_grader_left_is_removed(course, hand_in):
    hand_in("ada")
    grade(course, "ps1")
    place = course.path("autograded", "ada", "ps1")
    shutil.copytree(place, place.with_name(".ps1.new"))
    shutil.copytree(place, place.with_name(".ps1.old"))
    grade(course, "ps1")
    assert [path.name for path in place.parent.iterdir()] == ["ps1"]
