"""nbgrader's own commands grade as `adcourse grade` does, in a course that is set up so."""

import logging
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from grading.collecting import collect
from grading.course import Course
from grading.results import State
from tests.grading.batch.conftest import dump
from tests.grading.conftest import answer, grade, submit, to_bytes

OURS = Path(__file__).parents[3] / "course" / "nbgrader_config.py"


@pytest.fixture
def pair(course, released, tmp_path):
    """Two copies of a course that is set up as ours is, with a class of all sorts."""
    stages = re.search(r"c\.Autograde\.autograde_preprocessors = \[.*?\]", OURS.read_text(), re.S)
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.CourseDirectory.root = {str(course.root)!r}\n{stages[0]}\n")
    submit(course, "right", to_bytes(answer(released)))
    submit(course, "partial", to_bytes(answer(released, double="return abs(2 * x)")))
    submit(course, "loops", to_bytes(answer(released, halve="while True: pass")))
    submit(course, "untouched", to_bytes(released))
    submit(
        course,
        "warns",
        to_bytes(answer(released, "import warnings; warnings.warn('x'); return 2 * x")),
    )
    other = shutil.copytree(course.root, tmp_path / "other")
    config = other / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(course.root), str(other)))
    return Course(course.root), Course(other)


@pytest.fixture
def nbgrader(pair):
    """A function that runs one of nbgrader's commands in the second course."""

    def run(*args):
        return subprocess.run(
            [sys.executable, "-m", "nbgrader", *args],
            cwd=pair[1].root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
        )

    return run


def test_nbgrader_s_command_enters_the_same_points(pair, nbgrader):
    grade(pair[0], "ps1")
    done = nbgrader("autograde", "ps1")
    assert done.returncode == 0, done.stderr
    assert dump(pair[1]) == dump(pair[0])
    ours, theirs = (
        {(c.student, c.cell): (c.state, c.message) for c in collect(course, "ps1").cells}
        for course in pair
    )
    assert theirs == ours
    assert theirs["loops", "test_halve"][0] is State.TIMEOUT


def test_nbgrader_s_api_enters_the_same_points(pair):
    grade(pair[0], "ps1", ["partial"])
    config = Config(pair[1].config)
    log = logging.Logger("quiet")
    api = NbGraderAPI(coursedir=pair[1].directory(), config=config, log=log)
    done = api.autograde("ps1", "partial", create=True)
    assert done["success"], done
    assert dump(pair[1]) == dump(pair[0])


def test_what_nbgrader_graded_is_graded_once_more(pair, nbgrader):
    assert nbgrader("autograde", "ps1", "--student", "right").returncode == 0
    before = dump(pair[1])
    assert grade(pair[1], "ps1", ["right"]).run == ("right",)
    assert dump(pair[1]) == before
