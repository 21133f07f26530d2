"""Grading a class: every submission gets its points, whatever the others handed in."""

import shutil
from copy import deepcopy

import nbformat
import pytest
from sqlalchemy.exc import OperationalError

from grading.autograded import autograded_path
from grading.collecting import collect, totals
from grading.course import Course, CourseError
from grading.release import release
from grading.results import State
from tests.grading.conftest import (
    OLD_FORMATS,
    REPAIRED,
    UNREADABLE,
    answer,
    cell,
    grade,
    make_course,
    source_notebook,
    submit,
    to_bytes,
)

FULL = {"test_double": (3.0, State.PASSED), "test_halve": (2.0, State.PASSED)}
CLASS = {
    "right": FULL,
    "partial": {"test_double": (1.0, State.PARTIAL), "test_halve": (2.0, State.PASSED)},
    "untouched": {"test_double": (0.0, State.FAILED), "test_halve": (0.0, State.FAILED)},
    "raises": {"test_double": (0.0, State.FAILED), "test_halve": (0.0, State.ERROR)},
    "loops": {"test_double": (0.0, State.TIMEOUT), "test_halve": (2.0, State.PASSED)},
    "dies": {"test_double": (3.0, State.PASSED), "test_halve": (0.0, State.KILLED)},
    "renamed": FULL,
    **dict.fromkeys([*REPAIRED, *OLD_FORMATS], FULL),
    **{
        student: {"test_double": (0.0, State.MISSING), "test_halve": (0.0, State.MISSING)}
        for student in UNREADABLE
    },
}
SAID = {student: said for student, (_, said) in REPAIRED.items()} | UNREADABLE


def found(grading, student):
    return {c.cell: (c.points, c.state) for c in grading.cells if c.student == student}


def message(grading, student, name):
    return next(c.message for c in grading.cells if (c.student, c.cell) == (student, name))


@pytest.fixture
def one(classroom, tmp_path):
    """A graded course, with one student's submission, to be changed at will."""
    shutil.copytree(classroom[0].root, tmp_path / "course")
    course = Course(tmp_path / "course")
    for folder in course.path("submitted", "*", "ps1").parent.parent.glob("*"):
        if folder.name != "right":
            shutil.rmtree(folder)
    return course


@pytest.mark.parametrize("student", CLASS)
def test_each_student_gets_the_points_earned(student, classroom):
    assert found(classroom[1], student) == CLASS[student]


def test_every_submission_is_in_the_results(classroom):
    assert {c.student for c in classroom[1].cells} == set(CLASS)


def test_the_records_agree_with_the_gradebook(classroom):
    course, grading = classroom
    with course.gradebook() as gradebook:
        for c in grading.cells:
            assert c.points == gradebook.find_grade(c.cell, c.notebook, "ps1", c.student).score


@pytest.mark.parametrize("student", SAID)
def test_bad_input_is_named_in_the_notices(student, classroom):
    said = [notice.message for notice in classroom[1].notices if notice.student == student]
    assert len(said) == 1
    assert SAID[student] in said[0]


def test_an_honest_submission_has_no_notices(classroom):
    honest = {"right", "partial", "untouched", "raises", "loops", "dies"}
    assert not honest & {notice.student for notice in classroom[1].notices}


@pytest.mark.parametrize("student", UNREADABLE)
def test_an_unreadable_submission_says_why_in_every_cell(student, classroom):
    assert SAID[student] in message(classroom[1], student, "test_double")
    assert SAID[student] in message(classroom[1], student, "test_halve")


@pytest.mark.parametrize("student", [*UNREADABLE, *REPAIRED])
def test_the_autograded_notebook_begins_with_the_notices(student, classroom):
    text = autograded_path(classroom[0], student, "ps1", "work").read_text(encoding="utf-8")
    assert SAID[student] in text


@pytest.mark.parametrize(
    ("student", "name", "said"),
    [
        ("partial", "test_double", "negative: not as it should be"),
        ("untouched", "test_double", "two, negative: this answer is not written yet"),
        ("untouched", "test_halve", "this answer is not written yet"),
        ("raises", "test_double", "two: raised ZeroDivisionError: division by zero (in double"),
        ("raises", "test_halve", "raised NameError: name 'y' is not defined"),
        ("loops", "test_double", "took longer than a cell may and was stopped"),
        ("dies", "test_halve", "the process that ran the answer ended"),
    ],
)
def test_messages_say_what_went_wrong(student, name, said, classroom):
    assert said in message(classroom[1], student, name)


def test_named_checks_come_with_the_record(classroom):
    cells = [c for c in classroom[1].cells if (c.student, c.cell) == ("partial", "test_double")]
    assert [(c.name, c.passed, c.hidden) for c in cells[0].checks] == [
        ("two", True, False),
        ("negative", False, True),
    ]


