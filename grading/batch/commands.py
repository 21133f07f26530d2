"""The grader's commands: `adcourse grade`, `explain`, `forget` and `doctor`."""

from pathlib import Path
from typing import Annotated

import typer

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
    say,
    tell,
)

NO_SANDBOX = (
    "WARNING: --no-sandbox: students' code runs with your rights, without walls. It can read and "
    "change all that you can, the gradebook included. This is noted with every score."
)


@app.command(epilog="Example: [bold]adcourse grade ps01 --json ps01.json[/bold]")
def grade(
    assignment: Assignment,
    students: Students = None,
    course: CourseFolder = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a record a graded cell.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade unchanged ones again, all anew.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show which scores would change.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Notebooks at a time. (default: cores)")
    ] = None,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run students' code without walls: trust it.")
    ] = False,
) -> None:
    """Grade what is new or changed in the folder submitted/, into the gradebook.

    Scores given by hand are kept. Stopped at any moment, the same command goes on from there.
    """
    found = opened(course)
    check_place(json)
    if no_sandbox:
        say(NO_SANDBOX, style="bold red")
    options = {"force": force, "workers": workers, "tier": "none" if no_sandbox else "best"}
    if dry_run:
        _show_changes(found, assignment, students, options)
    else:
        _grade(found, assignment, students, json, options)


def _grade(course, assignment, students, json, options) -> None:
    from grading.batch.run import grade as run_grader
    from grading.collecting import totals
    from grading.results import write_json
    from grading.table import legend, reservations, results_table

    with progress_bar(f"grading {assignment}") as progress:
        grading = run_grader(course, assignment, students, progress=progress, **options)
    if json is not None:
        write_json(json, assignment, grading.cells, grading.notices)
    everyone = list(dict.fromkeys(cell.student for cell in grading.cells))
    out.print(results_table(assignment, grading, totals(course, assignment, everyone)))
    out.print(legend(grading))
    for line in reservations(grading):
        tell(line)
    unchanged = len(everyone) - len(grading.run)
    tell(f"{len(grading.run)} graded now, {unchanged} unchanged since they were graded")


def _show_changes(course, assignment, students, options) -> None:
    from grading.batch.dryrun import dry_run
    from grading.table import changes_table

    with progress_bar(f"trying {assignment}") as progress:
        changes, count = dry_run(course, assignment, students, progress=progress, **options)
    if changes:
        out.print(changes_table(assignment, changes))
    tell(
        f"{count} would be graded, {len(changes)} scores would change; nothing was written. "
        f"To do it: adcourse grade {assignment}"
    )


@app.command(epilog="Example: [bold]adcourse explain ada ps01[/bold]")
def explain(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="The student.")],
    assignment: Assignment,
    course: CourseFolder = None,
) -> None:
    """Tell all about one graded submission: states, reasons, checks, times, memory, walls."""
    from grading.batch.explain import explain as lines

    for line in lines(opened(course), assignment, student):
        out.print(line)


@app.command(epilog="Example: [bold]adcourse forget ada[/bold]")
def forget(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="The student.")],
    course: CourseFolder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete all that the course has of a student: work, points, feedback. There is no way back."""
    from grading.batch.forget import forget as delete
    from grading.batch.forget import traces

    found = opened(course)
    there = traces(found, student)
    if not yes:
        for path in [*there.folders, *there.files]:
            tell(str(path))
        if there.in_gradebook:
            tell("and the student's points and comments in the gradebook")
        typer.confirm(f"Delete all this of {student}?", abort=True)
    for line in delete(found, student):
        tell(line)


@app.command(epilog="Example: [bold]adcourse doctor[/bold]")
def doctor(course: CourseFolder = None) -> None:
    """Say what this machine and this course can do, and how to mend what is missing."""
    from grading.doctor import Health, examine, findings_table

    findings = examine(course)
    out.print(findings_table(findings))
    if any(finding.health is Health.BAD for finding in findings):
        raise typer.Exit(WRONG_RESULT)
