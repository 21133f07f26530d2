"""A tiny nbgrader course with one assignment, and a class that hands in all sorts of things."""

import functools
import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import get_alembic_version

from grading.batch.run import grade
from grading.course import Course
from grading.release import release
from grading.results import Grading

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "tiny"
c.Execute.timeout = 3
c.ClearMarkScheme.enforce_metadata = False
"""

INTRO = """# Tiny

### BEGIN MARK SCHEME
Praise the doubling.
### END MARK SCHEME"""

DOUBLE = """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION"""

TEST_DOUBLE = """from grading import Checks, probe
checks = Checks(3)

@probe
def doubled(x):
    return double(x)

with checks("two", points=1):
    assert doubled(2) == 4, "twice two is four"
### BEGIN HIDDEN TESTS
with checks("negative", points=2, hidden=True):
    assert doubled(-3) == -6
### END HIDDEN TESTS
checks.score()"""

HALVE = """def halve(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION"""

TEST_HALVE = """assert halve(3) == 1.5
### BEGIN HIDDEN TESTS
assert halve(-4) == -2
### END HIDDEN TESTS"""


def settings(grade_id: str, **flags: object) -> dict:
    base = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**base, "grade_id": grade_id, **flags}}


def source_notebook() -> NotebookNode:
    cells = [
        new_markdown_cell(INTRO, metadata=settings("intro", locked=True)),
        new_code_cell(DOUBLE, metadata=settings("double", solution=True)),
        new_code_cell(
            TEST_DOUBLE, metadata=settings("test_double", grade=True, locked=True, points=3)
        ),
        new_code_cell(HALVE, metadata=settings("halve", solution=True)),
        new_code_cell(
            TEST_HALVE, metadata=settings("test_halve", grade=True, locked=True, points=2)
        ),
        new_markdown_cell(
            "Because.", metadata=settings("why", grade=True, solution=True, points=4)
        ),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def make_course(folder: Path) -> Course:
    (folder / "source" / "ps1").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(source_notebook(), folder / "source" / "ps1" / "work.ipynb")
    return Course(folder)


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the cell of `notebook` with this nbgrader id."""
    return next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def answer(
    released: NotebookNode, double: str = "return 2 * x", halve: str = "return x / 2"
) -> NotebookNode:
    """Return the student version with the bodies of its two functions written."""
    notebook = deepcopy(released)
    cell(notebook, "double").source = f"def double(x):\n    {double}"
    cell(notebook, "halve").source = f"def halve(x):\n    {halve}"
    return notebook


def to_bytes(notebook: NotebookNode) -> bytes:
    return json.dumps(notebook).encode()


def submit(course: Course, student: str, content: bytes, name: str = "work.ipynb") -> Path:
    folder = course.path("submitted", student, "ps1")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def without(grade_id: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        notebook.cells.remove(cell(notebook, grade_id))

    return change


def twice(notebook: NotebookNode) -> None:
    notebook.cells.append(deepcopy(cell(notebook, "test_double")))


def edited_test(notebook: NotebookNode) -> None:
    cell(notebook, "test_halve").source = "assert True"


def edited_points(notebook: NotebookNode) -> None:
    cell(notebook, "test_halve").metadata.nbgrader["points"] = 200


def other_notebook() -> NotebookNode:
    return new_notebook(cells=[new_code_cell("print('shopping list')")])


def format_3(notebook: NotebookNode) -> bytes:
    return to_bytes(nbformat.convert(deepcopy(notebook), 3))


def format_2(notebook: NotebookNode) -> bytes:
    return to_bytes({**nbformat.convert(deepcopy(notebook), 3), "nbformat": 2, "nbformat_minor": 0})


# Bad input that is graded all the same: what was done to a right notebook, what is said of it.
REPAIRED = {
    "lacks_test": (without("test_double"), "Test cells were missing (test_double)"),
    "twice": (twice, "Cells were there more than once (test_double)"),
    "edited_test": (edited_test, "Test cells were edited (test_halve)"),
    "edited_points": (edited_points, "The points of cells were edited (test_halve)"),
}
OLD_FORMATS = {"format_2": format_2, "format_3": format_3}
UNREADABLE = {
    "truncated": "cut off or damaged",
    "empty": "The file is empty",
    "another": "This is another notebook",
    "absent": "work.ipynb was not submitted",
}


@pytest.fixture(scope="session", autouse=True)
def one_look_at_alembic():
    """Let nbgrader ask only once for the version of a new gradebook: it starts Python for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nbgrader.api.get_alembic_version", functools.cache(get_alembic_version))
        yield


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course with its assignment released. Look, don't touch."""
    course = make_course(tmp_path_factory.mktemp("tiny"))
    release(course, "ps1")
    return course


@pytest.fixture(scope="session")
def released(tiny: Course) -> NotebookNode:
    return tiny.released("ps1")["work"]


@pytest.fixture
def course(tiny: Course, tmp_path: Path) -> Course:
    """A copy of the released course, to be changed at will."""
    shutil.copytree(tiny.root, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture(scope="session")
def classroom(tiny: Course, released: NotebookNode, tmp_path_factory) -> tuple[Course, Grading]:
    """The course with a whole class graded. Look, don't touch."""
    folder = tmp_path_factory.mktemp("classroom") / "course"
    shutil.copytree(tiny.root, folder)
    course = Course(folder)
    right = answer(released)
    submit(course, "right", to_bytes(right))
    submit(course, "partial", to_bytes(answer(released, double="return abs(2 * x)")))
    submit(course, "untouched", to_bytes(released))
    submit(course, "raises", to_bytes(answer(released, double="return 1 / 0", halve="return y")))
    submit(course, "loops", to_bytes(answer(released, double="while True: pass")))
    submit(course, "dies", to_bytes(answer(released, halve="import os; os._exit(1)")))
    for student, (change, _) in REPAIRED.items():
        notebook = deepcopy(right)
        change(notebook)
        submit(course, student, to_bytes(notebook))
    for student, convert in OLD_FORMATS.items():
        submit(course, student, convert(right))
    submit(course, "renamed", to_bytes(right), "work-Copy1.ipynb")
    submit(course, "truncated", to_bytes(right)[:900])
    submit(course, "empty", b"")
    submit(course, "another", to_bytes(other_notebook()))
    submit(course, "absent", b"I could not do it", "letter.txt")
    return course, grade(course, "ps1")
