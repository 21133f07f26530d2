"""The student version of an assignment: its source without solutions and hidden tests."""

import ast
import glob
from copy import deepcopy
from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.utils import is_grade, is_solution

from grading.convert import ConversionError, convert
from grading.course import Course, CourseError, read_notebook

# Steps of a release that write into the gradebook.
_INTO_GRADEBOOK = {"SaveCells"}


def release(course: Course, assignment: str) -> Path:
    """Make the student version of `assignment`, enter its tests into the gradebook.

    Returns the folder of the student version.

    Raises:
        CourseError: when there is no such assignment, or its form is wrong.
    """
    course.check_assignment(assignment)
    mistakes = [
        f"{path.name}: {mistake}"
        for path in sorted(course.path("source", assignment=assignment).glob("*.ipynb"))
        for mistake in form_mistakes(read_notebook(path))
    ]
    if mistakes:
        raise CourseError(f"{assignment} cannot be released: " + "; ".join(mistakes))
    coursedir = course.directory(assignment_id=glob.escape(assignment))
    try:
        convert(GenerateAssignment, course, coursedir)
    except ConversionError as error:
        raise CourseError(f"{assignment} cannot be released: {error}") from error
    return course.path("release", assignment=assignment)


def student_version(course: Course, source: NotebookNode) -> NotebookNode:
    """Return the student version of one notebook, by the course's own steps, in memory alone.

    Raises:
        CourseError: when nbgrader refuses the notebook.
    """
    exporter = NotebookExporter(config=course.config)
    exporter._preprocessors = []
    for step in GenerateAssignment(course.coursedir, config=course.config).preprocessors:
        name = step if isinstance(step, str) else step.__name__
        if name.rpartition(".")[2] not in _INTO_GRADEBOOK:
            exporter.register_preprocessor(step, enabled=True)
    notebook, resources = deepcopy(source), {}
    for step in exporter._preprocessors:
        try:
            notebook, resources = step(notebook, resources)
        except Exception as error:
            said = str(error).strip().splitlines() or [type(error).__name__]
            raise CourseError(f"no student version can be made: {said[0]}") from error
    return notebook


def form_mistakes(notebook: NotebookNode) -> list[str]:
    """Return what is wrong with the test cells of a source notebook, a sentence a mistake."""
    mistakes = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            mistakes += _cell_mistakes(cell)
    return mistakes


def _cell_mistakes(cell: NotebookNode) -> list[str]:
    """Hold the points of `Checks(n)` against nbgrader's, and see that the score comes last."""
    name, points = cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points)
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:  # an IPython magic, perhaps: the cell's own business
        return []
    totals = [
        node.args[0].value
        for node in ast.walk(ast.Module(body, []))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Checks"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    if not totals:
        return []
    mistakes = []
    if totals != [points]:
        mistakes.append(f"cell {name!r} says Checks({totals[0]:g}) but is worth {points:g} points")
    if not ast.unparse(body[-1]).endswith(".score()"):
        mistakes.append(f"cell {name!r} must end in the line `checks.score()`")
    return mistakes
