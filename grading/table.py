"""The table that `adcourse grade` prints: a student a line, a sign a cell."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from grading.collecting import Total
from grading.course import listed
from grading.results import Grading, State

if TYPE_CHECKING:
    from grading.batch.dryrun import Change

SIGNS = {
    State.PASSED: ("✓", "green"),
    State.PARTIAL: ("◐", "yellow"),
    State.FAILED: ("✗", "red"),
    State.ERROR: ("!", "red"),
    State.TIMEOUT: ("T", "magenta"),
    State.OUT_OF_MEMORY: ("M", "magenta"),
    State.KILLED: ("K", "magenta"),
    State.MISSING: ("–", "red"),
}


def results_table(title: str, grading: Grading, totals: Mapping[str, Total]) -> Table:
    """Return the table of `grading`, with each student's points in the gradebook.

    A student of whom only a notice tells has a line, too.
    """
    table = Table(title=title, title_justify="left")
    table.add_column("student", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("by hand", justify="right")
    table.add_column("tests", overflow="fold")
    table.add_column("to know", overflow="fold", ratio=1)
    told = {student: [] for student in totals}
    for notice in grading.notices:
        told.setdefault(notice.student, []).append(notice.message)
    states: dict[str, list[State]] = {}
    for cell in grading.cells:
        states.setdefault(cell.student, []).append(cell.state)
    for student, messages in sorted(told.items()):
        total = totals.get(student)
        table.add_row(
            printable(student),
            f"{total.points:g} / {total.max_points:g}" if total else "—",
            f"{total.by_hand} to do" if total and total.by_hand else "",
            Text.assemble(*(SIGNS[state] for state in states.get(student, ()))),
            printable(" ".join(messages)),
        )
    return table


def legend(grading: Grading) -> Text:
    """Return what the signs in the table mean, on one line."""
    there = {cell.state for cell in grading.cells}
    parts = [Text.assemble(sign, f" {state}") for state, sign in SIGNS.items() if state in there]
    return Text("   ", style="dim").join(parts)


def reservations(grading: Grading) -> list[str]:
    """Say of which scores one should not be too sure."""
    told = []
    forgeable = {(cell.notebook, cell.cell) for cell in grading.cells if cell.forgeable}
    if forgeable:
        names = sorted({cell for _, cell in forgeable})
        told.append(
            f"note: {len(names)} tests run inside the student's process, where a score can be "
            f"forged, since they use no probes: {listed(names)}"
        )
    open_to_all = {cell.student for cell in grading.cells if cell.tier == "none"}
    if open_to_all:
        told.append(f"note: graded without walls (--no-sandbox): {listed(sorted(open_to_all))}")
    return told


def changes_table(title: str, changes: Sequence["Change"]) -> Table:
    """Return the table of scores that would change."""
    table = Table(title=title, title_justify="left")
    for name in ("student", "notebook", "cell"):
        table.add_column(name, overflow="fold")
    table.add_column("old → new", justify="right", no_wrap=True)
    for change in changes:
        table.add_row(
            printable(change.student),
            printable(change.notebook),
            printable(change.cell),
            f"{_points(change.old)} → {_points(change.new)}",
        )
    return table


def _points(points: float | None) -> str:
    return "—" if points is None else f"{points:g}"


def printable(text: str, style: str = "") -> Text:
    """Return what a student wrote, without the characters that steer a terminal."""
    shown = "".join(char if char.isprintable() or char == "\n" else " " for char in text)
    return Text(shown, style)
