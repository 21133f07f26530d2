"""Reading a submitted notebook, whoever wrote it and whatever became of it.

Nothing of the file is trusted. The notebook that goes on to grading is built anew from the
sources of its cells; what decides points (tests, grade ids, points) comes from the student version.
"""

import json
import warnings
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.reader import reads

from grading.repairing import repair

MAX_BYTES = 64_000_000
MAX_CELLS = 10_000


class UnreadableError(Exception):
    """A file that cannot be graded; the message is a sentence for the student."""


def read_submitted(
    content: bytes, released: NotebookNode, max_bytes: int = MAX_BYTES
) -> tuple[NotebookNode | None, list[str]]:
    """Read the bytes of a submitted notebook against its student version `released`.

    Returns the notebook with its tests as released, or None where nothing can be graded, and
    a sentence for everything that was not as it should be.
    """
    notices: list[str] = []
    try:
        cells = _cells(_parsed(content, max_bytes), notices)
        notebook = repair(cells, released, notices)
    except UnreadableError as error:
        return None, [str(error)]
    return notebook, notices


def _parsed(content: bytes, max_bytes: int) -> dict:
    """Return the notebook's JSON object."""
    if not content.strip():
        raise UnreadableError("The file is empty: save the notebook and submit it again.")
    if len(content) > max_bytes:
        raise UnreadableError(
            f"The file has {len(content) / 1e6:,.0f} MB, more than the {max_bytes / 1e6:,.0f} MB "
            "allowed: clear its outputs, save and submit it again."
        )
    try:
        found = json.loads(content)
    except json.JSONDecodeError as error:
        raise UnreadableError(
            f"The file is cut off or damaged: from line {error.lineno}, column {error.colno} on it "
            "cannot be read. Save the notebook and submit it again."
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            "The file is damaged: it is not the text of a notebook. Save and submit it again."
        ) from error
    if not isinstance(found, dict) or not ({"cells", "worksheets"} & set(found)):
        raise UnreadableError("The file is not a notebook: it has no cells.")
    return found


def _cells(found: dict, notices: list[str]) -> list[dict[str, Any]]:
    """Return the cells in today's format, malformed ones left out."""
    if _count(found) > MAX_CELLS:
        raise UnreadableError(
            f"The notebook has {_count(found):,} cells, more than the {MAX_CELLS:,} allowed: "
            "delete those that are none of yours and submit it again."
        )
    version = found.get("nbformat")
    if version not in (2, 3, 4):
        raise UnreadableError(
            f"The file is in notebook format {str(version)[:20]}; formats 2 to 4 can be read."
        )
    if version < 4:
        found = _upgraded(found, version)
        notices.append(
            f"The notebook was in the old format {version}; it was upgraded to format 4."
        )
    cells = found.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError("The file is not a notebook: it has no list of cells.")
    good = [cell for cell in map(_clean, cells) if cell]
    if len(good) < len(cells):
        notices.append(f"Damaged cells were left out: {len(cells) - len(good)}.")
    return good


def _count(found: dict) -> int:
    """Return the number of cells, in whatever format they are."""
    sheets = found.get("worksheets")
    places = [found, *(sheets if isinstance(sheets, list) else ())]
    lists = [place.get("cells") for place in places if isinstance(place, dict)]
    return sum(len(cells) for cells in lists if isinstance(cells, list))


def _upgraded(found: dict, version: int) -> dict:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return nbformat.convert(reads(json.dumps(found)), 4)
    except Exception as error:
        raise UnreadableError(
            f"The notebook is in the old format {version} and could not be upgraded: open it in "
            "JupyterLab, save it and submit it again."
        ) from error


def _clean(cell: Any) -> dict[str, Any] | None:
    """Return the parts of a cell that grading needs, checked, or None for no cell at all."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    metadata = cell.get("metadata")
    settings = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return {
        "cell_type": cell["cell_type"],
        "source": _text(source),
        "settings": settings if isinstance(settings, dict) else {},
        "attachments": _attachments(cell.get("attachments")),
    }


def _attachments(found: Any) -> dict[str, dict[str, str]]:
    """Return the well-formed pictures pasted into a Markdown cell: name, MIME type, base64."""
    if not isinstance(found, dict):
        return {}
    return {
        _text(name): {_text(kind): data}
        for name, bundle in found.items()
        if isinstance(bundle, dict)
        for kind, data in list(bundle.items())[:1]
        if isinstance(data, str) and data.isascii()
    }


def _text(text: str) -> str:
    """Return `text` without the half characters that no file can hold."""
    return text.encode("utf-8", "replace").decode()
