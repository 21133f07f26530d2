"""HTML of a student's without anything that runs, loads a page or leaves its place.

nh3 parses as a browser does. What it may keep is decided here: which elements, which addresses,
which styles. A page of ours adds its own policy with a `Cleaner`'s `picture`.
"""

import re
from collections.abc import Callable
from copy import deepcopy

import nh3

SAFE_DATA = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp|bmp|avif|svg\+xml)(?:;charset=[\w-]+)?[;,]", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LINKS = {"http", "https", "mailto"}
# A picture that is in the notebook, is not there, or was named by an address that we spoilt.
_LOCAL = {"attachment", "missing", "unsafe"}
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TAGS = (nh3.ALLOWED_TAGS | {"tfoot"}) - {"map", "area"}
_ATTRIBUTES = deepcopy(nh3.ALLOWED_ATTRIBUTES)
for _tag in _HEADINGS:
    _ATTRIBUTES[_tag] = {"id"}  # what the links of a table of contents lead to
_ATTRIBUTES["details"] = {"open"}
_ATTRIBUTES["*"] = {"class", "role", "style", "title"}

# Those of highlighted code, of terminal colours, of data frames. Others might be a page's own,
# and lay a student's text over it.
_CLASS = re.compile(
    r"highlight|dataframe|language-[\w.+#-]+|ansi-[a-z-]+|[a-z][a-z0-9]{0,2}|mermaid|jp-Mermaid"
)

# What tables, notices and figures are laid out with; nothing that covers the rest of the page.
_STYLES = {
    *("background", "background-color", "color", "display", "font-family", "font-size"),
    *("border", "border-bottom", "border-collapse", "border-left", "border-right", "border-top"),
    *("font-style", "font-weight", "height", "max-width", "overflow-x", "padding"),
    *("text-align", "text-decoration", "vertical-align", "white-space", "width"),
}
_WITH_HEIGHT = {"img", "table", "td", "th", "tr"}
_VALUE = re.compile(r"(?!.*-\s*\.?\d)[\w\s.,#%()\"'/!-]*")
_FUNCTION = re.compile(r"([\w-]*)\s*\(")
_COLOURS = {"rgb", "rgba", "hsl", "hsla"}
_FONT_SIZE = re.compile(
    r"\d{1,2}(\.\d+)?(px|pt)|[0-3]?(\.\d+)?r?em|\d{2,3}%|(xx?-)?(small|large)|medium"
)

Picture = Callable[[str], str | None]


def kept_picture(address: str) -> str | None:
    """Return the address of a picture if nothing can run at it: one in the page, or on the web."""
    if SAFE_DATA.match(address):
        return address
    scheme = scheme_of(address)
    if scheme is None:
        return None if address.lstrip().startswith(("/", "\\")) else address
    return address if scheme in {"http", "https"} | _LOCAL else None


class Cleaner:
    """Cleans HTML. `picture` says where a picture is to come from, or None for nowhere.

    With `prefix`, for a page, ids of headings and the links to them begin with it, and links that
    lead nowhere go; without, ids go.
    """

    def __init__(self, picture: Picture = kept_picture, prefix: str = "") -> None:
        self.picture = picture
        self.prefix = prefix
        self._cleaner = nh3.Cleaner(
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=self._attribute,
            url_schemes=_LINKS | _LOCAL | {"data"},
            link_rel="noopener noreferrer" if prefix else None,
        )

    def clean(self, html: str) -> str:
        """Return `html` without what may not be in it."""
        return self._cleaner.clean(html.encode("utf-8", "replace").decode())

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return value if _is_tame(tag, value) else None
        if name == "class":
            return " ".join(filter(_CLASS.fullmatch, value.split())) or None
        if name == "role":
            return value if value in ("note", "img", "presentation") else None
        if name == "id":
            return self.prefix + value if self.prefix else None
        if name == "src":
            return self.picture(value)
        if name in ("href", "cite"):
            if self.prefix and value.startswith("#") and len(value) > 1:
                return f"#{self.prefix}{value[1:]}"
            spoilt = self.prefix and scheme_of(value) in _LOCAL
            return value if is_safe_link(value) and not spoilt else None
        return value


def scheme_of(address: str) -> str | None:
    """Return the scheme that a browser sees in an address, or None where it is relative."""
    match = _SCHEME.match(_IGNORED_BY_BROWSERS.sub("", address))
    return match[0][:-1].lower() if match else None


def is_safe_link(address: str) -> bool:
    """Say whether a click on a link to `address` runs nothing."""
    scheme = scheme_of(address)
    return scheme is None or scheme in _LINKS | _LOCAL


def _is_tame(tag: str, style: str) -> bool:
    """Say whether a style keeps to its place and loads nothing."""
    for declaration in filter(str.strip, style.split(";")):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip().lower()
        if (
            name not in _STYLES
            or not _VALUE.fullmatch(value)
            or not _COLOURS.issuperset(_FUNCTION.findall(value))
            or (name == "height" and tag not in _WITH_HEIGHT)
            or (name == "font-size" and not _FONT_SIZE.fullmatch(value))
        ):
            return False
    return True


_CLEANER = Cleaner()


def sanitised(html: str) -> str:
    """Return `html` without anything that runs, loads a page or leaves its place.

    Tables, details, and pictures stay.

    >>> sanitised("<b onclick='steal()'>bold</b><script>steal()</script>")
    '<b>bold</b>'
    """
    return _CLEANER.clean(html)
