"""Grades for the registry: the gradebook as a table."""

from pathlib import Path

from nbgrader.plugins import CsvExportPlugin

from grading.course import Course


def export(course: Course, path: Path | None = None, assignments: list[str] | None = None) -> Path:
    """Write `grades.csv` with nbgrader's exporter: a row a student and assignment.

    `path` is by default `grades.csv` in the course's folder. Returns the path.

    Raises:
        CourseError: when one of `assignments` is unknown.
    """
    for assignment in assignments or ():
        course.check_assignment(assignment)
    path = path or course.root / "grades.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    plugin = CsvExportPlugin(config=course.config, to=str(path), assignment=assignments or [])
    with course.gradebook() as gradebook:
        plugin.export(gradebook)
    return path
