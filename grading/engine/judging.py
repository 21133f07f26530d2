"""What a test cell's outputs say of how it ended: its points, its state, and why."""

import re
from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from grading.checks import MIME_TYPE, NOT_WRITTEN, Result
from grading.engine.outputs import KILLED, OUT_OF_MEMORY, TIMEOUT
from grading.results import State

MAX_MESSAGE = 500

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_ENDS = {
    TIMEOUT: State.TIMEOUT,
    "KeyboardInterrupt": State.TIMEOUT,
    OUT_OF_MEMORY: State.OUT_OF_MEMORY,
    "MemoryError": State.OUT_OF_MEMORY,
    KILLED: State.KILLED,
}
_SENTENCES = {
    State.TIMEOUT: "took longer than a cell may and was stopped",
    State.OUT_OF_MEMORY: "needed more memory than a notebook may have",
    State.KILLED: "the process that ran the answer ended",
}


def points_of(cell: NotebookNode) -> tuple[float, str]:
    """Return the points that nbgrader gives for the outputs of the test cell `cell`.

    With them goes what is wrong with the test itself, if anything: it gave more points than the
    cell has, say. That is 0 points, and for the instructor to mend.
    """
    try:
        points, _ = determine_grade(cell)
    except (ValueError, KeyError):
        shown = next(out for out in cell.outputs if out.output_type == "execute_result")
        said = str(shown.data.get("text/plain"))[:40]
        return 0.0, f"the test gave {said} for a cell of {cell.metadata.nbgrader.points:g} points"
    return float(points or 0.0), ""


def judge(
    outputs: Sequence[NotebookNode], points: float, max_points: float
) -> tuple[State, str, tuple[Result, ...]]:
    """Say from a test cell's outputs how it ended, why, and what its checks found."""
    if any(output.output_type == "error" for output in outputs):
        return *_error(outputs), ()
    checks = tuple(check for output in outputs for check in _checks(output))
    state = by_points(points, max_points)
    if state is State.PASSED:
        return state, "", checks
    return state, failures(checks) or f"{points:g} of {max_points:g} points", checks


def failures(checks: Sequence[Result]) -> str:
    """Return what the failed ones of `checks` say, those that say the same together."""
    said: dict[str, list[str]] = {}
    for check in checks:
        if not check.passed:
            said.setdefault(check.message, []).append(check.name)
    return "; ".join(f"{', '.join(names)}: {message}" for message, names in said.items())


def by_points(points: float, max_points: float) -> State:
    """Return the state of a cell that ended by itself with so many points."""
    if points >= max_points:
        return State.PASSED
    return State.PARTIAL if points > 0 else State.FAILED


def _error(outputs: Sequence[NotebookNode]) -> tuple[State, str]:
    """Return the state and message of a cell that raised."""
    errors = {out.ename: out for out in outputs if out.output_type == "error"}
    for name, state in _ENDS.items():
        if name in errors:
            return state, _line(errors[name].evalue) or _SENTENCES[state]
    name, error = next(iter(errors.items()))
    if name == "NotImplementedError":
        return State.FAILED, NOT_WRITTEN
    if name == "AssertionError":
        return State.FAILED, _line(error.evalue) or _failed_line(error.traceback)
    return State.ERROR, f"raised {name}: {_line(error.evalue)}".rstrip(": ")


def _failed_line(traceback: Sequence[str]) -> str:
    """Return the line of the test cell to which a traceback points."""
    for line in _ANSI.sub("", "\n".join(traceback)).splitlines():
        if re.match(r"-+> \d+ ", line):
            return "this does not hold: " + line.split(maxsplit=2)[-1]
    return "an assertion does not hold"


def _checks(output: NotebookNode) -> list[Result]:
    """Return the named checks that a score shows, or none where it is not well formed."""
    shown: Any = output.get("data", {}).get(MIME_TYPE)
    try:
        return [
            Result(
                str(check["name"]),
                float(check["points"]),
                bool(check["passed"]),
                bool(check["hidden"]),
                str(check["message"])[:MAX_MESSAGE],
            )
            for check in shown["checks"]
        ]
    except (KeyError, TypeError, ValueError):
        return []


def _line(text: str) -> str:
    """Return the first line of `text` that says something, without colours."""
    lines = [line.strip() for line in _ANSI.sub("", text).splitlines()]
    return next((line for line in lines if line), "")
