"""What a test cell shows of checks on view: what they said when nothing hidden had been asked.

An answer may remember what it was asked, in memory or in a file, and tell it in an error at the
next check. So all test cells of a notebook are first run up to their hidden lines, and only then
does the first of them go on. Where lines on view follow hidden ones, the cell is asked twice, by
two processes, the second time in full: the points are those of the second time, the texts on view
those of the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from grading.checks import MIME_TYPE, Checks, Result, Score
from grading.engine.outputs import error_output

ONLY_BESIDE_HIDDEN = "passed at first, and failed when the hidden checks were asked as well"
_IN_HIDDEN_LINES = "not as it should be"
_NO_SCORE = "no number"


def printed(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return what is neither the value of the cell nor its error."""
    return [out for out in outputs if out.output_type not in ("execute_result", "error")]


def shown_so_far(namespace: Mapping[str, Any]) -> list[NotebookNode]:
    """Return the results of the checks in a test cell's `namespace`, as an output."""
    found = [value for value in namespace.values() if isinstance(value, Checks)]
    results = [asdict(result) for checks in found for result in checks.results]
    return [new_output("execute_result", {MIME_TYPE: {"checks": results}})] if results else []


def value_on_view(value: Any, outputs: Sequence[NotebookNode]) -> Any:
    """Return `value`, that of the whole cell, as it may be shown beside the first `outputs`."""
    if isinstance(value, Score):
        said = {check["name"]: check["message"] for check in _checks(outputs)}
        return Score(value, value.total, [_on_view(result, said) for result in value.results])
    return value if value is None or isinstance(value, int | float) else _NO_SCORE


def error_on_view(kind: str, outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return the error that a line on view raised at first, or only that there now is one."""
    errors = [out for out in outputs if out.output_type == "error"]
    return errors or error_output(kind, ONLY_BESIDE_HIDDEN)


def _on_view(result: Result, said: dict[str, str]) -> Result:
    """Return what may be shown of `result`; `said` are the messages of the checks on view."""
    if result.passed or result.hidden:
        return result
    if result.name not in said:
        return replace(result, hidden=True, message=_IN_HIDDEN_LINES)
    return replace(result, message=said[result.name] or ONLY_BESIDE_HIDDEN)


def _checks(outputs: Sequence[NotebookNode]) -> list[dict[str, Any]]:
    shown = (out.get("data", {}).get(MIME_TYPE, {}) for out in outputs)
    return [check for score in shown for check in score.get("checks", ())]
