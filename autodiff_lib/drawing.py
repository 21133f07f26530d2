"""Graphs as SVG pictures that show everywhere: in untrusted notebooks and exported pages too.

A notebook that came from elsewhere may not run its stored SVG, so the picture goes into the
page as an image with its data inside the address.
"""

import base64
import html
import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from autodiff_lib.layout import layered

# Colours that people with any colour vision tell apart (Okabe and Ito, 2008), on a light card
# that keeps the picture readable on dark pages.
_CARD, _INK, _QUIET = "#ffffff", "#1b1b1b", "#6b6b6b"
_FILL = {"input": "#d9ecf8", "inner": "#f4f4f4", "output": "#fdeccd"}
_LINE = {"input": "#0072b2", "inner": "#6b6b6b", "output": "#b86e00"}
_PATH = "#d55e00"

_FONT = "DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif"
_ACROSS, _DOWN, _MARGIN = 128, 84, 54
_HEIGHT, _LETTER, _NOTE = 34, 8.6, 15

Point = tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """An SVG picture and its description in words."""

    svg: str
    alt: str

    def save(self, path: str | Path) -> None:
        """Write the SVG to `path`."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def __repr__(self) -> str:
        return f"Drawing({self.alt!r})"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.svg.encode()).decode()
        return f'<img alt="{html.escape(self.alt)}" src="data:image/svg+xml;base64,{data}">'


def draw(
    *,
    labels: Sequence[str],
    signs: Sequence[str],
    notes: Sequence[Sequence[str]],
    kinds: Sequence[str],
    edges: Sequence[tuple[int, int]],
    texts: Sequence[str],
    highlight: Collection[int],
    alt: str,
) -> Drawing:
    """Return a drawing of a graph whose edges all go from a lower to a higher number.

    Args:
        labels: what to write above each node.
        signs: what to write inside each node.
        notes: lines to write below each node.
        kinds: "input", "inner" or "output", for each node.
        edges: pairs of source and target.
        texts: what to write on each edge.
        highlight: numbers of the edges to draw in colour.
        alt: what the picture shows, in words.
    """
    layout = layered(len(labels), edges)
    lines = max((len(note) for note in notes), default=0)
    down = _DOWN + _NOTE * max(lines - 1, 0)

    def place(point: Point) -> Point:
        return _MARGIN + point[0] * _ACROSS, _MARGIN + point[1] * down

    widths = [max(_HEIGHT, 16 + _LETTER * len(sign)) for sign in signs]
    twins = _twins(edges)
    curves = []
    for number, ((source, target), route) in enumerate(zip(edges, layout.routes, strict=True)):
        points = [place(point) for point in route]
        points[0] = (points[0][0] + widths[source] / 2, points[0][1])
        points[-1] = (points[-1][0] - widths[target] / 2 - 3, points[-1][1])
        curves.append(_curves(points, twins[number]))
    arrows = [
        _arrow(curve, text, spot, number in highlight)
        for number, (curve, text, spot) in enumerate(
            zip(curves, texts, _spots(curves, texts), strict=True)
        )
    ]
    nodes = []
    for number, point in enumerate(layout.places):
        nodes.append(
            _node(
                *place(point),
                widths[number],
                signs[number],
                ""
                if kinds[number] == "input" and labels[number] == signs[number]
                else labels[number],
                notes[number],
                kinds[number],
            )
        )
    width = 2 * _MARGIN + _ACROSS * max(x for x, _ in layout.places)
    deepest = max(y for route in [layout.places, *layout.routes] for _, y in route)
    height = 2 * _MARGIN + down * deepest + _NOTE * max(lines - 1, 0)
    arrows.sort(key=lambda arrow: _PATH in arrow)  # what is in colour lies on top
    body = "\n".join([_MARKERS, *arrows, *nodes])
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{_FONT}" role="img">\n'
        f"<title>{html.escape(alt)}</title>\n"
        f'<rect width="100%" height="100%" rx="10" fill="{_CARD}"/>\n{body}\n</svg>\n'
    )
    return Drawing(svg, alt)


_MARKERS = "".join(
    f'<marker id="{name}" viewBox="0 0 10 10" refX="8" refY="5" markerUnits="userSpaceOnUse" '
    f'markerWidth="{size}" markerHeight="{size}" '
    f'orient="auto-start-reverse"><path d="M0,1 L9,5 L0,9 z" fill="{colour}"/></marker>'
    for name, colour, size in (("quiet", _QUIET, 10), ("path", _PATH, 13))
)


def _twins(edges: Sequence[tuple[int, int]]) -> list[float]:
    """Return for each edge how far to bend it aside: 0 unless others join the same two nodes."""
    bends = []
    for number, edge in enumerate(edges):
        same = [other for other, twin in enumerate(edges) if twin == edge]
        bends.append(same.index(number) - (len(same) - 1) / 2)
    return bends


def _curves(points: list[Point], bend: float) -> list[tuple[Point, Point, Point, Point]]:
    """Return a smooth line through `points` as Bézier curves, four control points each."""
    shift = 34 * bend
    slopes = _slopes(points)
    curves = []
    for ((x0, y0), slope0), ((x1, y1), slope1) in itertools.pairwise(
        zip(points, slopes, strict=True)
    ):
        reach = (x1 - x0) / 2
        leaving = (x0 + reach, y0 + slope0 * reach + shift)
        arriving = (x1 - reach, y1 - slope1 * reach + shift)
        curves.append(((x0, y0), leaving, arriving, (x1, y1)))
    return curves


def _spots(curves: Sequence[list], texts: Sequence[str]) -> list[Point]:
    """Return where each text goes: half way along, nearer the source where two would collide."""
    halfway = [_along(curve[(len(curve) - 1) // 2], 0.5) for curve in curves]

    def collide(one: int, other: int) -> bool:
        (x0, y0), (x1, y1) = halfway[one], halfway[other]
        reach = (_box(texts[one]) + _box(texts[other])) / 2
        return one != other and abs(x0 - x1) < reach and abs(y0 - y1) < _NOTE

    return [
        _along(curve[0], 0.3) if any(collide(one, other) for other in range(len(curves))) else spot
        for one, (curve, spot) in enumerate(zip(curves, halfway, strict=True))
    ]


def _along(curve: tuple[Point, Point, Point, Point], t: float) -> Point:
    """Return the point of a Bézier curve at `t` between 0 and 1."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (
        sum(w * c for w, c in zip(weights, axis, strict=True)) for axis in zip(*curve, strict=True)
    )
    return x, y


