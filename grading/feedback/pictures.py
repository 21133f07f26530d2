"""Pictures beside a notebook, taken into its page."""

import base64
import re
from pathlib import Path
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
_NAME = re.compile(r"[\w./% -]+\.(?:png|jpe?g|gif|webp|svg)", re.IGNORECASE)


def pictures_beside(notebook: NotebookNode, folder: Path) -> dict[str, str]:
    """Return data addresses of the pictures below `folder` that the notebook's texts may name.

    Links are not followed: they might lead out of the folder.
    """
    there = {path for path in _files(folder) if path.suffix.lower() in _KINDS}
    if not there:
        return {}
    texts = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = {}
    for name in set(_NAME.findall(texts)):
        path = folder / unquote(name.strip())
        if path in there and path.stat().st_size <= _LARGEST:
            data = base64.b64encode(path.read_bytes()).decode()
            found[name.strip()] = f"data:{_KINDS[path.suffix.lower()]};base64,{data}"
    return found


def _files(folder: Path) -> set[Path]:
    found: set[Path] = set()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_symlink():
            continue
        found |= _files(path) if path.is_dir() else {path}
    return found
