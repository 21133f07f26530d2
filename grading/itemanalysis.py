"""What a class's scores say about its questions: facility, discrimination, misconceptions."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grading.checks import NOT_WRITTEN
from grading.results import CellResult, Notice, State

CUT_OFF = (State.TIMEOUT, State.OUT_OF_MEMORY, State.KILLED, State.MISSING)
"""The states of a cell that did not come to its end: they say nothing about the answer."""

ATTENTION = (State.ERROR, *CUT_OFF)
"""The states in which a cell gave no verdict on the answer, so that a person should look."""


@dataclass(frozen=True)
class ScoreTable:
    """The scores of a class: students in rows, best first; questions in columns, in their order.

    `points` and `states` have shape (students, questions), `max_points` has shape (questions,).
    A question that a student has no result for is missing, with 0 points.
    """

    students: tuple[str, ...]
    questions: tuple[str, ...]
    points: np.ndarray
    max_points: np.ndarray
    states: tuple[tuple[State, ...], ...]

    @property
    def shares(self) -> np.ndarray:
        """Return each student's share of all points, from 0 to 1; shape (students,)."""
        return share(self.points.sum(axis=1), self.max_points.sum())


@dataclass(frozen=True)
class Item:
    """One question's figures.

    `facility` is the mean share of points earned, from 0 to 1: an easy question has a high one.
    `discrimination` is the corrected item-total correlation, or None where there is none.
    """

    question: str
    max_points: float
    facility: float
    discrimination: float | None
    states: Counter[State]


@dataclass(frozen=True)
class Diagnosis:
    """One thing that went wrong, where, and for whom.

    `finding` says what, `example` is one of the messages that said so in full, and `places` are
    the questions and failed checks in which it was said.
    """

    finding: str
    example: str
    places: tuple[str, ...]
    students: tuple[str, ...]

    @property
    def unwritten(self) -> bool:
        """Say whether this is an answer left open, and so no misconception."""
        return self.finding == NOT_WRITTEN


def ungradable(cells: Iterable[CellResult]) -> set[str]:
    """Return the students of whom nothing could be graded: their zeros tell of no question."""
    seen, graded = set(), set()
    for cell in cells:
        seen.add(cell.student)
        if cell.state is not State.MISSING:
            graded.add(cell.student)
    return seen - graded


def score_table(cells: Sequence[CellResult]) -> ScoreTable:
    """Return the scores in `cells` as a table; of two results for one cell the last one counts."""
    questions = list(dict.fromkeys((cell.notebook, cell.cell) for cell in cells))
    column = {question: index for index, question in enumerate(questions)}
    rows: dict[str, list[CellResult | None]] = {}
    max_points = np.zeros(len(questions))
    for cell in cells:
        index = column[cell.notebook, cell.cell]
        rows.setdefault(cell.student, [None] * len(questions))[index] = cell
        max_points[index] = max(max_points[index], cell.max_points)
    totals = {name: sum(cell.points for cell in row if cell) for name, row in rows.items()}
    students = sorted(rows, key=lambda name: (-totals[name], name))
    return ScoreTable(
        students=tuple(students),
        questions=tuple(_labels(questions)),
        points=np.array(
            [[cell.points if cell else 0.0 for cell in rows[name]] for name in students]
        ).reshape(len(students), len(questions)),
        max_points=max_points,
        states=tuple(
            tuple(cell.state if cell else State.MISSING for cell in rows[name]) for name in students
        ),
    )


def _labels(questions: Sequence[tuple[str, str]]) -> list[str]:
    """Return the cells' names, led by the notebook's where there are several notebooks."""
    several = len({notebook for notebook, _ in questions}) > 1
    return [f"{notebook}/{cell}" if several else cell for notebook, cell in questions]


def share(points: np.ndarray, max_points: np.ndarray | float) -> np.ndarray:
    """Return `points / max_points`, and 1 where nothing could be earned."""
    possible = np.broadcast_to(np.asarray(max_points, dtype=float), np.shape(points))
    full = np.ones_like(possible)
    return np.divide(points, possible, out=full, where=possible > 0)


def analyse(table: ScoreTable) -> list[Item]:
    """Return the figures of each question."""
    items = []
    for index, question in enumerate(table.questions):
        points = table.points[:, index]
        rest = table.points.sum(axis=1) - points
        items.append(
            Item(
                question=question,
                max_points=float(table.max_points[index]),
                facility=float(np.mean(share(points, table.max_points[index]))),
                discrimination=correlation(points, rest),
                states=Counter(row[index] for row in table.states),
            )
        )
    return items


def correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Return Pearson's correlation of two equally long lists, or None where it says nothing.

    It says nothing for fewer than three pairs, or when either list is constant. With `x` a
    question's points and `y` the points on all *other* questions it is the corrected item-total
    correlation (Henrysson 1963, Psychometrika 28, 211–218): a question that is left in its own
    total would correlate with itself. Ebel & Frisbie (1991, Essentials of Educational
    Measurement, ch. 13) read a discrimination below 0.2 as a question to revise.

    >>> correlation([0, 1, 2], [1, 3, 5])
    1.0
    >>> correlation([1, 1, 1], [1, 3, 5]) is None
    True
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(x) < 3 or np.ptp(x) < 1e-9 or np.ptp(y) < 1e-9:
        return None
    x, y = x - x.mean(), y - y.mean()
    product = float(x @ y / np.sqrt((x @ x) * (y @ y)))
    return min(1.0, max(-1.0, product))


def diagnoses(cells: Iterable[CellResult]) -> list[Diagnosis]:
    """Return what went wrong, grouped by finding: the most frequent first, unwritten ones last.

    "FINDING: MORE ABOUT IT" counts as FINDING where somebody was told just that. A cell with
    named checks counts with each failed check, another with its own message, and one that was
    cut off not at all.
    """
    examples: dict[str, str] = {}
    places: dict[str, dict[str, None]] = {}
    students: dict[str, dict[str, None]] = {}
    faults = [(cell.student, *fault) for cell in cells for fault in _faults(cell)]
    told = {found for _, _, found, _ in faults}
    for student, place, said, message in faults:
        found = next((start for start in _starts(said) if start in told), said)
        examples.setdefault(found, message)
        places.setdefault(found, {})[place] = None
        students.setdefault(found, {})[student] = None
    grouped = [
        Diagnosis(found, examples[found], tuple(places[found]), tuple(sorted(students[found])))
        for found in examples
    ]
    return sorted(grouped, key=lambda item: (item.unwritten, -len(item.students), item.finding))


def _starts(finding: str) -> Iterator[str]:
    """Yield what stands before each colon in a finding, the shortest first."""
    parts = finding.split(": ")
    yield from (": ".join(parts[:many]) for many in range(1, len(parts)))


def _faults(cell: CellResult) -> Iterator[tuple[str, str, str]]:
    """Yield where something went wrong in the cell, what, and in which words."""
    if cell.state is State.PASSED or cell.state in CUT_OFF:
        return
    failed = [check for check in cell.checks if not check.passed]
    for check in failed if cell.state is not State.ERROR else ():
        unwritten = check.message == NOT_WRITTEN
        place = cell.cell if unwritten else f"{cell.cell}: {check.name}"
        yield place, finding(check.message), check.message
    if not failed or cell.state is State.ERROR:
        message = cell.message.strip() or f"{cell.state}, without a message"
        yield cell.cell, message, message


def finding(message: str) -> str:
    """Return what a failed check found, without what it looked at and which numbers it saw.

    A check's message has the form `WHAT: FINDING; or OTHER FINDING (DETAILS)`, where all but the
    finding may be absent. One misconception gives the same finding in many checks.

    >>> finding("∂f/∂x: sign flipped; or too small (got -2.0, expected 2.0)")
    'sign flipped'
    >>> finding("raised KeyError: 'x' (in sum_over_paths, its line 4)")
    'raised KeyError'
    """
    text = _without_details(message.strip())
    if text.startswith("this does not hold: "):
        return text
    if text.startswith("raised "):
        return text.partition(": ")[0]
    if text.startswith("the cell ") and " did not run: " in text:
        return text[: text.index(": ")]
    first = text.partition("; or ")[0]
    return first.partition(": ")[2].strip() or first.strip() or text


def _without_details(message: str) -> str:
    """Return `message` without the parenthesis at its end, if a blank stands before it."""
    depth = 0
    for place in range(len(message) - 1, -1, -1):
        depth += (message[place] == ")") - (message[place] == "(")
        if depth == 0:
            return message[: place - 1] if message[place - 1 : place + 1] == " (" else message
    return message


def needing_a_look(
    cells: Sequence[CellResult], notices: Iterable[Notice]
) -> dict[str, tuple[str, ...]]:
    """Return the students whose score a person should look at, each with the reasons.

    Those are the students with a notice, and those with a cell that gave no verdict.
    """
    reasons: dict[str, dict[str, None]] = {}
    for notice in notices:
        reasons.setdefault(notice.student, {})[notice.message] = None
    questions = Counter(cell.student for cell in cells)
    ended: dict[tuple[str, State], list[str]] = {}
    for cell in cells:
        if cell.state in ATTENTION:
            ended.setdefault((cell.student, cell.state), []).append(cell.cell)
    for (student, state), names in ended.items():
        where = "every question" if len(names) == questions[student] > 1 else ", ".join(names)
        reasons.setdefault(student, {})[f"{state}: {where}"] = None
    return {student: tuple(reasons[student]) for student in sorted(reasons)}
