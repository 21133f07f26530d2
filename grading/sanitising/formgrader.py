"""nbconvert's filters with cleaning behind them: for what formgrader shows.

A course puts them in its `nbgrader_config.py`, so that formgrader is safe with notebooks too that
another program graded:

    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {
        "markdown2html": "grading.sanitising.formgrader.markdown2html",
        "clean_html": "grading.sanitising.sanitised",
        "get_metadata": "grading.sanitising.formgrader.get_metadata",
    }
"""

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbconvert.filters.metadata import get_metadata as found_metadata
from nbformat import NotebookNode

from grading.sanitising.html import Cleaner
from grading.sanitising.markdown import Renderer, as_written, defused_tex, takes_too_long
from grading.sanitising.notebook import safe_attachments

# formgrader finds its own fields by their ids.
_CLEANER = Cleaner(prefix="of-the-notebook-")


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Return the Markdown of `context`'s cell as HTML in which nothing runs."""
    attachments = safe_attachments(context.get("cell", {}).get("attachments"))
    if takes_too_long(source):
        source = as_written(source)
    renderer = Renderer(escape=False, attachments=attachments)
    return _CLEANER.clean(MarkdownWithMath(renderer=renderer).render(defused_tex(source)))


def get_metadata(output: NotebookNode, key: str, mimetype: str | None = None) -> Any:
    """Return metadata of an output; a width or height, which nbconvert does not quote, as a number.

    None where there is none, or it is no number.
    """
    value = found_metadata(output, key, mimetype)
    if key in ("width", "height"):
        return value if isinstance(value, (int, float)) else None
    return value
