"""Code in colours, and the style sheet that goes with them."""

import html
from functools import cache, lru_cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_MOST = 100_000
_LIGHT, _DARK = "default", "github-dark"
_FORMATTER = HtmlFormatter(nowrap=True)


@lru_cache(maxsize=4096)
def highlighted(source: str, language: str) -> str:
    """Return `source` as HTML, in colours where `language` is known and it is not overlong."""
    lexer = _lexer(language)
    if lexer is None or len(source) > _MOST:
        return html.escape(source, quote=False)
    return highlight(source, lexer, _FORMATTER)


@cache
def colours() -> str:
    """Return the style sheet of highlighted code, for light and for dark screens."""
    light = HtmlFormatter(style=_LIGHT).get_style_defs((".code", ".highlight"))
    dark = HtmlFormatter(style=_DARK).get_style_defs((".code", ".highlight"))
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name("ipython3" if language in ("python", "ipython") else language)
    except ClassNotFound:
        return None
