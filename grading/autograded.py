"""The autograded copy of a notebook: what the grader notes in it, and reads back from it."""

import html
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from grading.course import Course, read_notebook
from grading.results import State

_KEY = "adcourse"


@dataclass(frozen=True)
class Record:
    """What was noted when a notebook was graded.

    `state` is set when its cells did not run at all, and `reason` says why.
    """

    digest: str
    notices: tuple[str, ...] = ()
    state: State | None = None
    reason: str = ""


def autograded_path(course: Course, student: str, assignment: str, name: str) -> Path:
    """Return where the autograded copy of the notebook `name` lies."""
    return course.path("autograded", student, assignment) / f"{name}.ipynb"


def note(path: Path, record: Record) -> None:
    """Enter `record` into the autograded notebook at `path`, its notices as the first cell."""
    notebook = read_notebook(path)
    annotated(notebook, record)
    path.chmod(0o644)
    nbformat.write(notebook, path)


def annotated(notebook: NotebookNode, record: Record) -> NotebookNode:
    """Enter `record` into `notebook` and return it."""
    notebook.metadata[_KEY] = asdict(record)
    if record.notices:
        notebook.cells.insert(0, new_markdown_cell(_notice_html(record.notices), id="notices"))
    return notebook


def record_of(path: Path) -> tuple[NotebookNode | None, Record]:
    """Return the autograded notebook at `path` and what was noted in it, as far as there is any."""
    try:
        notebook = read_notebook(path)
    except (OSError, ValueError):
        return None, Record("")
    noted = notebook.metadata.get(_KEY, {})
    state = State(noted["state"]) if noted.get("state") else None
    return notebook, Record(
        noted.get("digest", ""), tuple(noted.get("notices", ())), state, noted.get("reason", "")
    )


def _notice_html(notices: tuple[str, ...]) -> str:
    """Return a box of notices as HTML on one line, which Markdown leaves alone."""
    items = "".join(f"<li>{html.escape(' '.join(notice.split()))}</li>" for notice in notices)
    return (
        '<div role="note" style="border-left: 5px solid #b35900; background: #fff4e5; '
        'padding: 0.5em 1em"><strong>About this submission</strong>'
        f"<ul>{items}</ul></div>"
    )
