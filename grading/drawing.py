"""Figures as images inside a page: SVG that knows light and dark, as a data URI, with alt text."""

import base64
import io
import textwrap
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# The palette of Okabe & Ito (2008), made to be told apart with any kind of colour vision.
ORANGE, SKY, GREEN, YELLOW = "#e69f00", "#56b4e9", "#009e73", "#f0e442"
BLUE, VERMILION, PURPLE, GREY = "#0072b2", "#d55e00", "#cc79a7", "#9a9fa5"

BLACK = "#000000"

# Drawn in the left colour; a viewer in dark mode shows the right one.
INK, QUIET, GRID, PAPER = "#1c2126", "#59626b", "#d9dde1", "#fdfdfc"
DARK = {INK: "#e9ecef", QUIET: "#a9b2bb", GRID: "#3b434b", PAPER: "#15181c", BLUE: SKY}

WIDTH = 9.1  # inches: the text's width

NAMED = 40  # up to as many students each one has a place of its own, with a name

_SETTINGS = {
    "svg.hashsalt": "adcourse",  # the ids of a picture depend on the picture alone
    "svg.fonttype": "none",
    "text.parse_math": False,  # a student's id may hold a dollar sign
    "font.family": "sans-serif",
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.linewidth": 0.8,
    "figure.facecolor": "none",
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "savefig.facecolor": "none",
}


@dataclass(frozen=True)
class Picture:
    """A figure for a page: its address, its width in pixels, and its words."""

    src: str
    width: int
    alt: str
    caption: str


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the report's style inside a `with` block."""
    with mpl.rc_context(_SETTINGS):
        yield


def canvas(width: float, height: float) -> Figure:
    """Return an empty figure, in inches, that keeps its labels inside its frame."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    return figure


def picture(figure: Figure, alt: str, caption: str) -> Picture:
    """Return the figure as an image that needs no other file."""
    buffer = io.StringIO()
    with warnings.catch_warnings():
        # The viewer's fonts have the letters that Matplotlib's lack; odd ids may fill a figure.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        warnings.filterwarnings("ignore", "constrained_layout not applied")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue().replace("</style>", f"{_dark_rules()}</style>", 1)
    data = base64.b64encode(svg.encode()).decode("ascii")
    width = round(figure.get_figwidth() * 96)
    return Picture(f"data:image/svg+xml;base64,{data}", width, alt, caption)


def _dark_rules() -> str:
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}:{dark}!important}}'
        for light, dark in DARK.items()
        for kind in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme: dark){{{rules}}}"


def label_rows(axes: Axes, labels: list[str]) -> None:
    """Name the rows of `axes`, the first one on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)


def printable(text: str) -> str:
    """Return `text` on one line, without characters that no picture can hold.

    >>> printable("two\\nlines\\x00")
    'two lines�'
    """
    kept = (
        "\ufffd" if unicodedata.category(character).startswith("C") else character
        for character in " ".join(text.split())
    )
    return "".join(kept)


def short(text: str, length: int, lines: int = 1) -> str:
    """Return `text` wrapped to at most `lines` lines of `length` characters, cut with "…".

    >>> short("a rather long label", 8)
    'a rathe…'
    >>> short("a rather long label", 8, lines=2)
    'a rather\\nlong la…'
    """
    rest = printable(text)
    wrapped = []
    for _ in range(lines - 1):
        wrapped += textwrap.wrap(rest, length, break_on_hyphens=False)[:1]
        rest = rest.removeprefix(wrapped[-1]).strip() if wrapped else ""
    if len(rest) > length:
        rest = f"{rest[: length - 1].rstrip()}…"
    return "\n".join([*wrapped, rest] if rest else wrapped)
