"""The class report's maps: which question, and which diagnosis, caught which student."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from grading import drawing
from grading.drawing import INK, NAMED, PAPER, QUIET, WIDTH, Picture, canvas, short
from grading.itemanalysis import Diagnosis, ScoreTable
from grading.results import State

MOST_DIAGNOSES = 14

# The fill of a state, its mark in a cell, and the ink of that mark.
STATES = {
    State.PASSED: (drawing.GREEN, "✓", PAPER),
    State.PARTIAL: (drawing.YELLOW, "½", drawing.BLACK),
    State.FAILED: (drawing.VERMILION, "✗", PAPER),
    State.ERROR: (drawing.PURPLE, "!", drawing.BLACK),
    State.TIMEOUT: (drawing.ORANGE, "T", drawing.BLACK),
    State.OUT_OF_MEMORY: (drawing.SKY, "M", drawing.BLACK),
    State.KILLED: (INK, "K", PAPER),
    State.MISSING: (drawing.GRID, "–", INK),
}


def state_map(table: ScoreTable) -> Picture:
    """Draw how every question ended for every student: questions in rows, the best student left."""
    students, questions = len(table.students), len(table.questions)
    named = students <= NAMED
    seen = [state for state in STATES if any(state in row for row in table.states)]
    names = [short(name, 26) for name in table.students]
    below = 0.35 + (0.075 * max(len(name) for name in names) if named else 0.2)
    with drawing.house_style():
        side = min(0.42, (WIDTH - 2.2) / students)
        width = max(2.6 + side * students, 5.4) if named else WIDTH
        figure = canvas(width, 0.5 + below + 0.34 * questions)
        axes = figure.add_subplot()
        for state in seen:
            cells = [
                (column, row)
                for column, ended in enumerate(table.states)
                for row in range(questions)
                if ended[row] is state
            ]
            axes.add_patch(_squares(cells, STATES[state][0], gap=0.05 if named else 0.0))
        if named:
            _mark_cells(axes, table, side)
            _name_columns(axes, names, side)
        axes.set_xlim(-0.5, max(students, (width - 2.6) / side if named else 0) - 0.5)
        drawing.label_rows(axes, [short(question, 34) for question in table.questions])
        axes.spines["bottom"].set_visible(not named)
        axes.set_xlabel(
            "student, best first" if named else "students by rank, best first (count)", loc="left"
        )
        figure.legend(
            handles=[
                Patch(facecolor=STATES[state][0], edgecolor=QUIET, linewidth=0.4,
                      label=f"{STATES[state][1]} {state}" if named else str(state))
                for state in seen
            ],
            loc="outside upper left", ncols=len(seen) if len(seen) < 7 else 4,
            handlelength=1, handleheight=1,
        )  # fmt: skip
        counts = [sum(row.count(state) for row in table.states) for state in seen]
        ended = ", ".join(f"{n} {state}" for n, state in zip(counts, seen, strict=True))
        alt = (
            f"Map of {questions} questions by {students} students, the best student left. Of "
            f"{students * questions} cells: {ended}."
        )
        caption = "How every question ended for every student" + (
            "; a number is the points of a partial score." if named and side > 0.22 else "."
        )
        return drawing.picture(figure, alt, caption)


def _squares(cells: list[tuple[int, int]], colour: str, gap: float) -> PathPatch:
    """Return one patch that fills all `cells`, given as (column, row)."""
    half = 0.5 - gap
    squares = [
        Path.unit_rectangle().vertices * [2 * half, 0.88] + [column - half, row - 0.44]
        for column, row in cells
    ]
    codes = list(Path.unit_rectangle().codes) * len(squares)
    path = Path(np.concatenate(squares), codes)
    return PathPatch(path, facecolor=colour, edgecolor="none", linewidth=0)


def _mark_cells(axes: Axes, table: ScoreTable, side: float) -> None:
    """Write into each cell its state's mark or, where `side` inches leave room, its points."""
    for column, ended in enumerate(table.states):
        for row, state in enumerate(ended):
            _, mark, ink = STATES[state]
            size = min(10, 45 * side)
            if state is State.PARTIAL and side > 0.22:
                mark, size = f"{table.points[column, row]:.3g}", min(10, 26 * side)
            axes.text(
                column, row, mark, ha="center", va="center_baseline", color=ink, fontsize=size
            )


def diagnosis_map(found: Sequence[Diagnosis], table: ScoreTable) -> Picture | None:
    """Draw which diagnosis caught whom: a dot a student, or bars for a class of many.

    Returns None when there is nothing to draw.
    """
    shown = [diagnosis for diagnosis in found if not diagnosis.unwritten]
    if not shown:
        return None
    more = len(shown) - MOST_DIAGNOSES
    shown = shown[:MOST_DIAGNOSES]
    caught = {name for diagnosis in shown for name in diagnosis.students}
    students = [name for name in table.students if name in caught]
    labels = [short(diagnosis.finding, 52, lines=2) for diagnosis in shown]
    lines = sum(label.count("\n") + 1 for label in labels)
    with drawing.house_style():
        if len(students) <= NAMED:
            names = [short(name, 26) for name in students]
            below = 0.35 + 0.075 * max(len(name) for name in names)
            figure = canvas(WIDTH, 0.2 + below + 0.17 * lines + 0.12 * len(shown))
            axes = figure.add_subplot()
            _draw_dots(axes, shown, students, names)
        else:
            figure = canvas(WIDTH, 0.8 + 0.17 * lines + 0.12 * len(shown))
            axes = figure.add_subplot()
            _draw_bars(axes, shown, len(table.students))
        drawing.label_rows(axes, labels)
        first = shown[0]
        alt = (
            f"What went wrong, in {len(shown)} diagnoses, the most frequent first: “"
            f"{drawing.printable(first.finding)}” caught {len(first.students)} of "
            f"{len(table.students)} students."
        )
        caption = "Which diagnosis caught whom; answers not written yet are left out." + (
            f" The {more} rarest are in the table only." if more > 0 else ""
        )
        return drawing.picture(figure, alt, caption)


def _draw_dots(
    axes: Axes, shown: Sequence[Diagnosis], students: list[str], names: list[str]
) -> None:
    column = {name: index for index, name in enumerate(students)}
    dots = [
        (column[name], row)
        for row, diagnosis in enumerate(shown)
        for name in diagnosis.students
        if name in column
    ]
    pitch = 5.2 / max(len(students), 12)  # inches between two students, about
    size = min(70, (72 * pitch * 0.6) ** 2)
    axes.grid(True)
    axes.scatter(*zip(*dots, strict=True), s=size, color=drawing.VERMILION, zorder=2)
    _name_columns(axes, names, pitch)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(-0.6, max(len(names), 12) - 0.4)
    axes.set_xlabel("student, best first", loc="left")


def _name_columns(axes: Axes, names: list[str], pitch: float) -> None:
    """Name the columns, `pitch` inches apart, in letters that fit between them."""
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.tick_params(axis="x", length=0, labelcolor=INK, labelsize=min(9, 72 * pitch * 0.9))


def _draw_bars(axes: Axes, shown: Sequence[Diagnosis], of: int) -> None:
    counts = [len(diagnosis.students) for diagnosis in shown]
    axes.barh(range(len(shown)), counts, height=0.6, color=drawing.VERMILION)
    for row, count in enumerate(counts):
        words = f"{count} ({100 * count / of:.0f} %)"
        axes.annotate(words, (count, row), (4, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, 1.25 * max(counts))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(axis="x")
    axes.set_xlabel("students")
