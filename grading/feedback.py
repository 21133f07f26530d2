"""Feedback pages: one HTML page for each notebook that a student submitted, or should have."""

import glob
import html
import re
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

from grading.collecting import collect
from grading.convert import ConversionError, convert
from grading.course import Course, CourseError
from grading.results import Grading
from grading.sanitising import SanitisingExporter
from grading.stock import Progress


def write_feedback(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    *,
    progress: Progress = lambda done, total, student: None,
) -> list[Path]:
    """Write the feedback of `assignment` for `students`, by default for everyone who submitted.

    The pages are nbgrader's, without the text of hidden tests and of mark schemes, and nothing of
    the student's runs in them. Where nbgrader cannot make one, a plain page gives the points and
    reasons. Returns the pages.

    Raises:
        CourseError: when the assignment is unknown, or a student is not graded yet.
    """
    released = course.released(assignment)
    wanted = course.students(assignment, list(students or ()))
    graded = [student for student in wanted if _is_graded(course, assignment, student)]
    for student in wanted if students else ():
        if student not in graded:
            raise _not_graded(assignment, repr(student))
    if not graded:
        raise _not_graded(assignment, "nobody")
    pages = []
    for done, student in enumerate(graded):
        progress(done, len(graded), student)
        try:
            _convert(course, assignment, student)
        except ConversionError:
            _write_plain(course, assignment, student)
        folder = course.path("feedback", student, assignment)
        pages += [folder / f"{name}.html" for name in released]
    progress(len(graded), len(graded), "")
    return pages


# nbgrader's page sets tables without gaps, and hints without the triangle that unfolds them.
_STYLE = "<style>th, td { padding: .15em .6em; } summary { display: list-item; }</style>"
# Its links at the top are called "Test cell", all of them.
_LINK = re.compile(r'<li><a href="#([^"]+)">([^<]+)</a> \(Score')


class CutHiddenTests(ClearHiddenTests):
    """Cuts hidden tests from a page: their text, and the tracebacks that quote it."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple:
        """Cut what `cell` has of hidden tests. A student's cell may say what it likes."""
        if not is_grade(cell) or is_solution(cell):
            return cell, resources
        whole = cell.source
        cell, resources = super().preprocess_cell(cell, resources, index)
        if cell.source != whole:
            for output in cell.get("outputs", ()):
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources


class CutMarkScheme(ClearMarkScheme):
    """Cuts mark schemes, and the answers that they hold, from a page."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple:
        """Cut the mark scheme of a cell of the author's. A student's may say what it likes."""
        if is_locked(cell) or is_task(cell):
            return super().preprocess_cell(cell, resources, index)
        return cell, resources


def _not_graded(assignment: str, who: str) -> CourseError:
    is_graded = "is graded" if who == "nobody" else "is not graded"
    return CourseError(f"{who} {is_graded} in {assignment} yet: run `adcourse grade {assignment}`")


def _is_graded(course: Course, assignment: str, student: str) -> bool:
    return any(course.path("autograded", student, assignment).glob("*.ipynb"))


def _convert(course: Course, assignment: str, student: str) -> None:
    """Let nbgrader make a student's pages, without what is not for the student's eyes."""
    settings = Config(course.config)
    stages = GenerateFeedback(course.coursedir, config=settings).preprocessors
    settings.GenerateFeedback.preprocessors = [CutHiddenTests, CutMarkScheme, *stages]
    settings.GenerateFeedback.exporter_class = SanitisingExporter
    coursedir = course.directory(
        assignment_id=glob.escape(assignment), student_id=glob.escape(student)
    )
    convert(GenerateFeedback, course, coursedir, settings)
    for page in course.path("feedback", student, assignment).glob("*.html"):
        text = page.read_text(encoding="utf-8")
        text = text.replace("</head>", f"{_STYLE}</head>", 1)
        text = _LINK.sub(r'<li><a href="#\1">\2: \1</a> (Score', text)
        page.write_text(text, encoding="utf-8")


def _write_plain(course: Course, assignment: str, student: str) -> None:
    """Write a student's pages without nbgrader: points and reasons, nothing of the notebook."""
    folder = course.path("feedback", student, assignment)
    folder.mkdir(parents=True, exist_ok=True)
    grading = collect(course, assignment, [student])
    for name in course.released(assignment):
        page = plain_page(name, grading)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")


def plain_page(name: str, grading: Grading) -> str:
    """Return a page about the notebook `name` that shows what `grading` says, and no more."""
    cells = [cell for cell in grading.cells if cell.notebook == name]
    notices = [notice for notice in grading.notices if notice.notebook == name]
    items = "".join(f"<li>{html.escape(notice.message)}</li>" for notice in notices)
    rows = "".join(
        f"<tr><td>{html.escape(cell.cell)}</td><td>{cell.points:g} of {cell.max_points:g}</td>"
        f"<td>{html.escape(cell.message or cell.state)}</td></tr>"
        for cell in cells
    )
    title = html.escape(name)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body><h1>{title}</h1>"
        "<p>Your notebook could not be shown here. What was graded:</p>"
        f"<ul>{items}</ul><table><tr><th>question</th><th>points</th><th>why</th></tr>{rows}</table>"
        "</body></html>\n"
    )
