"""The same attacks under stock nbgrader: its own autograde, on a course as nbgrader makes it."""

import shutil
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from traitlets.config import Config

from grading.convert import ConversionError, convert
from grading.course import Course, read_notebook
from grading.release import release
from tests.grading.attacks.attack import (
    OTHER_STUDENT,
    POINTS,
    SECRETS,
    SOLUTION,
    Attack,
    Question,
    fill,
)
from tests.grading.attacks.here import Outside
from tests.grading.conftest import settings, submit, to_bytes

SECONDS = 4  # that a cell may take
CONFIG = f"""
c = get_config()
c.CourseDirectory.course_id = "attacked"
c.Execute.timeout = {SECONDS}
"""
ANSWER = f"""def double(x):
    ### BEGIN SOLUTION
    return 2 * x  # {SOLUTION}
    ### END SOLUTION"""


class Effect(StrEnum):
    """What came of an attack."""

    FULL_MARKS = "full marks"
    LEAK = "leak"
    NO_GRADE = "no grade"
    ESCAPE = "escape"
    NONE = "none"


def question_notebook(
    question: Question, answer: Sequence[str], probed: bool = False
) -> NotebookNode:
    """Return a notebook of one question, tested as a course without probes does it, or with."""
    first, *more = answer
    test = settings("test", grade=True, locked=True, points=POINTS)
    cells = [
        new_code_cell(first, metadata=settings("double", solution=True)),
        *map(new_code_cell, more),
        new_code_cell(question.probed if probed else question.plain, metadata=test),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


class Stock:
    """A course for each kind of question, released once in `folder` and copied for each attack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.courses: dict[Question, Course] = {}

    def effect_of(self, attack: Attack, outside: Outside) -> Effect:
        """Let nbgrader grade the attack's notebook, and say what came of it."""
        course = self._course(attack)
        filled = {**outside.filled, "HARMLESS": "True"}
        notebook = question_notebook(attack.question, [fill(cell, filled) for cell in attack.cells])
        notebook.cells += [new_code_cell(fill(cell, filled)) for cell in attack.after]
        submit(course, "eve", to_bytes(notebook))
        coursedir = course.directory(assignment_id="ps1", student_id="eve")
        try:
            convert(Autograde, course, coursedir, Config())
        except ConversionError:
            return Effect.NO_GRADE
        if outside.reached():
            return Effect.ESCAPE
        if _score(course) == POINTS:
            return Effect.FULL_MARKS
        return Effect.LEAK if _secrets(course) else Effect.NONE

    def _course(self, attack: Attack) -> Course:
        question = attack.question
        if question not in self.courses:
            self.courses[question] = make_course(self.folder / str(len(self.courses)), question)
        place = self.folder / f"{time.monotonic_ns()}"
        shutil.copytree(self.courses[question].root, place)
        return Course(place)


def make_course(folder: Path, question: Question, probed: bool = False) -> Course:
    """Make a course of one question in `folder`, release it, and let one student hand in."""
    (folder / "source" / "ps1").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    source = folder / "source" / "ps1" / "work.ipynb"
    source.write_bytes(to_bytes(question_notebook(question, [ANSWER], probed)))
    (source.parent / "data.csv").write_text("1,2")
    (source.parent / "more").mkdir()
    (source.parent / "more" / "data.csv").write_text("3,4")
    course = Course(folder)
    release(course, "ps1")
    other = question_notebook(question, [f"# {OTHER_STUDENT}\ndef double(x): return 2 * x"])
    submit(course, "other", to_bytes(other))
    return course


def _score(course: Course) -> float:
    with course.gradebook() as gradebook:
        try:
            return gradebook.find_submission("ps1", "eve").score
        except MissingEntry:
            return 0.0


def _secrets(course: Course) -> list[str]:
    """Return which of SECRETS the student would find in the notebook that comes back.

    Tracebacks do not count: that of any test that fails quotes the lines around, hidden ones too.
    """
    notebook = read_notebook(course.path("autograded", "eve", "ps1") / "work.ipynb")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    text = "".join(str({**output, "traceback": ""}) for output in outputs)
    return [secret for secret in SECRETS if secret in text]
