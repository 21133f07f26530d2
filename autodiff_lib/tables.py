"""Tables that show themselves: in a notebook as HTML, elsewhere as aligned text."""

import html
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Table:
    """A heading and rows of text. Columns named in `numeric` are aligned to the right.

    >>> print(Table(("step", "value"), (("v₁", "2.1"), ("v₂", "10.25")), numeric=("value",)))
    step  value
    v₁      2.1
    v₂    10.25
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[str, ...] = ()
    caption: str = ""

    def shortened(self, most: int = 200) -> "Table":
        """Return the table itself, or without the rows in the middle if it has more than `most`.

        >>> print(Table(("n",), (("1",), ("2",), ("3",), ("4",))).shortened(2))
        n
        1
        … 2 more
        4
        """
        left_out = len(self.rows) - most
        if left_out <= 0:
            return self
        first = most - most // 2
        gap = (f"… {left_out} more", *("",) * (len(self.heading) - 1))
        return replace(self, rows=(*self.rows[:first], gap, *self.rows[first + left_out :]))

    def __str__(self) -> str:
        columns = list(zip(self.heading, *self.rows, strict=True))
        widths = [max(map(_width, column)) for column in columns]
        lines = [self._line(row, widths) for row in (self.heading, *self.rows)]
        return "\n".join([self.caption, *lines] if self.caption else lines)

    def _line(self, row: Sequence[str], widths: Sequence[int]) -> str:
        cells = []
        for title, cell, width in zip(self.heading, row, widths, strict=True):
            padding = " " * (width - _width(cell))
            cells.append(padding + cell if title in self.numeric else cell + padding)
        return "  ".join(cells).rstrip()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def cells(row: Sequence[str], element: str) -> str:
            return "".join(
                f'<{element} style="text-align:{self._side(title)};white-space:nowrap">'
                f"{html.escape(cell)}</{element}>"
                for title, cell in zip(self.heading, row, strict=True)
            )

        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in self.rows)
        heading = f"<thead><tr>{cells(self.heading, 'th')}</tr></thead>"
        return f"<table>{caption}{heading}<tbody>{body}</tbody></table>"

    def _side(self, title: str) -> str:
        return "right" if title in self.numeric else "left"


def _width(text: str) -> int:
    """Return how many columns `text` takes: accents that sit on a letter take none."""
    return sum(not unicodedata.combining(character) for character in text)
