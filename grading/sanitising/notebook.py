"""A whole notebook of a student's, so that no viewer that shows it runs anything of it."""

import base64
import binascii
import html
import re
from functools import lru_cache
from typing import Any

from nbformat import NotebookNode

from grading.checks import MIME_TYPE
from grading.sanitising.harmless import is_harmless
from grading.sanitising.html import sanitised
from grading.sanitising.markdown import defused_markdown, defused_tex
from grading.sanitising.svg import defused_svg

SVG = "image/svg+xml"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
MAX_HTML = 2_000_000

_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")
_MARKUP = re.compile(r"[<>\"'`&=]")
_NAME = re.compile(r"[^\s()<>\"'\[\]\\]{1,200}")
_REFERENCE = re.compile(r"attachment:([^)\s\"'<>]+)")
_LEFT_OUT = "[an output that could run in a browser was left out]"


def defused(notebook: NotebookNode) -> NotebookNode:
    """Return `notebook` as one of which nothing runs in a viewer; what is harmless stays.

    Cleaned are Markdown and raw cells, HTML and other outputs, attached pictures, and metadata but
    for that of nbgrader and of the grader, which must be ours. Code stays as it is.
    """
    metadata = _metadata(notebook.metadata, "adcourse")
    metadata.pop("widgets", None)
    cells = [_cell(cell) for cell in notebook.cells]
    return NotebookNode({**notebook, "metadata": metadata, "cells": cells})


@lru_cache(maxsize=2048)
def defused_html(text: str) -> str:
    """Return HTML of which nothing runs; what is harmless stays as it is."""
    if len(text) > MAX_HTML:
        return f"<pre>{html.escape(text[:MAX_HTML])}</pre>"
    return text if is_harmless(text) else sanitised(text)


def safe_attachments(found: Any) -> dict[str, dict[str, str]]:
    """Return those of a cell's attachments that are pictures."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in (found or {}).items():
        pictures = {}
        for kind, data in bundle.items():
            if kind in PICTURES and _BASE64.fullmatch(data):
                pictures[kind] = data
            elif kind == SVG and (drawing := _defused_attachment(data)) is not None:
                pictures[kind] = drawing
        if pictures and _NAME.fullmatch(name):
            kept[name] = pictures
    return kept


def _cell(cell: NotebookNode) -> NotebookNode:
    changed = {"metadata": _metadata(cell.metadata, "nbgrader")}
    source = cell.source
    if cell.cell_type == "markdown":
        if "attachments" in cell:
            kept = safe_attachments(cell.attachments)
            for name in set(_REFERENCE.findall(source)) & set(cell.attachments) - set(kept):
                source = source.replace(f"attachment:{name}", f"missing:{name}")
            changed["attachments"] = kept
        changed["source"] = defused_markdown(source)
    elif cell.cell_type == "raw" and "<" in source:
        changed["source"] = html.escape(source, quote=False)
    elif cell.cell_type == "code":
        changed["outputs"] = [_output(output) for output in cell.get("outputs", ())]
    return NotebookNode({**cell, **changed})


def _defused_attachment(data: str) -> str | None:
    try:
        svg = base64.b64decode(data, validate=False).decode()
    except (binascii.Error, ValueError):
        return None
    drawing = defused_svg(svg)
    if drawing is None or drawing == svg:
        return data if drawing else None
    return base64.b64encode(drawing.encode()).decode()


def _output(output: NotebookNode) -> NotebookNode:
    if output.output_type not in ("display_data", "execute_result"):
        return output
    data = {kind: text for kind, value in output.data.items() if (text := _datum(kind, value))}
    if not data:
        data = {"text/plain": _LEFT_OUT}
    metadata = _inert(output.get("metadata", {}))
    for settings in metadata.values():
        if isinstance(settings, dict):
            settings.pop("isolated", None)  # nbconvert would make a frame of it
    return NotebookNode({**output, "data": NotebookNode(data), "metadata": metadata})


def _datum(kind: str, value: Any) -> Any:
    """Return one form of an output as it may stay, or None."""
    if kind == MIME_TYPE:
        return value
    if not isinstance(value, str):
        return None
    if kind == "text/plain":
        return value
    if kind == "text/html":
        return defused_html(value)
    if kind == "text/markdown":
        return defused_markdown(value)
    if kind == "text/latex":
        return defused_tex(value)
    if kind == SVG:
        return defused_svg(value)
    return value if kind in PICTURES and _BASE64.fullmatch(value) else None


def _metadata(found: NotebookNode, ours: str) -> NotebookNode:
    """Return metadata without what could be markup, but for the settings called `ours`."""
    kept = _inert({name: value for name, value in found.items() if name != ours})
    if ours in found:
        kept[ours] = found[ours]
    return kept


def _inert(value: Any) -> Any:
    """Return metadata without the signs that markup and attributes are made with.

    A picture's `alt` stays: every viewer takes it for the text that it is.
    """
    if isinstance(value, dict):
        return NotebookNode(
            {
                _MARKUP.sub("", name): item if name == "alt" else _inert(item)
                for name, item in value.items()
                if isinstance(name, str)
            }
        )
    if isinstance(value, list):
        return [kept for item in value if (kept := _inert(item)) not in ("", None)]
    return _MARKUP.sub("", value) if isinstance(value, str) else value
