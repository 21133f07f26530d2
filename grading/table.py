"""The table that `adcourse grade` prints: a student a line, a sign a cell."""

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from grading.collecting import Total
from grading.results import Grading, State

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
    for student, messages in sorted(told.items()):
        total = totals.get(student)
        table.add_row(
            _text(student),
            f"{total.points:g} / {total.max_points:g}" if total else "—",
            f"{total.by_hand} to do" if total and total.by_hand else "",
            _signs(student, grading),
            _text(" ".join(messages)),
        )
    return table


def legend(grading: Grading) -> Text:
    """Return what the signs in the table mean, on one line."""
    there = {cell.state for cell in grading.cells}
    parts = [Text.assemble(sign, f" {state}") for state, sign in SIGNS.items() if state in there]
    return Text("   ", style="dim").join(parts)


def _signs(student: str, grading: Grading) -> Text:
    states = [cell.state for cell in grading.cells if cell.student == student]
    return Text.assemble(*(SIGNS[state] for state in states))


def _text(text: str) -> Text:
    """Return what a student wrote, without the characters that steer a terminal."""
    return Text("".join(char if char.isprintable() else " " for char in text))
