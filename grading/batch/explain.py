"""`adcourse explain STUDENT PS`: everything that is known of one graded submission."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grading.autograded import Record, autograded_path, read_record
from grading.checks import Result
from grading.collecting import collect, total
from grading.course import Course, CourseError
from grading.points import read_points
from grading.results import CellResult
from grading.table import SIGNS, printable


def explain(course: Course, assignment: str, student: str) -> Iterator[RenderableType]:
    """Yield what there is to print, a notebook after the other.

    Raises:
        CourseError: when the student did not submit, or is not graded yet.
    """
    course.check_assignment(assignment)
    course.students(assignment, [student])
    books = read_points(course, assignment, [student]).get(student)
    if not books:
        raise CourseError(
            f"{student!r} is not graded in {assignment} yet: run `adcourse grade {assignment}`"
        )
    grading = collect(course, assignment, [student])
    counted = total(books)
    yield printable(f"{student}, {assignment}: {counted.points:g} of {counted.max_points:g} points")
    if counted.by_hand:
        yield Text(f"{counted.by_hand} cells wait for points by hand")
    for name in books:
        record = read_record(autograded_path(course, student, assignment, name))
        cells = [cell for cell in grading.cells if cell.notebook == name]
        yield Text()
        yield printable(f"{name}.ipynb", "bold")
        for notice in grading.notices:
            if notice.notebook == name:
                yield printable(f"• {notice.message}")
        yield _table(cells)
        yield printable(_used(record))


def _table(cells: Sequence[CellResult]) -> Table:
    table = Table()
    table.add_column("test", overflow="fold")
    table.add_column("state", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for cell in cells:
        sign, colour = SIGNS[cell.state]
        why = printable("\n".join([cell.message] if not cell.checks else map(_check, cell.checks)))
        if cell.checks and "set by hand" in cell.message:
            why = printable(cell.message) + Text("\n") + why
        table.add_row(
            printable(cell.cell + (" (forgeable)" if cell.forgeable else "")),
            Text(f"{sign} {cell.state}", colour),
            f"{cell.points:g} / {cell.max_points:g}",
            f"{cell.seconds:.2f}",
            why,
        )
    return table


def _check(check: Result) -> str:
    sign = "✓" if check.passed else "✗"
    name = check.name + (" (hidden)" if check.hidden else "")
    return f"{sign} {name}, {check.points:g}" + (f": {check.message}" if check.message else "")


def _used(record: Record) -> str:
    """Return in words what the notebook's run took."""
    usage = record.usage
    parts = []
    if "seconds" in usage:
        parts.append(f"{usage['seconds']:.2f} seconds")
    if "cpu_seconds" in usage:
        parts.append(f"{usage['cpu_seconds']:.2f} of computing")
    if usage.get("peak_memory_bytes"):
        parts.append(f"{usage['peak_memory_bytes'] / 1e6:.0f} MB at most")
    if usage.get("runs", 1) != 1:
        parts.append(f"{usage['runs']} runs")
    if usage.get("tier"):
        walls = "none: --no-sandbox" if usage["tier"] == "none" else usage["tier"]
        parts.append(f"walls: {walls}")
    if usage.get("cached"):
        parts.append("taken from the cache")
    return "the run: " + ", ".join(parts) if parts else "nothing is noted about its run"
