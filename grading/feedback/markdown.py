"""Markdown as HTML for a page: cleaned, with formulas as MathML and pictures inside the page."""

import html
import re
from functools import lru_cache

from mistune import import_plugin
from mistune.plugins.table import table_in_list, table_in_quote
from nbconvert.filters.markdown_mistune import MarkdownWithMath

from grading.feedback.maths import mathml
from grading.sanitising.html import SAFE_DATA, Cleaner, scheme_of
from grading.sanitising.markdown import (
    MAX_CHARS,
    Renderer,
    as_written,
    pictures_aside,
    takes_too_long,
)

Named = tuple[tuple[str, str], ...]  # data addresses of pictures, by name

NO_TEXT = "a picture without a description"
# JupyterLab shows tables in lists, and nbconvert by itself does not.
_PLUGINS = (
    *map(import_plugin, MarkdownWithMath.DEFAULT_PLUGINS),
    table_in_list,
    table_in_quote,
)
_PREFIX = "in-"  # what ids of the notebook's headings begin with, so that they are not the page's
_BELOW = 2  # the page's own headings above the notebook's
_MARK = re.compile("\ue002(\\d+)\ue003")
_MARKS = re.compile("[\ue002\ue003]")
# The cleaner writes every attribute between double quotes.
_TOKEN = re.compile('<[^<>"]*(?:"[^"]*"[^<>"]*)*>|\ue002\\d+\ue003')


@lru_cache(maxsize=4096)
def markdown_html(source: str, attachments: Named = (), pictures: Named = ()) -> str:
    """Return the Markdown `source` as HTML in which nothing runs and that loads nothing.

    `attachments` are the cell's, `pictures` are files beside the notebook.
    """
    source = _MARKS.sub("", source)
    if takes_too_long(pictures_aside(source)[0]):
        source = as_written(source[:MAX_CHARS])
    renderer = _PageRenderer(dict(attachments), dict(pictures))
    made = MarkdownWithMath(renderer, plugins=_PLUGINS).render(source)
    return _finished(_cleaner(pictures).clean(made), renderer.formulas)


@lru_cache(maxsize=4096)
def cleaned_html(text: str, pictures: Named = ()) -> str:
    """Return HTML that code displayed as HTML in which nothing runs and that loads nothing."""
    return _finished(_cleaner(pictures).clean(_MARKS.sub("", text)), [])


class _PageRenderer(Renderer):
    """Renders maths as marks, which no cleaning touches, and headings below the page's own."""

    def __init__(self, attachments: dict[str, str], pictures: dict[str, str]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.data = {f"attachment:{name}": data for name, data in attachments.items()} | pictures
        self.formulas: list[tuple[str, bool]] = []

    def block_math(self, body: str) -> str:
        return f"<div>{self._mark(body, True)}</div>"

    def inline_math(self, body: str) -> str:
        return self._mark(body, False)

    def latex_environment(self, name: str, body: str) -> str:
        tex = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return f"<div>{self._mark(tex, True)}</div>"

    def heading(self, text: str, level: int, **attrs: object) -> str:
        name = _plain(text).strip().replace(" ", "-")
        level = min(level + _BELOW, 6)
        return f'<h{level} id="{name}">{text}</h{level}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        text = _plain(text) or _plain(title or "") or NO_TEXT
        address = self.data.get(url, url)
        if SAFE_DATA.match(address):
            return f'<img src="{html.escape(address)}" alt="{text}">'
        if scheme_of(address) in ("http", "https"):
            return f'<a href="{html.escape(address)}">[picture on the web: {text}]</a>'
        return f"[picture: {text}]"

    def _mark(self, tex: str, display: bool) -> str:
        self.formulas.append((tex, display))
        return f"\ue002{len(self.formulas) - 1}\ue003"


def _plain(inline: str) -> str:
    """Return the text of inline HTML, fit for an attribute."""
    return re.sub(r"<[^>]*>", "", inline).replace('"', "&quot;")


@lru_cache(maxsize=16)
def _cleaner(pictures: Named) -> Cleaner:
    there = dict(pictures)
    return Cleaner(lambda address: _only_data(there.get(address, address)), _PREFIX)


def _only_data(address: str) -> str | None:
    return address if SAFE_DATA.match(address) else None


def _finished(cleaned: str, formulas: list[tuple[str, bool]]) -> str:
    """Put formulas in the place of their marks, and a text to every picture."""

    def formula(mark: re.Match) -> str:
        tex, display = formulas[int(mark[1])]
        return mathml(tex, display)

    def plain(mark: re.Match) -> str:
        return html.escape(formulas[int(mark[1])][0])

    def token(match: re.Match) -> str:
        found = match[0]
        if not found.startswith("<"):
            return _MARK.sub(formula, found)
        if found.startswith("<img ") and ' alt="' not in found:
            found = f'{found[:-1]} alt="{NO_TEXT}">'
        return _MARK.sub(plain, found)

    return _TOKEN.sub(token, cleaned)