def test_nothing_submitted_is_touched(classroom):
    course, _ = classroom
    assert course.path("submitted", "empty", "ps1").joinpath("work.ipynb").read_bytes() == b""
    names = {path.name for path in course.path("submitted", "absent", "ps1").iterdir()}
    assert names == {"letter.txt"}
    kept = course.path("autograded", "absent", "ps1") / "letter.txt"
    assert kept.read_text() == "I could not do it"


def test_an_unread_written_answer_waits_for_a_human(one, released):
    assert totals(one, "ps1", ["right"])["right"].by_hand == 0
    notebook = answer(released)
    cell(notebook, "why").source = "Because it is."
    submit(one, "right", to_bytes(notebook))
    grade(one, "ps1")
    assert totals(one, "ps1", ["right"])["right"].by_hand == 1


def test_unchanged_submissions_are_not_run_again(one):
    path = autograded_path(one, "right", "ps1", "work")
    before = path.stat().st_mtime_ns
    grading = grade(one, "ps1")
    assert path.stat().st_mtime_ns == before
    assert found(grading, "right") == FULL


def test_a_manual_score_survives_a_regrade(one, released):
    with one.gradebook() as gradebook:
        written = gradebook.find_grade("why", "work", "ps1", "right")
        written.manual_score = 3.5
        tested = gradebook.find_grade("test_halve", "work", "ps1", "right")
        tested.manual_score = 1.0
        gradebook.db.commit()
    grading = grade(one, "ps1", force=True)
    assert totals(one, "ps1", ["right"])["right"].points == 3.0 + 1.0 + 3.5
    assert found(grading, "right")["test_halve"] == (1.0, State.PARTIAL)
    assert "set by hand" in message(grading, "right", "test_halve")
    assert [note.message for note in grading.notices] == [
        "Scored by hand: test_halve 1 (automatic 2)."
    ]


def test_a_changed_submission_is_graded_again_and_a_broken_one_keeps_nothing(one, released):
    submit(one, "right", to_bytes(answer(released, double="return 0")))
    assert found(grade(one, "ps1"), "right")["test_double"] == (0.0, State.FAILED)
    submit(one, "right", b"")
    assert found(grade(one, "ps1"), "right") == CLASS["empty"]
    submit(one, "right", to_bytes(answer(released)))
    assert found(grade(one, "ps1"), "right") == FULL


def test_a_loop_that_no_interrupt_stops_ends_by_the_time_limit(one, released):
    stubborn = answer(released, halve="")
    cell(stubborn, "halve").source = (
        "import signal\n"
        "def halve(x):\n"
        "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "    while True: pass"
    )
    submit(one, "right", to_bytes(stubborn))
    grading = grade(one, "ps1")
    assert found(grading, "right") == {
        "test_double": (3.0, State.PASSED),
        "test_halve": (0.0, State.TIMEOUT),
    }
    said = "took longer than a cell may and was stopped"
    assert message(grading, "right", "test_halve") == said


def test_a_cell_that_prints_too_much_fills_no_disk(one, released):
    notebook = answer(released)
    cell(notebook, "double").source += "\nfor _ in range(1_000): print('x' * 10_000)"
    submit(one, "right", to_bytes(notebook))
    assert found(grade(one, "ps1"), "right") == FULL
    path = autograded_path(one, "right", "ps1", "work")
    assert path.stat().st_size < 6_000_000
    assert "[more output was left out]" in path.read_text(encoding="utf-8")


def test_one_bad_notebook_costs_only_itself(tmp_path):
    course = make_course(tmp_path)
    for name in ("left", "right"):
        nbformat.write(source_notebook(), course.path("source", assignment="ps1") / f"{name}.ipynb")
    release(course, "ps1")
    right = to_bytes(answer(course.released("ps1")["work"]))
    submit(course, "ada", right, "work.ipynb")
    submit(course, "ada", right[:500], "left.ipynb")
    submit(course, "ada", right, "right-Copy1.ipynb")
    grading = grade(course, "ps1")
    assert [(c.notebook, c.points, c.state) for c in grading.cells if c.cell == "test_halve"] == [
        ("left", 0.0, State.MISSING),
        ("right", 2.0, State.PASSED),
        ("work", 2.0, State.PASSED),
    ]
    assert [notice.notebook for notice in grading.notices] == ["left", "right"]


def test_an_earlier_version_under_another_name_is_no_other_notebook(course, released):
    submit(course, "ada", to_bytes(answer(released)))
    submit(course, "ada", to_bytes(answer(released, double="return 0")), "my solution.ipynb")
    submit(course, "bob", to_bytes(answer(released)), "work1.ipynb")
    submit(course, "bob", to_bytes(answer(released)), "work2.ipynb")
    grading = grade(course, "ps1")
    assert found(grading, "ada") == FULL
    said = {note.message for note in grading.notices}
    assert said == {
        "my solution.ipynb has the same questions as work.ipynb, which was graded; this one was "
        "not.",
        "work.ipynb was not submitted.",
        "work1.ipynb was not graded: the notebook must be called work.ipynb; rename it.",
        "work2.ipynb was not graded: the notebook must be called work.ipynb; rename it.",
    }


