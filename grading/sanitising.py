"""Pages in which nothing of a student's runs: nbconvert's HTML exporter with nh3 behind it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import nh3
from nbconvert.exporters import HTMLExporter

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ATTRIBUTES = deepcopy(nh3.ALLOWED_ATTRIBUTES)
for _tag in _HEADINGS:
    _ATTRIBUTES[_tag] = {"id"}  # what the links of a table of contents lead to
_ATTRIBUTES["details"] = {"open"}
_ATTRIBUTES["*"] = {"class", "role", "style", "title"}

# What tables, notices and figures are laid out with; nothing that covers the rest of the page.
_STYLES = {
    *("background", "background-color", "color", "display", "font-family", "font-size"),
    *("border", "border-bottom", "border-collapse", "border-left", "border-right", "border-top"),
    *("font-style", "font-weight", "height", "max-width", "overflow-x", "padding"),
    *("text-align", "text-decoration", "vertical-align", "white-space", "width"),
}


def _only_pictures_as_data(tag: str, name: str, value: str) -> str | None:
    """Drop an address that holds its own document, unless it is an image's picture."""
    is_data = value.strip().lower().startswith("data:")
    is_picture = (tag, name) == ("img", "src") and value.startswith("data:image/")
    return None if is_data and not is_picture else value


_CLEANER = nh3.Cleaner(
    attributes=_ATTRIBUTES,
    attribute_filter=_only_pictures_as_data,
    filter_style_properties=_STYLES,
    url_schemes={"http", "https", "mailto", "data"},
)


def sanitised(html: str) -> str:
    """Return `html` without anything that runs, loads a page or leaves its place.

    Tables, details, and pictures inside the page stay.

    >>> sanitised("<b onclick='steal()'>bold</b><script>steal()</script>")
    '<b>bold</b>'
    """
    return _CLEANER.clean(html)


class SanitisingExporter(HTMLExporter):
    """nbconvert's HTML exporter, whose Markdown and HTML outputs are sanitised.

    The exporter's own `sanitize_html` leaves Markdown cells as they are in nbgrader's template,
    and takes tables' captions and pictures out of outputs.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sanitize_html = True

    def markdown2html(self, context: Any, source: str) -> str:
        """Return Markdown as HTML in which nothing runs."""
        return sanitised(super().markdown2html(context, source))

    markdown2html.__dict__.update(HTMLExporter.markdown2html.__dict__)  # jinja2 passes its context

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """Yield nbconvert's filters, with this module's way of cleaning."""
        yield from super().default_filters()
        yield "clean_html", sanitised
