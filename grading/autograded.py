"""The autograded copy of a notebook: what the grader notes in it, and reads back from it."""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from grading.course import Course, read_notebook
from grading.engine.job import CellOutcome
from grading.results import State

_KEY = "adcourse"


@dataclass(frozen=True)
class Record:
    """What was noted when a notebook was graded.

    `state` is set when its cells did not run at all, and `reason` says why. `cells` are how its
    test cells ended, without their outputs; `usage` is what the run took, and behind which walls.
    """

    digest: str
    notices: tuple[str, ...] = ()
    state: State | None = None
    reason: str = ""
    cells: tuple[CellOutcome, ...] = ()
    usage: Mapping[str, Any] = field(default_factory=dict)


def autograded_path(course: Course, student: str, assignment: str, name: str) -> Path:
    """Return where the autograded copy of the notebook `name` lies."""
    return course.path("autograded", student, assignment) / f"{name}.ipynb"


def annotated(notebook: NotebookNode, record: Record) -> NotebookNode:
    """Enter `record` into `notebook`, its notices as the first cell, and return it."""
    notebook.metadata[_KEY] = {**notebook.metadata.get(_KEY, {}), **record_to(record)}
    if record.notices:
        notebook.cells.insert(0, new_markdown_cell(_notice_html(record.notices), id="notices"))
    return notebook


def record_to(record: Record) -> dict[str, Any]:
    """Return `record` as what JSON can hold."""
    cells = [replace(cell, outputs=[]).to_dict() for cell in record.cells]
    return {**vars(record), "notices": list(record.notices), "cells": cells}


def record_from(noted: Mapping[str, Any]) -> Record:
    """Return the record that `record_to` described, as far as there is any."""
    return Record(
        noted.get("digest", ""),
        tuple(noted.get("notices", ())),
        State(noted["state"]) if noted.get("state") else None,
        noted.get("reason", ""),
        tuple(map(CellOutcome.from_dict, noted.get("cells", ()))),
        noted.get("usage", {}),
    )


def read_record(path: Path) -> Record:
    """Return what is noted in the autograded notebook at `path`, as far as there is any."""
    try:
        return record_from(json.loads(path.read_bytes())["metadata"].get(_KEY, {}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Record("")


def record_of(path: Path) -> tuple[NotebookNode | None, Record]:
    """Return the autograded notebook at `path` and what was noted in it, as far as there is any."""
    try:
        return read_notebook(path), read_record(path)
    except (OSError, ValueError):
        return None, Record("")


def _notice_html(notices: tuple[str, ...]) -> str:
    """Return a box of notices as HTML on one line, which Markdown leaves alone."""
    items = "".join(f"<li>{html.escape(' '.join(notice.split()))}</li>" for notice in notices)
    return (
        '<div role="note" style="border-left: 5px solid #b35900; background: #fff4e5; '
        'padding: 0.5em 1em"><strong>About this submission</strong>'
        f"<ul>{items}</ul></div>"
    )
