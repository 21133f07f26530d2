"""Markdown of a student's, so that no viewer that shows it runs anything of it."""

import re
from functools import lru_cache

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from grading.sanitising.harmless import is_harmless
from grading.sanitising.html import is_safe_link, sanitised

# What MathJax can be told to do besides setting formulas.
_DEED = re.compile(
    r"\\(href|url|style|class|cssId|require|data|html\w+|includegraphics)(?![a-zA-Z])"
)
_WEB_LINK = re.compile(r"\\(?:href|url)\s*\{\s*https?://[^{}\\<>\"'\s]*\}")

_PARTS = re.compile(
    r"""
      (?P<code> ^\ {0,3}(?P<fence>`{3,}|~{3,}) .*? (?:^\ {0,3}(?P=fence) | \Z)
              | (?<!`)(?P<ticks>`+)(?!`) .+? (?<!`)(?P=ticks)(?!`) )
    | (?P<maths> \$\$.+?\$\$ | (?<![$\\])\$[^$\n]+?(?<![$\\])\$
              | \\begin\{(?P<name>[a-z]*\*?)\} .*? \\end\{(?P=name)\} )
    | (?P<keep> <!--(?!-?>)[^<>]*?-->
              | <(?:https?://|mailto:)[^<>\s]*> | <[\w.+-]+@[\w.-]+> )
    | (?P<tag> </?[a-zA-Z](?:[^<>"']|"[^"<>]*"|'[^'<>]*')*> )
    | (?P<open> <(?=[a-zA-Z/!?]) )
    | (?P<link> (?:\]\(|^\ {0,3}\[[^\]\n]+\]:)\s*<? ) (?P<address>[^\s)>]*)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_LANGUAGE = re.compile(r"[\w.+#-]+(\s|$)")
_TICKS = re.compile("`+")
# The picture itself, in a data address: megabytes that say nothing about what is around them.
_PICTURE = re.compile(r"(?<=;base64,)[A-Za-z0-9+/]{80,}={0,2}")
_ASIDE = re.compile(r"\ue000(\d+)\ue001")
# Beyond these, reading takes longer than anyone means to spend on a cell: it is shown as written.
MAX_CHARS, MAX_OPENERS = 50_000, 200
_OPENERS = ("\\begin", "\\\\[", "\\\\(")


class Renderer(IPythonRenderer):
    """nbconvert's renderer, without what it would stop at, and without fields to fill in.

    It notes in `deeds` whether a formula does more than being shown.
    """

    deeds = False

    def block_math(self, body: str) -> str:
        self._look_at(body)
        return super().block_math(body)

    def inline_math(self, body: str) -> str:
        self._look_at(body)
        return super().inline_math(body)

    def latex_environment(self, name: str, body: str) -> str:
        self._look_at(body)
        return super().latex_environment(name, body)

    def block_code(self, code: str, info: str | None = None) -> str:
        return super().block_code(code, info if _LANGUAGE.match(info or "") else None)

    def task_list_item(self, text: str, checked: bool = False) -> str:
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"

    def _embed_image_or_attachment(self, src: str) -> str:
        name = src.removeprefix("attachment:")
        if name == src or name in self.attachments:
            return super()._embed_image_or_attachment(src)
        return f"missing:{name}"

    def _look_at(self, tex: str) -> None:
        self.deeds = self.deeds or bool(_DEED.search(_WEB_LINK.sub("", tex)))


@lru_cache(maxsize=2048)
def defused_markdown(source: str) -> str:
    """Return Markdown of which nothing runs, whatever shows it; what is harmless stays as it is.

    Active elements are shown as the text that they are written in, and links that would run
    something lead nowhere. Where that does not help, the whole is shown as written.

    >>> defused_markdown("2 < 3 *or* <b>not</b>")
    '2 < 3 *or* <b>not</b>'
    >>> defused_markdown("<script>steal()</script> [so](javascript:steal())")
    '&lt;script>steal()&lt;/script> [so](unsafe:javascript:steal())'
    """
    if not any(sign in source for sign in ("<", ":", "\\", "![")):
        return source
    short, pictures = pictures_aside(source)
    if takes_too_long(short):
        return as_written(source)
    attempts = (lambda part: part[0], _defused_part, _defused_whole)
    for attempt in attempts:
        text = _PARTS.sub(attempt, short)
        if _is_harmless_markdown(text):
            return pictures_back(text, pictures)
    return as_written(source)


def pictures_aside(source: str) -> tuple[str, list[str]]:
    """Return Markdown with marks in the place of the pictures in its data addresses, and these."""
    pictures: list[str] = []
    if "\ue000" in source:
        return source, pictures

    def put_aside(match: re.Match) -> str:
        pictures.append(match[0])
        return f"\ue000{len(pictures) - 1}\ue001"

    return _PICTURE.sub(put_aside, source), pictures


def pictures_back(text: str, pictures: list[str]) -> str:
    """Return `text` with `pictures` for their marks."""
    return _ASIDE.sub(lambda match: pictures[int(match[1])], text) if pictures else text


def takes_too_long(source: str) -> bool:
    """Say whether Markdown is longer than a reader would read, or made to be slow to parse."""
    return len(source) > MAX_CHARS or any(source.count(one) > MAX_OPENERS for one in _OPENERS)


def defused_tex(source: str) -> str:
    """Return TeX without commands to MathJax that do more than set a formula.

    >>> defused_tex(r"$\\href{javascript:steal()}{x}$")
    '$\\\\text{href}{javascript:steal()}{x}$'
    """
    if not _DEED.search(_WEB_LINK.sub("", source)):
        return source
    return _DEED.sub(r"\\text{\1}", source)


def as_written(source: str) -> str:
    """Return Markdown that shows `source` as code."""
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in _TICKS.findall(source))])
    return f"{fence}text\n{source}\n{fence}"


def _is_harmless_markdown(source: str) -> bool:
    renderer = Renderer(escape=False, exclude_anchor_links=True)
    try:
        html = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:  # what cannot be read may be anything
        return False
    return not renderer.deeds and is_harmless(html)


def _defused_part(match: re.Match) -> str:
    text = match[0]
    if match["code"] or match["keep"]:
        return text
    if match["maths"]:
        return defused_tex(text)
    if match["tag"]:
        return text if _is_harmless_tag(text) else f"&lt;{text[1:]}"
    if match["open"]:
        return "&lt;"
    return text if is_safe_link(match["address"]) else f"{match['link']}unsafe:{match['address']}"


def _defused_whole(match: re.Match) -> str:
    """Leave no element at all, for a tag that stays may have lost its other end."""
    return f"&lt;{match[0][1:]}" if match["tag"] else _defused_part(match)


def _is_harmless_tag(tag: str) -> bool:
    """Say whether sanitising leaves a tag as it is, apart from its other end."""
    if tag.startswith("</"):
        name = tag[2:-1].strip()
        return bool(sanitised(f"<{name}></{name}>")) and name.isalnum()
    name = re.match(r"<(\w+)", tag)[1]
    return is_harmless(f"{tag}</{name}>")
