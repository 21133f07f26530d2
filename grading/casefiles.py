"""Sample answers as data: each says what every cell of it must score, and why.

A case is a Python file. Its header is a commented block of TOML (the shape of PEP 723); after
it, `# %% GRADE_ID` starts what stands in that answer cell instead of the reference solution,
and `# %% [markdown] GRADE_ID` a written answer, its lines commented. The file's stem is the
student's id.

    # /// case
    # title = "Multiplies the paths where it should add them"
    # kind = "misconception"
    # why = "The chain rule's product is along a path; between paths there is a sum."
    # [cells.test-sum-over-paths]
    # points = 1.0
    # state = "partial"
    # diagnosis = "sum over paths"
    # ///

    # %% sum_over_paths
    def sum_over_paths(graph, x, y):
        ...

A cell that the header does not list must pass with full marks; `[cells."*"]` stands for all
that are not listed by name.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.results import State

KINDS = ("correct", "misconception", "partial", "empty", "raises", "slow", "hostile")
BASES = ("reference", "release")
OTHERS = "*"

_FIELDS = ("title", "kind", "why", "base", "notice", "cells")
_CELL_FIELDS = ("points", "state", "diagnosis")
_OPENING = "# /// case"
_CLOSING = "# ///"
_CELL_MARK = re.compile(r"# %%(?P<markdown> \[markdown\])? (?P<grade_id>\S+)\s*")
_STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class CaseError(Exception):
    """A case that cannot be read or does not fit its assignment."""


@dataclass(frozen=True)
class Expectation:
    """What one cell must score; see `resolve` for what is left out.

    Each text of `diagnosis` must occur in what the student is told about the cell.
    """

    points: float | None = None
    state: State | None = State.PASSED
    diagnosis: tuple[str, ...] = ()

    def resolve(self, max_points: float) -> tuple[float, State]:
        """Return the points and the state, where one may have been left to follow the other.

        >>> Expectation(points=1.5, state=None).resolve(max_points=4)
        (1.5, <State.PARTIAL: 'partial'>)
        """
        points = self.points
        if points is None:
            points = max_points if self.state is State.PASSED else 0.0
        if self.state is not None:
            return points, self.state
        if points == 0:
            return points, State.FAILED
        return points, State.PASSED if points == max_points else State.PARTIAL


@dataclass(frozen=True)
class Answer:
    """What stands in one answer cell."""

    text: str
    markdown: bool = False


@dataclass(frozen=True)
class Case:
    """One sample submission and what it must score.

    `cells` maps a test cell's `grade_id`, or `"*"`, to its expectation, and `answers` an answer
    cell's `grade_id` to its content. `notice` must occur in a notice about the submission.
    """

    name: str
    title: str
    kind: str
    why: str
    base: str = "reference"
    notice: str = ""
    cells: Mapping[str, Expectation] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)

    def expects(self, cell: str) -> Expectation:
        """Return what the cell with this `grade_id` must score: full marks if none is said."""
        return self.cells.get(cell, self.cells.get(OTHERS, Expectation()))


def load_cases(folder: Path) -> list[Case]:
    """Return the cases in `folder`, by name.

    Raises:
        CaseError: when there is none, or one is malformed; it names the file and the line or field.
    """
    files = sorted(Path(folder).glob("*.py"))
    if not files:
        raise CaseError(f"no cases in {folder}: write one as NAME.py (see grading/cases.py)")
    return [load_case(file) for file in files]


def load_case(file: Path) -> Case:
    """Return the case in `file`.

    Raises:
        CaseError: when it is malformed; it names the file and the line or field.
    """
    if not _STUDENT_ID.fullmatch(file.stem):
        raise CaseError(
            f"{file.name}: the name is the student's id; use letters, digits, - and _ only"
        )
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise CaseError(f"{file.name}: not UTF-8 text ({error}); save it as UTF-8") from error
    header, body_starts = _read_header(file, lines)
    for name in header:
        if name not in _FIELDS:
            raise CaseError(f"{file.name}: unknown field {name!r}; known are {_listed(_FIELDS)}")
    return Case(
        name=file.stem,
        title=_text(file, header, "title"),
        kind=_choice(file, header, "kind", KINDS),
        why=_text(file, header, "why"),
        base=_choice(file, header, "base", BASES, default="reference"),
        notice=_text(file, header, "notice", default=""),
        cells=_read_expectations(file, header.get("cells", {})),
        answers=_read_answers(file, lines, body_starts),
    )


def _read_header(file: Path, lines: list[str]) -> tuple[dict[str, Any], int]:
    """Return the header's content and the index of the line after it."""
    if _OPENING not in lines:
        raise CaseError(f"{file.name}: no header; start the file with a line {_OPENING!r}")
    start = lines.index(_OPENING) + 1
    if _CLOSING not in lines[start:]:
        raise CaseError(f"{file.name}: the header does not end; close it with a line {_CLOSING!r}")
    end = lines.index(_CLOSING, start)
    for number, line in enumerate(lines[start:end], start + 1):
        if line != "#" and not line.startswith("# "):
            raise CaseError(f"{file.name}, line {number}: a header's line starts with '# '")
    # Blank lines stand for what precedes the header, so that an error's line is the file's.
    content = "\n" * start + "\n".join(line[2:] for line in lines[start:end])
    try:
        return tomllib.loads(content), end + 1
    except tomllib.TOMLDecodeError as error:
        raise CaseError(f"{file.name}: the header is no TOML: {error}") from error


