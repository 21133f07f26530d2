"""Killed at any moment, all of it, the next run goes on and ends as if nothing had happened."""

import contextlib
import functools
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time

import pytest

from grading.autograded import autograded_path, read_record
from grading.batch import run
from grading.batch.memo import Memo
from grading.batch.pool import Pool
from grading.batch.staging import Stage
from grading.batch.writing import Writer
from grading.collecting import collect
from grading.course import Course
from tests.grading.batch.conftest import dump, grade

KILLS = 25
STUDENTS = [f"student{number:02}" for number in range(12)]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills a group of processes")


def run_adcourse(folder, *options):
    """Run `adcourse grade`, with the fake engine, as the leader of a group of processes."""
    os.setsid()
    from grading.cli import app
    from tests.grading.batch.fake import FAKE

    run.default_engine = lambda: FAKE
    app(["grade", "ps1", "--course", folder, "--workers", "1", *options])


@pytest.fixture(autouse=True)
def workers_that_are_there_at_once(monkeypatch):
    """Let the kills meet the writing, not the start of the workers."""
    monkeypatch.setattr(run, "Pool", functools.partial(Pool, method="fork"))


@pytest.fixture
def classes(course, hand_in, tmp_path):
    """Two copies of a course with a class that has handed in; one is graded undisturbed."""
    hand_in_all(hand_in, 0)
    shutil.copytree(course.root, tmp_path / "undisturbed")
    undisturbed = Course(tmp_path / "undisturbed")
    grade(undisturbed, "ps1")
    return course, undisturbed


def hand_in_all(hand_in, version):
    """Let the whole class hand in one of several versions of its answers."""
    for number, student in enumerate(STUDENTS):
        hand_in(student, f"points test_double {(number + version) % 4}", "sleep 0.02")


def killed(course, seconds, *options, alone=False):
    """Start `adcourse grade`; kill it, `alone` or with all its workers, after `seconds`.

    Say whether it was done before.
    """
    process = multiprocessing.get_context("fork").Process(
        target=run_adcourse, args=(str(course.root), *options)
    )
    process.start()
    process.join(seconds)
    done = not process.is_alive()
    with contextlib.suppress(ProcessLookupError):
        (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return done


def test_a_killed_grader_goes_on_where_it_was(classes, hand_in):
    course, undisturbed = classes
    moments = random.Random(3)
    begun = time.monotonic()
    assert killed(course, 600)
    whole = time.monotonic() - begun
    kept = set()
    for kill in range(KILLS):
        hand_in_all(hand_in, kill)
        if moments.random() < 0.3:
            shutil.rmtree(course.root / "autograded", ignore_errors=True)
            shutil.rmtree(course.root / ".adcourse", ignore_errors=True)
        killed(course, moments.uniform(0.1, 1.0) * whole, "--force", alone=moments.random() < 0.3)
        kept.add(len(check_consistent(course)))
    assert len(kept) > 1  # they were killed at different stages
    hand_in_all(hand_in, 0)
    grade(course, "ps1")
    assert dump(course) == dump(undisturbed)
    assert collect(course, "ps1") == collect(undisturbed, "ps1")
    leftovers = [p for p in (course.root / "autograded").rglob(".*") if p.is_dir()]
    assert leftovers == []


STEPS = [
    (Stage, "write"),
    (Writer, "enter"),
    (Stage, "withdraw"),
    (Stage, "install"),
    (Memo, "put"),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("owner", "step"), STEPS, ids=[name for _, name in STEPS])
def test_killed_between_any_two_steps_a_submission_is_graded_or_not(
    owner, step, when, course, hand_in
):
    student = STUDENTS[0]
    hand_in(student, "points test_double 1")
    grade(course, "ps1")
    hand_in(student, "points test_double 2")

    def die_at_step():
        method = getattr(owner, step)

        def dying(*args, **kwargs):
            if when == "after":
                method(*args, **kwargs)
            os._exit(9)

        setattr(owner, step, dying)
        grade(course, "ps1")

    process = multiprocessing.get_context("fork").Process(target=die_at_step)
    process.start()
    process.join()
    assert process.exitcode == 9
    check_consistent(course)
    assert {c.cell: c.points for c in grade(course, "ps1").cells} == {
        "test_double": 2.0,
        "test_halve": 2.0,
    }


def check_consistent(course):
    """See that each who is marked as graded has the points that the copy tells of."""
    graded = set()
    with course.gradebook() as gradebook:
        for student in course.submissions("ps1"):
            record = read_record(autograded_path(course, student, "ps1", "work"))
            if record.digest:
                graded.add(student)
                for cell in record.cells:
                    grade = gradebook.find_grade(cell.grade_id, "work", "ps1", student)
                    assert grade.auto_score == cell.points
    return graded
