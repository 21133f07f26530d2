"""What grading found: one record a graded cell, the same for every engine, table and report."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from grading.checks import Result


class State(StrEnum):
    """How a test cell ended."""

    PASSED = "passed"  # full marks
    PARTIAL = "partial"  # some checks passed
    FAILED = "failed"  # the checks ran, and none passed
    ERROR = "error"  # the cell itself raised, outside its checks
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out of memory"
    KILLED = "killed"  # the process ended before the cell did
    MISSING = "missing"  # there was nothing to grade: no notebook, or no readable one


@dataclass(frozen=True)
class CellResult:
    """One autograded cell of one student's notebook.

    `cell` is the nbgrader `grade_id`. `message` is a sentence for the student; it is empty for
    a cell that passed. `checks` is empty for a cell without named checks. A cell whose score the
    student's own process could have made up is `forgeable`; `tier` names the walls around it.
    """

    student: str
    notebook: str
    cell: str
    points: float
    max_points: float
    state: State
    message: str
    checks: tuple[Result, ...] = ()
    seconds: float = 0.0
    forgeable: bool = False
    tier: str = ""


@dataclass(frozen=True)
class Notice:
    """Something to tell about a submission as a whole: a locked cell was edited, say.

    `notebook` is empty where it concerns none: a misspelt folder, say.
    """

    student: str
    notebook: str
    message: str


@dataclass(frozen=True)
class Grading:
    """What grading an assignment found: its cells, and what there is to tell about submissions.

    `run` are the students whose notebooks ran just now; those of the others had not changed.
    """

    cells: tuple[CellResult, ...]
    notices: tuple[Notice, ...]
    run: tuple[str, ...] = ()


def write_json(
    path: Path, assignment: str, cells: Sequence[CellResult], notices: Iterable[Notice] = ()
) -> None:
    """Write `cells` to `path`: one record a graded cell, and the notices beside them."""
    content = {
        "assignment": assignment,
        "cells": [asdict(cell) for cell in cells],
        "notices": [asdict(notice) for notice in notices],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> tuple[str, list[CellResult], list[Notice]]:
    """Return the assignment, cells and notices that `write_json` wrote to `path`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    cells = [
        CellResult(
            **{
                **cell,
                "state": State(cell["state"]),
                "checks": tuple(Result(**check) for check in cell["checks"]),
            }
        )
        for cell in content["cells"]
    ]
    return content["assignment"], cells, [Notice(**notice) for notice in content["notices"]]
