"""The class report: one HTML page that needs no network, no script and no other file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from grading import figures, maps
from grading.itemanalysis import analyse, diagnoses, needing_a_look, score_table, ungradable
from grading.results import CellResult, Notice, State

if TYPE_CHECKING:
    from grading.collecting import Total

_ENVIRONMENT = Environment(
    loader=PackageLoader("grading"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_report(
    cells: Sequence[CellResult],
    notices: Sequence[Notice],
    path: Path,
    title: str,
    totals: Mapping[str, "Total"] | None = None,
) -> Path:
    """Write the report on a graded class to `path` and return it.

    The same results give the same bytes. What students wrote is escaped wherever it stands.

    Args:
        cells: one record a graded cell, of any number of students and questions.
        notices: what is to be told about submissions as a whole.
        path: the HTML file, in a folder that is there.
        title: the page's heading: the assignment's name, as a rule.
        totals: what each student's submission counts in the gradebook, to say what of it is not
            on the page: points given by hand, and answers that wait for them.
    """
    path = Path(path)
    path.write_text(
        render_report(cells, notices, title, totals), encoding="utf-8", errors="replace"
    )
    return path


def render_report(
    cells: Sequence[CellResult],
    notices: Sequence[Notice],
    title: str,
    totals: Mapping[str, "Total"] | None = None,
) -> str:
    """Return the page that `write_report` writes."""
    everyone = score_table(cells)
    left_out = ungradable(cells)
    if len(left_out) == len(everyone.students):
        left_out = set()
    table = score_table([cell for cell in cells if cell.student not in left_out])
    counted = list((totals or {}).values())
    items = analyse(table)
    found = diagnoses(cells)
    pictures = {}
    if table.students:
        pictures = {
            "scores": figures.score_distribution(table),
            "questions": figures.question_figures(items),
            "states": maps.state_map(everyone),
            "diagnoses": maps.diagnosis_map(found, table),
        }
    shares = 100 * table.shares
    return _ENVIRONMENT.get_template("report.html").render(
        title=title,
        table=table,
        students=len(everyone.students),
        left_out=len(left_out),
        waiting=sum(total.by_hand > 0 for total in counted),
        most=max((total.max_points for total in counted), default=0.0),
        items=items,
        diagnoses=found,
        look=needing_a_look(cells, notices),
        pictures=pictures,
        states=[state for state in State if any(item.states[state] for item in items)],
        mean=float(np.mean(shares)) if table.students else None,
        median=float(np.median(shares)) if table.students else None,
        max_points=float(table.max_points.sum()),
        discriminated=any(item.discrimination is not None for item in items),
        revise_below=figures.REVISE_BELOW,
    )
