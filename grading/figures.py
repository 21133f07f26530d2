"""The class report's figures of scores: how the class did, and what each question shows."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from grading import drawing
from grading.drawing import BLUE, GRID, INK, NAMED, ORANGE, QUIET, WIDTH, Picture, canvas, short
from grading.itemanalysis import Item, ScoreTable

REVISE_BELOW = 0.2


def score_distribution(table: ScoreTable) -> Picture:
    """Draw how many students earned which share of the points: one dot each, or bars for many."""
    percent = 100 * table.shares
    places = np.arange(0, 101, 5)
    counts, _ = np.histogram(percent, bins=np.arange(-2.5, 103, 5))
    mean, median = float(np.mean(percent)), float(np.median(percent))
    many = len(percent) > NAMED
    with drawing.house_style():
        figure = canvas(WIDTH, 2.9 if many else 1.7 + 0.19 * max(counts.max(), 3))
        axes = figure.add_subplot()
        if many:
            axes.bar(places, counts, width=4.4, color=BLUE)
            axes.grid(axis="y")
        else:
            heights = np.concatenate([np.arange(count) + 0.5 for count in counts])
            axes.scatter(np.repeat(places, counts), heights, s=105, color=BLUE, zorder=3)
            axes.set_ylim(0, max(counts.max(), 3) + 0.2)
        dots = (0, (2, 2))
        axes.axvline(mean, color=ORANGE, linewidth=1.8, label=f"mean {mean:.0f} %")
        axes.axvline(median, color=INK, linestyle=dots, label=f"median {median:.0f} %")
        axes.set_xlim(-2.6, 102.6)
        axes.set_xticks(range(0, 101, 10))
        axes.yaxis.get_major_locator().set_params(integer=True)
        axes.set_xlabel("share of all points (%)")
        axes.set_ylabel("students")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.1)
        alt = (
            f"{'Histogram' if many else 'Dot plot'} of the total scores of {len(percent)} students:"
            f" from {percent.min():.0f} % to {percent.max():.0f} %, mean {mean:.0f} %, median "
            f"{median:.0f} %; most often, {counts.max()} times, about {places[counts.argmax()]} %."
        )
        unit = "A bar counts students" if many else "Each dot is a student"
        caption = f"Total scores. {unit}; scores are rounded to five percentage points."
        return drawing.picture(figure, alt, caption)


def question_figures(items: Sequence[Item]) -> Picture:
    """Draw each question's facility and, where there is one, its discrimination beside it."""
    discriminated = any(item.discrimination is not None for item in items)
    hardest = min(items, key=lambda item: item.facility)
    alt = (
        f"Bars of the mean share of points for {len(items)} questions; the hardest is "
        f"{hardest.question} with {100 * hardest.facility:.0f} %."
    )
    caption = "Share earned (facility): the mean share of a question's points; low is hard."
    with drawing.house_style():
        figure = canvas(WIDTH if discriminated else 0.66 * WIDTH, 0.9 + 0.3 * len(items))
        if discriminated:
            left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
            _draw_discrimination(right, items)
            doubtful = [item.question for item in items if _doubtful(item)]
            alt += (
                " Beside them the discrimination of each question; "
                f"below {REVISE_BELOW}: {', '.join(doubtful) or 'none'}."
            )
            caption += (
                " Discrimination: the correlation of a question's points with those on all other "
                f"questions. A question in the shaded zone, below {REVISE_BELOW}, does not tell "
                "strong from weak students; “—” where all scored the same."
            )
        else:
            left = figure.add_subplot()
            caption += (
                " There is no discrimination to show: it takes three students, two questions and "
                "different scores."
            )
        _draw_facility(left, items)
        return drawing.picture(figure, alt, caption)


def _draw_facility(axes: Axes, items: Sequence[Item]) -> None:
    rows = range(len(items))
    percent = [100 * item.facility for item in items]
    axes.barh(rows, 100, height=0.56, color=GRID)
    axes.barh(rows, percent, height=0.56, color=BLUE)
    for row, value in zip(rows, percent, strict=True):
        axes.text(101.5, row, f"{value:.0f} %", va="center", fontsize=9)
    axes.set_xlim(0, 114)
    axes.set_xticks(range(0, 101, 20))
    axes.spines["bottom"].set_bounds(0, 100)
    axes.set_xlabel("mean share of points earned (%)")
    drawing.label_rows(axes, [short(item.question, 34) for item in items])


def _draw_discrimination(axes: Axes, items: Sequence[Item]) -> None:
    axes.axvspan(-1, REVISE_BELOW, color=GRID, alpha=0.55, linewidth=0)
    axes.axvline(0, color=QUIET, linewidth=0.8)
    for row, item in enumerate(items):
        if item.discrimination is None:
            axes.text(0.5, row, "—", va="center", ha="center", color=QUIET)
            continue
        axes.plot([0, item.discrimination], [row, row], color=BLUE, linewidth=1.6)
        axes.plot(
            item.discrimination,
            row,
            marker="D" if _doubtful(item) else "o",
            color=drawing.VERMILION if _doubtful(item) else BLUE,
        )
    lowest = min([item.discrimination or 0 for item in items])
    axes.set_xlim(-1.05 if lowest < -0.3 else -0.35, 1.05)
    axes.set_xlabel("discrimination (correlation, −1 to 1)")
    axes.tick_params(left=False, labelleft=False)
    axes.spines["left"].set_visible(False)


def _doubtful(item: Item) -> bool:
    return item.discrimination is not None and item.discrimination < REVISE_BELOW
