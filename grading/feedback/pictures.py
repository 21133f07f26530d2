"""Pictures beside a notebook, taken into its page."""

import base64
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from nbformat import NotebookNode

_KINDS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_LARGEST = 4_000_000
_NAMED = re.compile(
    r"(?:\]\(\s*<?|src\s*=\s*[\"']?)([^()<>\"'\s]{1,200}\.(?:png|jpe?g|gif|webp|svg))",
    re.IGNORECASE,
)


def pictures_beside(notebook: NotebookNode, folder: Path) -> dict[str, str]:
    """Return data addresses of the pictures below `folder` that the notebook's texts name.

    Links are not followed: they might lead out of the folder.
    """
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    found = {}
    for name in {name for text in texts for name in _NAMED.findall(text)}:
        place = PurePosixPath(unquote(name))
        if place.is_absolute() or ".." in place.parts or "\0" in name:
            continue
        path = folder / place
        kind = _KINDS.get(place.suffix.lower())
        if kind and _is_there(path, folder) and path.stat().st_size <= _LARGEST:
            found[name] = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    return found


def _is_there(path: Path, folder: Path) -> bool:
    try:
        return path.is_file() and path.resolve() == folder.resolve() / path.relative_to(folder)
    except (OSError, ValueError):
        return False
