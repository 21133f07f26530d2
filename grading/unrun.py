"""Answers whose cell did not run: a test then says the name that is missing, not what is wrong."""

import re
from collections.abc import Sequence
from dataclasses import replace

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from grading.checks import NOT_WRITTEN, Result

_MISSING = re.compile(r"raised NameError(?:: name '(\w+)' is not defined)?")
_STOPPED = ("CellTimeoutError", "KeyboardInterrupt")
_PLACE = re.compile(r" \([^()]*, line (\d+)\)$")


def why_undefined(
    cells: Sequence[NotebookNode], test: NotebookNode, messages: Sequence[str]
) -> str | None:
    """Say which cell above `test` did not run, if that is why a name is not defined in it.

    `messages` are what the test's failed checks say, or the test itself. `cells` are those of
    the executed notebook. Returns None where the answers ran: then the name is misspelt.
    """
    names = {match[1] for text in messages if (match := _MISSING.match(text)) and match[1]}
    above = cells[: cells.index(test)]
    answers = [cell for cell in above if cell.cell_type == "code" and not is_test(cell)]
    for cell in reversed(answers):
        error = next((out for out in cell.outputs if out.output_type == "error"), None)
        if error is not None and any(_defines(cell.source, name) for name in names):
            if error.ename == "NotImplementedError":
                return NOT_WRITTEN
            nearest = cell is next((c for c in reversed(answers) if is_solution(c)), None)
            defined = ", ".join(sorted(name for name in names if _defines(cell.source, name)))
            which = "the cell above" if nearest else f"the cell that defines {defined}"
            return f"{which} did not run: {_in_words(error)}"
    return None


def is_test(cell: NotebookNode) -> bool:
    """Say whether a cell tests answers and holds none."""
    return is_grade(cell) and not is_solution(cell)


def explained(checks: Sequence[Result], why: str) -> tuple[Result, ...]:
    """Return `checks` with `why` for every undefined name."""
    return tuple(
        replace(check, message=why) if _MISSING.match(check.message) else check for check in checks
    )


def _defines(source: str, name: str) -> bool:
    return bool(
        re.search(
            rf"^[ \t]*(?:(?:async )?def|class)[ \t]+{name}\b|^{name}[ \t]*[=:,]",
            source,
            re.MULTILINE,
        )
    )


def _in_words(error: NotebookNode) -> str:
    """Return an error as one line, with a place that a student can find: a line of the cell."""
    if error.ename in _STOPPED:
        return "it took too long and was stopped"
    first = (str(error.evalue).strip().splitlines() or [""])[0]
    value = _PLACE.sub(r" (its line \1)", first)
    return f"{error.ename}: {value}".rstrip(": ")
