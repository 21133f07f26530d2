"""The command `adcourse audit`."""

from pathlib import Path
from typing import Annotated

import typer

from grading.audit.kinds import Kind
from grading.commandline import (
    WRONG_RESULT,
    CourseFolder,
    app,
    check_place,
    opened,
    out,
    progress_bar,
    tell,
)


@app.command(epilog="Example: [bold]adcourse audit ps01[/bold]")
def audit(
    assignments: Annotated[
        list[str] | None, typer.Argument(metavar="PS", help="The assignments.", show_default="none")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All assignments.")] = False,
    course: CourseFolder = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write all that was found.")
    ] = None,
    only: Annotated[
        list[Kind] | None,
        typer.Option(help="Only this question, or these. (default: all)", show_default=False),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Only so many mutants a notebook. (default: all)"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Which mutants a sample takes.")] = 0,
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Notebooks at a time. (default: cores)")
    ] = None,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run the course's own answers without walls.")
    ] = False,
) -> None:
    """Prove that assignments' tests take every right answer and no wrong one, and tell nothing.

    Of each assignment it makes every slip that a table of slips knows, grades the sample answers,
    those that are right many times over, and looks for secrets in what students see.
    """
    from grading.audit.auditing import audit as run_audit
    from grading.audit.report import cell_table, finding_lines, last_line, write_json
    from grading.audit.running import Runner
    from grading.course import CourseError, listed

    found = opened(course)
    check_place(json)
    known = found.assignments()
    if bool(assignments) == everything:
        raise CourseError(f"name assignments ({listed(known)}), or give --all for all of them")
    names = known if everything else list(dict.fromkeys(assignments or ()))
    for name in names:
        found.check_assignment(name)
    if not names:
        raise CourseError(f"no assignments in {found.path('source')}")
    audits = []
    with Runner(found, workers, tier="none" if no_sandbox else "best") as runner:
        for name in names:
            with progress_bar(f"auditing {name}") as progress:
                audits.append(
                    run_audit(
                        found,
                        name,
                        runner,
                        asked=only or frozenset(Kind),
                        sample=sample,
                        seed=seed,
                        progress=progress,
                    )
                )
            if audits[-1].verdicts:
                out.print(cell_table(audits[-1]))
            for line in finding_lines(audits[-1]):
                tell(line)
    if json is not None:
        write_json(json, audits)
    tell(last_line(audits))
    if any(audit.findings for audit in audits):
        raise typer.Exit(WRONG_RESULT)