def _box(text: str) -> float:
    return 7.2 * len(text) + 8


def _arrow(curves: list, text: str, spot: Point, coloured: bool) -> str:
    """Return a line with a tip, and `text` on it at `spot`."""
    (x, y), *_ = curves[0]
    path = f"M{x:.1f},{y:.1f}"
    for _, *points in curves:
        path += " C" + " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    colour, stroke, tip = (_PATH, 3, "path") if coloured else (_QUIET, 1.5, "quiet")
    line = (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{stroke}" '
        f'marker-end="url(#{tip})"/>'
    )
    if not text:
        return line
    x, y, box = spot[0], spot[1] + 4, _box(text)
    return (
        f'{line}<rect x="{x - box / 2:.1f}" y="{y - 13:.1f}" width="{box:.1f}" height="17" rx="4" '
        f'fill="{_CARD}" opacity="0.9"/>'
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" fill="{colour}" '
        f'text-anchor="middle">{html.escape(text)}</text>'
    )


def _slopes(points: list[Point]) -> list[float]:
    """Return a slope for each point: level at both ends and at turns, else the neighbours' own."""
    slopes = [0.0] * len(points)
    for place in range(1, len(points) - 1):
        (x0, y0), (_, y), (x1, y1) = points[place - 1 : place + 2]
        if (y - y0) * (y1 - y) > 0:
            slopes[place] = (y1 - y0) / (x1 - x0)
    return slopes


def _node(
    x: float, y: float, width: float, sign: str, label: str, notes: Sequence[str], kind: str
) -> str:
    """Return a rounded box with its sign inside, its label above and its notes below."""
    top = y - _HEIGHT / 2
    parts = [
        f'<rect x="{x - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" height="{_HEIGHT}" '
        f'rx="{_HEIGHT / 2}" fill="{_FILL[kind]}" stroke="{_LINE[kind]}" stroke-width="1.6"/>',
        _text(x, y + 5, sign, 15, _INK),
        _text(x, top - 6, label, 13, _LINE[kind]),
    ]
    for number, note in enumerate(notes, 1):
        parts.append(_text(x, y + _HEIGHT / 2 + _NOTE * number, note, 12, _QUIET))
    return "".join(parts)


def _text(x: float, y: float, text: str, size: int, colour: str) -> str:
    if not text:
        return ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
        f'text-anchor="middle">{html.escape(text)}</text>'
    )