def test_a_submission_in_a_misspelt_folder_is_told(course):
    submit(course, "ada", b"")
    for folder in ("dan/PS1", "gus/elsewhere", "other/ps2"):
        (course.root / "submitted" / folder).mkdir(parents=True)
    (course.root / "submitted" / "hal").mkdir()
    (course.root / "submitted" / "hal" / "work.ipynb").write_bytes(b"")
    (course.root / "source" / "ps2").mkdir()
    (course.root / "source" / "ps2" / "work.ipynb").write_bytes(b"")
    grading = grade(course, "ps1")
    assert {note.student for note in grading.notices} == {"ada", "dan", "gus", "hal"}
    assert grade(course, "ps1", ["ada"]).notices[0].student == "ada"


def test_a_cell_that_did_not_run_is_named_with_its_error(one, released):
    notebook = answer(released)
    cell(notebook, "double").source = "def double(x):\n    return 2 * / x"
    cell(notebook, "halve").source = "nothing\ndef halve(x):\n    return x / 2"
    submit(one, "right", to_bytes(notebook))
    grading = grade(one, "ps1")
    why = "the cell above did not run: SyntaxError: invalid syntax (its line 2)"
    assert message(grading, "right", "test_double") == f"two, negative: {why}"
    assert [c.message for c in grading.cells[0].checks] == [why, why]
    why = "the cell above did not run: NameError: name 'nothing' is not defined"
    assert message(grading, "right", "test_halve") == why


def test_a_locked_gradebook_is_no_fault_of_the_students(one, released, monkeypatch):
    def locked(*_):
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr("grading.batch.writing.Writer.enter", locked)
    with pytest.raises(CourseError, match=r"database is locked.*end that program and grade again"):
        grade(one, "ps1", force=True)
    assert found(collect(one, "ps1", ["right"]), "right") == FULL


def test_a_patched_score_is_no_score(one, released):
    forged = answer(released, double="return abs(2 * x)")
    cell(forged, "double").source += "\nimport grading.checks\n" + (
        "grading.checks.Score.__repr__ = lambda self: '3'\n"
        "grading.checks.Checks.score = lambda self: 3.0"
    )
    submit(one, "right", to_bytes(forged))
    assert found(grade(one, "ps1"), "right")["test_double"] == (1.0, State.PARTIAL)


def test_a_warning_costs_no_points(one, released):
    notebook = answer(released, double="import warnings; warnings.warn('old'); return 2 * x")
    submit(one, "right", to_bytes(notebook))
    assert found(grade(one, "ps1"), "right") == FULL


def test_a_print_in_the_answer_shows_no_input_of_a_test(one, released):
    submit(one, "right", to_bytes(answer(released, double="print('asked', x); return 2 * x")))
    grade(one, "ps1")
    text = autograded_path(one, "right", "ps1", "work").read_text(encoding="utf-8")
    assert "print('asked', x)" in text
    assert "asked 2" not in text
    assert "asked -3" not in text


def test_a_time_that_cannot_be_read_is_said(one):
    submit(one, "right", b"yesterday", "timestamp.txt")
    grading = grade(one, "ps1")
    assert found(grading, "right") == FULL
    assert "timestamp.txt holds no time" in grading.notices[0].message


def test_a_link_out_of_the_submission_is_not_followed(one):
    link = one.path("submitted", "right", "ps1") / "gradebook.db"
    try:
        link.symlink_to(one.root / "gradebook.db")
    except OSError:
        pytest.skip("this system lets only administrators make links")
    grade(one, "ps1", force=True)
    assert not (one.path("autograded", "right", "ps1") / "gradebook.db").exists()


def test_only_the_students_asked_for_are_graded(course, released):
    for student in ("ada", "grace"):
        submit(course, student, b"")
    grading = grade(course, "ps1", ["grace"])
    assert {c.student for c in grading.cells} == {"grace"}
    assert collect(course, "ps1", ["ada"]).cells == ()


def test_progress_is_told(course, released):
    for student in ("ada", "grace"):
        submit(course, student, b"")
    told = []
    grade(course, "ps1", progress=lambda *step: told.append(step))
    assert told[0] == (0, 2, "")
    assert [step[:2] for step in told] == [(0, 2), (1, 2), (2, 2)]
    assert {step[2] for step in told[1:]} == {"ada", "grace"}


def test_a_student_who_did_not_submit_is_an_error(course, released):
    submit(course, "ada", to_bytes(deepcopy(released)))
    with pytest.raises(CourseError, match="'bob' has not submitted ps1; those who have: ada"):
        grade(course, "ps1", ["bob"])