def _read_expectations(file: Path, cells: Any) -> dict[str, Expectation]:
    if not isinstance(cells, dict) or not all(isinstance(cell, dict) for cell in cells.values()):
        raise CaseError(f"{file.name}: expectations are tables, one a cell: [cells.GRADE_ID]")
    return {name: _read_expectation(file, name, table) for name, table in cells.items()}


def _read_expectation(file: Path, name: str, table: dict[str, Any]) -> Expectation:
    """Read one cell's expectation; one that gives neither points nor state expects 0 points."""
    where = f"{file.name}, cells.{name}"
    for key in table:
        if key not in _CELL_FIELDS:
            raise CaseError(f"{where}: unknown field {key!r}; known are {_listed(_CELL_FIELDS)}")
    points = table.get("points")
    if points is not None and (
        isinstance(points, bool) or not isinstance(points, int | float) or not points >= 0
    ):
        raise CaseError(f"{where}: points is {points!r}; give a number from 0 up")
    state = _read_state(where, table.get("state"))
    if state is State.PARTIAL and not points:
        raise CaseError(f"{where}: a partial score is above 0; say how many points")
    if state not in (None, State.PASSED, State.PARTIAL) and points:
        raise CaseError(f"{where}: {state} earns 0 points, not {points}; correct one of them")
    return Expectation(
        points=None if points is None else float(points),
        state=state,
        diagnosis=_read_diagnosis(where, table.get("diagnosis", [])),
    )


def _read_state(where: str, state: Any) -> State | None:
    if state is not None and state not in list(State):
        raise CaseError(f"{where}: state is {state!r}; give one of {_listed(State)}")
    return None if state is None else State(state)


def _read_diagnosis(where: str, diagnosis: Any) -> tuple[str, ...]:
    texts = [diagnosis] if isinstance(diagnosis, str) else diagnosis
    if not isinstance(texts, list) or not all(isinstance(t, str) and t.strip() for t in texts):
        raise CaseError(f"{where}: diagnosis is {diagnosis!r}; give a text or a list of texts")
    return tuple(texts)


def _read_answers(file: Path, lines: list[str], start: int) -> dict[str, Answer]:
    """Read the answer cells from line index `start` on."""
    answers: dict[str, tuple[bool, list[str]]] = {}
    current: list[str] | None = None
    for number, line in enumerate(lines[start:], start + 1):
        if line.startswith("# %%"):
            mark = _CELL_MARK.fullmatch(line)
            if mark is None:
                raise CaseError(
                    f"{file.name}, line {number}: write '# %% GRADE_ID' or "
                    f"'# %% [markdown] GRADE_ID', not {line!r}"
                )
            if mark["grade_id"] in answers:
                raise CaseError(
                    f"{file.name}, line {number}: {mark['grade_id']} is answered twice; keep one"
                )
            current = []
            answers[mark["grade_id"]] = (mark["markdown"] is not None, current)
        elif current is not None:
            current.append(line)
        elif line.strip() and not line.startswith("#"):
            raise CaseError(
                f"{file.name}, line {number}: code before the first '# %% GRADE_ID' belongs to "
                "no cell; move it into one"
            )
    return {
        grade_id: Answer(
            _uncommented(file, grade_id, text) if markdown else _joined(text), markdown
        )
        for grade_id, (markdown, text) in answers.items()
    }


def _uncommented(file: Path, grade_id: str, lines: list[str]) -> str:
    for line in lines:
        if line.strip() and line != "#" and not line.startswith("# "):
            raise CaseError(f"{file.name}, {grade_id}: comment each line of Markdown with '# '")
    return _joined([line[2:] for line in lines])


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _text(file: Path, header: dict[str, Any], name: str, default: str | None = None) -> str:
    value = header.get(name, default)
    if value is None or (name in header and not (isinstance(value, str) and value.strip())):
        raise CaseError(f"{file.name}: {name} is {header.get(name)!r}; give a sentence")
    return value


def _choice(
    file: Path,
    header: dict[str, Any],
    name: str,
    among: Sequence[str],
    default: str | None = None,
) -> str:
    value = header.get(name, default)
    if value not in among:
        raise CaseError(f"{file.name}: {name} is {value!r}; give one of {_listed(among)}")
    return value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(str(name) for name in names)
