"""What a cell put out, as HTML in which nothing runs."""

import base64
import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nbconvert.filters.ansi import ansi2html
from nbformat import NotebookNode

from grading.feedback.markdown import Named, cleaned_html, markdown_html
from grading.feedback.maths import mathml
from grading.sanitising.notebook import MAX_HTML, PICTURES, SVG

_MOST = 20_000
_LARGEST = 8_000_000
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_TEX = re.compile(r"^\s*\$\$?(.*?)\$\$?\s*$", re.DOTALL)
_NO_SCRIPT = '<p class="quiet">[An output that would have to run something is not shown.]</p>'


def outputs_html(outputs: Sequence[NotebookNode], pictures: Named = ()) -> str:
    """Return the outputs of a cell as HTML."""
    return "\n".join(f'<div class="output">{one}</div>' for one in _each(outputs, pictures) if one)


def _each(outputs: Sequence[NotebookNode], pictures: Named) -> Iterator[str]:
    stream: list[str] = []
    for output in outputs:
        if output.output_type == "stream":
            stream.append(output.text)
            continue
        if stream:
            yield terminal("".join(stream))
            stream.clear()
        if output.output_type == "error":
            lines = output.get("traceback") or [f"{output.ename}: {output.evalue}"]
            yield terminal("\n".join(map(str, lines)), "error")
        else:
            yield _rich(output, pictures)
    if stream:
        yield terminal("".join(stream))


def terminal(text: str, kind: str = "") -> str:
    """Return what a terminal would show of `text`, colours and all, cut if it is very long."""
    if len(text) > _MOST:
        left_out = len(text) - _MOST
        text = f"{text[: _MOST - 2000]}\n[… {left_out:,} characters left out …]\n{text[-2000:]}"
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    text = ansi2html(_CONTROL.sub("\ufffd", text)).rstrip()
    return f'<pre class="{kind or "stream"}">{text}</pre>' if text else ""


def _rich(output: NotebookNode, pictures: Named) -> str:
    """Return the first form of an output that can be shown."""
    data = output.get("data", {})
    for kind, show in _FORMS.items():
        value = data.get(kind)
        if isinstance(value, str) and (shown := show(value, output, kind, pictures)):
            return shown
    return _NO_SCRIPT if data else ""


def _html(value: str, output: NotebookNode, kind: str, pictures: Named) -> str:
    if len(value) > MAX_HTML:
        return ""
    cleaned = cleaned_html(value, pictures).strip()
    shows = "<img" in cleaned or re.sub(r"<[^>]*>", "", cleaned).strip()
    return f'<div class="rich">{cleaned}</div>' if shows else ""


def _markdown(value: str, output: NotebookNode, kind: str, pictures: Named) -> str:
    return f'<div class="rich">{markdown_html(value, (), pictures)}</div>'


def _latex(value: str, output: NotebookNode, kind: str, pictures: Named) -> str:
    match = _TEX.match(value)
    return f'<div class="rich">{mathml(match[1] if match else value, True)}</div>'


def _svg(value: str, output: NotebookNode, kind: str, pictures: Named) -> str:
    data = base64.b64encode(value.encode("utf-8", "replace")).decode()
    return _img(f"{SVG};base64,{data}", output, kind)


def _picture(value: str, output: NotebookNode, kind: str, pictures: Named) -> str:
    if not _BASE64.fullmatch(value):
        return ""
    return _img(f"{kind};base64,{''.join(value.split())}", output, kind)


def _text(value: str, output: NotebookNode, kind: str, pictures: Named) -> str:
    return terminal(value)


def _img(data: str, output: NotebookNode, kind: str) -> str:
    if len(data) > _LARGEST:
        return '<p class="quiet">[A very large picture is not shown.]</p>'
    settings = output.get("metadata", {})
    said: Any = settings.get(kind)
    text = (said.get("alt") if isinstance(said, dict) else None) or settings.get("alt")
    text = text or output.data.get("text/plain") or "figure"
    return f'<img src="data:{data}" alt="{html.escape(str(text)[:2000])}">'


_FORMS: dict[str, Callable[[str, NotebookNode, str, Named], str]] = {
    "text/html": _html,
    "text/markdown": _markdown,
    SVG: _svg,
    **dict.fromkeys(PICTURES, _picture),
    "text/latex": _latex,
    "text/plain": _text,
}
