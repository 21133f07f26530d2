"""Whether HTML would lose anything by being sanitised; if not, it may stay byte for byte."""

import re
from html.parser import HTMLParser

from grading.sanitising.html import sanitised

_COMMENT = re.compile(r"<!--(?!-?>)[^<>]*?(?<!-)-->")
_UNENDED = re.compile(r"<[a-zA-Z/][^>]*$")
_IMPLIED = {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup"}
_VOID = {"br", "col", "hr", "img", "wbr"}


def is_harmless(html: str) -> bool:
    """Say whether a browser finds the same in `html` and in what sanitising leaves of it.

    What this cannot follow, it takes for harmful.

    >>> is_harmless("<p>a <b>bold</b> word"), is_harmless("<b onclick='steal()'>bold</b>")
    (True, False)
    """
    html = _COMMENT.sub("", html)
    if "<!" in html or "<?" in html or _UNENDED.search(html):
        return False  # a comment or tag without an end would take in what follows
    return _seen(html) == _seen(sanitised(html))


def _seen(html: str) -> list[tuple]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    """Lists the tags and texts in HTML, without the tags that may as well be left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[tuple] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag != "tbody" or attributes:
            self._see(
                "start", tag, tuple(sorted((name, value or "") for name, value in attributes))
            )

    def handle_endtag(self, tag: str) -> None:
        if tag not in _IMPLIED | _VOID:
            self._see("end", tag)

    def handle_data(self, data: str) -> None:
        self.text.append("".join(data.split()))

    def finished(self) -> list[tuple]:
        self._see("end")
        return self.seen

    def _see(self, *what: object) -> None:
        if text := "".join(self.text):
            self.seen.append(("text", text))
        self.text.clear()
        self.seen.append(what)
