"""A course of planted assignments, each with one thing wrong, and the audit of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading.audit.auditing import audit
from grading.audit.findings import Audit
from grading.audit.running import Runner
from grading.course import Course
from tests.grading.conftest import settings

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "planted"
c.AdCourse.cell_seconds = 4
c.ClearMarkScheme.enforce_metadata = False
"""
SETUP = "import math"
ANSWER = """def total(numbers):
    ### BEGIN SOLUTION
    result = 0
    for number in numbers:
        result += number
    return result
    ### END SOLUTION"""
ON_VIEW = """from grading import Checks, probe

checks = Checks(2)


@probe
def ask_total(numbers):
    return total(numbers)


with checks("two numbers", points=1):
    assert ask_total([2, 5]) == 7"""
HIDDEN = """with checks("more numbers", points=1, hidden=True):
    assert ask_total([1, 2, 5, 11]) == 19
    assert ask_total([]) == 0"""
RIGHT = """# /// case
# title = "Right"
# kind = "correct"
# why = "The built-in function adds up as well."
# ///

# %% total
def total(numbers):
    return sum(numbers)
"""
WRONG = """# /// case
# title = "Counts"
# kind = "misconception"
# why = "Counting is not adding."
# [cells.test-total]
# points = 0
# ///

# %% total
def total(numbers):
    return len(numbers) + 1
"""


@dataclass
class Planted:
    """An assignment, right in all it says unless told otherwise."""

    answer: str = ANSWER
    on_view: str = ON_VIEW
    hidden: str = HIDDEN
    text: str = "# Sums"
    points: int = 2
    setup: str = SETUP
    cases: dict[str, str] = field(default_factory=lambda: {"right": RIGHT, "counts": WRONG})
    equivalent: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def notebook(self) -> NotebookNode:
        marks = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
        test = "\n".join([self.on_view, marks[0], self.hidden, marks[1], "checks.score()"])
        graded = settings("test-total", grade=True, locked=True, points=self.points)
        cells = [
            new_markdown_cell(self.text),
            new_code_cell(self.setup, metadata=settings("setup", locked=True)),
            new_code_cell(self.answer, metadata=settings("total", solution=True)),
            new_code_cell(test, metadata=graded),
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return new_notebook(cells=cells, metadata={"kernelspec": kernel})

    def write(self, root: Path, name: str) -> None:
        source, cases = root / "source" / name, root / "cases" / name
        source.mkdir(parents=True)
        cases.mkdir(parents=True)
        nbformat.write(self.notebook(), source / "sums.ipynb")
        for file, text in self.files.items():
            (source / file).write_text(text)
        for case, text in self.cases.items():
            (cases / f"{case}.py").write_text(text)
        if self.equivalent:
            (cases / "equivalent.toml").write_text(self.equivalent)


@pytest.fixture(scope="session")
def planted(tmp_path_factory) -> Course:
    """A course without assignments yet."""
    root = tmp_path_factory.mktemp("planted")
    (root / "source").mkdir()
    (root / "nbgrader_config.py").write_text(CONFIG)
    return Course(root)


@pytest.fixture(scope="session")
def runner(planted: Course):
    with Runner(planted, workers=1) as runner:
        yield runner


@pytest.fixture
def audited(planted: Course, runner: Runner, request) -> Callable[..., Audit]:
    """A function that audits an assignment, with what is to be planted in it."""

    def run(wrong: Planted, *asked, **options) -> Audit:
        name = request.node.name.partition("[")[0] + str(len(planted.assignments()))
        wrong.write(planted.root, name)
        return audit(planted, name, runner, asked=asked, **options)

    return run
