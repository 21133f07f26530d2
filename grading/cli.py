"""The command line `adcourse`: an instructor's way through one assignment.

What each command does is in the module of its name; here are its options and what it prints.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from typer.core import TyperGroup

if TYPE_CHECKING:
    from grading.course import Course
    from grading.stock import Progress

WRONG_RESULT = 1
USAGE = 2

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class _Commands(TyperGroup):
    """The commands; a mistake in what they were asked for ends in one line and status 2."""

    def invoke(self, ctx: typer.Context) -> Any:
        from grading.course import CourseError, GradebookError

        try:
            return super().invoke(ctx)
        except (CourseError, GradebookError) as error:
            message = str(error).splitlines()[0]
        except OSError as error:
            message = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        err.print(f"adcourse: {message}", markup=False, soft_wrap=True)
        raise typer.Exit(USAGE)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Release, grade and report the assignments of an nbgrader course.",
)

CourseFolder = Annotated[
    Path | None,
    typer.Option("--course", metavar="DIR", help="The course's folder. (default: ./course or .)"),
]
Assignment = Annotated[str, typer.Argument(metavar="PS", help="The assignment, such as ps01.")]
Students = Annotated[
    list[str] | None,
    typer.Argument(metavar="STUDENT", help="Only these students.", show_default="all"),
]


@app.command(epilog="Example: [bold]adcourse release ps01[/bold]")
def release(assignment: Assignment, course: CourseFolder = None) -> None:
    """Make the student version: no solutions, no hidden tests."""
    from grading.release import release as make

    folder = make(_course(course), assignment)
    out.print(f"{assignment}: the student version is in {folder}", markup=False, soft_wrap=True)


@app.command(epilog="Example: [bold]adcourse grade ps01 --json ps01.json[/bold]")
def grade(
    assignment: Assignment,
    students: Students = None,
    course: CourseFolder = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a record a graded cell.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade unchanged ones again.")] = False,
) -> None:
    """Grade what is new or changed in the folder submitted/, into the gradebook.

    Scores given by hand are kept.
    """
    from grading.collecting import totals
    from grading.results import write_json
    from grading.stock import grade as run_grader
    from grading.table import legend, results_table

    found = _course(course)
    _check_place(json)
    with _progress(f"grading {assignment}") as progress:
        grading = run_grader(found, assignment, students, force=force, progress=progress)
    if json is not None:
        write_json(json, assignment, grading.cells, grading.notices)
    everyone = list(dict.fromkeys(cell.student for cell in grading.cells))
    out.print(results_table(assignment, grading, totals(found, assignment, everyone)))
    out.print(legend(grading))
    unchanged = len(everyone) - len(grading.run)
    out.print(f"{len(grading.run)} graded now, {unchanged} unchanged since they were graded")


@app.command(epilog="Example: [bold]adcourse feedback ps01 ada grace[/bold]")
def feedback(
    assignment: Assignment, students: Students = None, course: CourseFolder = None
) -> None:
    """Write each student's feedback page."""
    from grading.feedback import write_feedback

    found = _course(course)
    with _progress(f"feedback on {assignment}") as progress:
        pages = write_feedback(found, assignment, students, progress=progress)
    folder = found.path("feedback", "STUDENT", assignment)
    pages_are = "1 feedback page is" if len(pages) == 1 else f"{len(pages)} feedback pages are"
    out.print(f"{pages_are} in {folder}", markup=False, soft_wrap=True)


@app.command(epilog="Example: [bold]adcourse export --to grades.csv[/bold]")
def export(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(metavar="PS", help="Only these assignments.", show_default="all"),
    ] = None,
    course: CourseFolder = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where. (default: grades.csv in DIR)")
    ] = None,
) -> None:
    """Write everyone's grades as a table, grades.csv."""
    from grading.export import export as write
    from grading.export import reservations

    found = _course(course)
    _check_place(to)
    path = write(found, to, assignments)
    out.print(f"the grades are in {path}", markup=False, soft_wrap=True)
    for reservation in reservations(found, assignments):
        out.print(f"note: {reservation}", markup=False, soft_wrap=True)


@app.command(epilog="Example: [bold]adcourse report ps01[/bold]")
def report(
    assignment: Assignment,
    course: CourseFolder = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where. (default: reports/PS.html in DIR)")
    ] = None,
) -> None:
    """Write the class report: which question failed whom, and why."""
    from grading.collecting import collect, totals
    from grading.course import CourseError
    from grading.report import write_report

    found = _course(course)
    _check_place(to)
    found.released(assignment)
    grading = collect(found, assignment)
    if not grading.cells:
        raise CourseError(f"nobody is graded yet: run `adcourse grade {assignment}`")
    path = to or found.root / "reports" / f"{assignment}.html"
    path.parent.mkdir(exist_ok=True)
    counted = totals(found, assignment, found.submissions(assignment))
    write_report(grading.cells, grading.notices, path, assignment, counted)
    out.print(f"the report is in {path}", markup=False, soft_wrap=True)


@app.command(epilog="Example: [bold]adcourse demo[/bold]")
def demo(
    assignment: Annotated[
        str | None, typer.Argument(metavar="PS", help="The assignment.", show_default="the first")
    ] = None,
    course: CourseFolder = None,
    to: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the class is made, anew each time.")
    ] = Path("build/demo"),
) -> None:
    """Make a class from the sample answers, grade it, and compare with what each must get."""
    from grading.demo import run_demo

    if not run_demo(_course(course), to, out, assignment):
        raise typer.Exit(WRONG_RESULT)


def run() -> None:
    """Run `adcourse`, also where the terminal cannot show every character."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="adcourse")


def _course(folder: Path | None) -> "Course":
    from grading.course import find_course

    return find_course(folder)


def _check_place(file: Path | None) -> None:
    """Refuse a file in a folder that is not there: it may be misspelt."""
    from grading.course import CourseError

    if file is not None and not file.parent.is_dir():
        raise CourseError(f"no folder {file.parent}: make it first, or name another place")


@contextmanager
def _progress(title: str) -> "Iterator[Progress]":
    """Show a progress bar on a terminal; yield the function that moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(
        *columns, TimeElapsedColumn(), console=err, transient=True, disable=not err.is_terminal
    ) as bars:
        task = bars.add_task(title, total=None)

        def progress(done: int, total: int, student: str) -> None:
            bars.update(task, completed=done, total=total, description=f"{title} {student}")

        yield progress
