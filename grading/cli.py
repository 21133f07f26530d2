"""The command line `adcourse`: an instructor's way through one assignment.

What each command does is in the module of its name; here are its options and what it prints.
"""

from pathlib import Path
from typing import Annotated

import typer

from grading.audit import commands as audit_commands
from grading.batch import commands
from grading.commandline import (
    WRONG_RESULT,
    Assignment,
    CourseFolder,
    Students,
    app,
    check_place,
    opened,
    out,
    progress_bar,
    run,
    tell,
)

__all__ = ["app", "audit_commands", "commands", "out", "run"]


@app.command(epilog="Example: [bold]adcourse release ps01[/bold]")
def release(assignment: Assignment, course: CourseFolder = None) -> None:
    """Make the student version: no solutions, no hidden tests."""
    from grading.release import release as make

    folder = make(opened(course), assignment)
    tell(f"{assignment}: the student version is in {folder}")


@app.command(epilog="Example: [bold]adcourse feedback ps01 ada grace[/bold]")
def feedback(
    assignment: Assignment,
    students: Students = None,
    course: CourseFolder = None,
    show_hidden: Annotated[
        bool, typer.Option("--show-hidden", help="Show hidden tests and mark schemes, too.")
    ] = False,
) -> None:
    """Write each student's feedback page.

    Of a hidden check it shows the name, the points and what was wrong.
    """
    from grading.feedback import write_feedback

    found = opened(course)
    with progress_bar(f"feedback on {assignment}") as progress:
        pages = write_feedback(
            found, assignment, students, show_hidden=show_hidden, progress=progress
        )
    folder = found.path("feedback", "STUDENT", assignment)
    pages_are = "1 feedback page is" if len(pages) == 1 else f"{len(pages)} feedback pages are"
    tell(f"{pages_are} in {folder}")


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

    found = opened(course)
    check_place(to)
    path = write(found, to, assignments)
    tell(f"the grades are in {path}")
    for reservation in reservations(found, assignments):
        tell(f"note: {reservation}")


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

    found = opened(course)
    check_place(to)
    found.released(assignment)
    grading = collect(found, assignment)
    if not grading.cells:
        raise CourseError(f"nobody is graded yet: run `adcourse grade {assignment}`")
    path = to or found.root / "reports" / f"{assignment}.html"
    path.parent.mkdir(exist_ok=True)
    counted = totals(found, assignment, found.submissions(assignment))
    write_report(grading.cells, grading.notices, path, assignment, counted)
    tell(f"the report is in {path}")


@app.command(epilog="Example: [bold]adcourse new ps03[/bold]")
def new(assignment: Assignment, course: CourseFolder = None) -> None:
    """Make a new assignment from the course's template: a notebook and sample answers."""
    from grading.newassignment import new as make

    notebook, cases = make(opened(course), assignment)
    tell(f"{assignment}: write {notebook}, and sample answers in {cases}")


@app.command(epilog="Example: [bold]adcourse bundle --to autodiff[/bold]")
def bundle(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(metavar="PS", help="Only these assignments.", show_default="all released"),
    ] = None,
    course: CourseFolder = None,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where. (default: bundle/COURSE in DIR)")
    ] = None,
) -> None:
    """Make the students' package, a folder and a zip: lessons, assignments, what to install."""
    from grading.bundle import bundle as make

    found = opened(course)
    name = found.coursedir.course_id or "course"
    path = make(found, to or found.root / "bundle" / name, assignments)
    tell(f"the students' package is {path}, and the folder beside it")


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

    if not run_demo(opened(course), to, out, assignment):
        raise typer.Exit(WRONG_RESULT)


@app.command(epilog="Example: [bold]adcourse doctor[/bold]")
def doctor(course: CourseFolder = None) -> None:
    """Tell what this machine and this course can do, and how to mend what is missing."""
    from grading.doctor import Health, examine, findings_table

    findings = examine(course)
    out.print(findings_table(findings))
    if any(finding.health is Health.BAD for finding in findings):
        raise typer.Exit(WRONG_RESULT)
