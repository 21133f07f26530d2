"""Grades for the registry: the gradebook as a table."""

from pathlib import Path

from nbgrader.plugins import CsvExportPlugin

from grading.autograded import autograded_path, record_of
from grading.course import Course, CourseError, listed


def export(course: Course, path: Path | None = None, assignments: list[str] | None = None) -> Path:
    """Write `grades.csv` with nbgrader's exporter: a row a student and assignment.

    `path` is by default `grades.csv` in the course's folder. Returns the path.

    Raises:
        CourseError: when one of `assignments` is unknown, or nobody is graded in them.
    """
    for assignment in assignments or ():
        course.check_assignment(assignment)
    if not _submitted_notebooks(course, assignments):
        wanted = assignments or ["PS"]
        where = f"in {', '.join(assignments)} " if assignments else ""
        raise CourseError(f"nobody is graded {where}yet: run `adcourse grade {wanted[0]}`")
    path = path or course.root / "grades.csv"
    plugin = CsvExportPlugin(config=course.config, to=str(path), assignment=assignments or [])
    with course.gradebook() as gradebook:
        plugin.export(gradebook)
    return path


def reservations(course: Course, assignments: list[str] | None = None) -> list[str]:
    """Say which of the exported grades are not what the student earned, or not yet."""
    waiting, unreadable = [], []
    for assignment, student, notebook, by_hand in _submitted_notebooks(course, assignments):
        name = f"{student}/{assignment}/{notebook}"
        if record_of(autograded_path(course, student, assignment, notebook))[1].state is not None:
            unreadable.append(name)
        elif by_hand:
            waiting.append(name)
    told = []
    if waiting:
        many = "1 notebook has" if len(waiting) == 1 else f"{len(waiting)} notebooks have"
        told.append(f"{many} cells to grade by hand, which count 0 until then: {listed(waiting)}")
    if unreadable:
        many = "1 notebook counts" if len(unreadable) == 1 else f"{len(unreadable)} notebooks count"
        told.append(f"{many} 0 because nothing could be graded: {listed(unreadable)}")
    return told


def _submitted_notebooks(
    course: Course, assignments: list[str] | None
) -> list[tuple[str, str, str, bool]]:
    """Return assignment, student, notebook, and whether cells of it wait for a human."""
    with course.gradebook() as gradebook:
        return sorted(
            (submission.assignment.name, submission.student.id, book.name, book.needs_manual_grade)
            for assignment in gradebook.assignments
            if not assignments or assignment.name in assignments
            for submission in assignment.submissions
            for book in submission.notebooks
        )
