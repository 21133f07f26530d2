"""Leaks: nothing that an author cuts may reach a student by another way."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from grading.audit.findings import Finding, Kind
from grading.audit.subject import Subject
from grading.autograded import Record, annotated
from grading.cases import SOLUTION_MARKS
from grading.course import Course
from grading.engine.job import CellOutcome, Outcome
from grading.feedback.cuts import cuts
from grading.feedback.page import feedback_page
from grading.feedback.sheet import Mark, Sheet
from grading.repairing import grade_id

# A line so long is nobody's by chance: it may stand nowhere. A shorter one not in its own cell.
LONG = 30
# The same for lines in feedback, which quotes little.
TOLD = 20

_NUMBER = re.compile(r"(?<![\w.])\d+\.\d{4,}(?:[eE][+-]?\d+)?|(?<![\w.])\d{3,}(?![\w.])")
_PRECISE = re.compile(r"\d+\.\d{3,}")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Secret:
    """A line, or a number as it is written, that is cut from the cell `cell`."""

    text: str
    cell: str
    what: str


@dataclass(frozen=True)
class Secrets:
    """What is cut from a notebook, and what is on view in it.

    A line that also stands on view in its own cell is none.
    """

    lines: Sequence[Secret]
    numbers: Sequence[Secret]
    on_view: str
    numbers_on_view: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, course: Course, subject: Subject) -> "Secrets":
        """Return what the course's delimiters cut from the notebook's source."""
        cut = cuts(course.config, show_hidden=False)
        marks = {"solution": SOLUTION_MARKS, "hidden test": cut.hidden, "mark scheme": cut.scheme}
        lines, numbers = [], []
        for cell in subject.source.cells:
            shown, parts = _divided(cell, marks)
            own = {line.strip() for line in shown.split("\n")}
            name = grade_id(cell) or "a cell"
            for what, text in parts:
                new = [line.strip() for line in text.split("\n") if line.strip() not in own]
                lines += [Secret(line, name, what) for line in dict.fromkeys(new) if line]
                if what == "hidden test":
                    digits = set(_NUMBER.findall(text)) - set(_NUMBER.findall(shown))
                    numbers += [Secret(digit, name, what) for digit in sorted(digits)]
        on_view = "\n".join(cell.source for cell in subject.released.cells)
        return cls(lines, numbers, on_view, frozenset(_NUMBER.findall(on_view)))

    @cached_property
    def secret_numbers(self) -> dict[str, Secret]:
        """The numbers, those on view in some cell apart, by how they are written."""
        return {one.text: one for one in self.numbers if one.text not in self.numbers_on_view}


def leaks_in_release(subject: Subject, secrets: Secrets) -> list[Finding]:
    """Return the secrets that stand in the student version or in a file beside it.

    Code on view that a hidden test repeats, a program to be differentiated say, gives nothing away.
    """
    findings = []
    code = {
        f"the student version, {grade_id(cell) or f'cell {number}'}"
        for number, cell in enumerate(subject.released.cells, 1)
        if cell.cell_type == "code"
    }
    own = {grade_id(cell): cell.source.split("\n") for cell in subject.released.cells}
    places = {
        f"the student version, {grade_id(cell) or f'cell {number}'}": _everything(cell)
        for number, cell in enumerate(subject.released.cells, 1)
    }
    places["the student version's metadata"] = json.dumps(subject.released.metadata)
    places |= {name: data.decode("utf-8", "replace") for name, data in subject.files}
    by_place = {place: _stripped(text) for place, text in places.items()}
    for secret in secrets.lines:
        shown = f"a line of the {secret.what} of {secret.cell} stands in"
        if secret.text in {line.strip() for line in own.get(secret.cell, ())}:
            findings.append(Finding(Kind.LEAK, secret.cell, f"{shown} it uncut: {secret.text}"))
            continue
        for place, text in by_place.items():
            repeated = secret.what == "hidden test" and place in code
            if len(secret.text) >= LONG and secret.text in text and not repeated:
                findings.append(Finding(Kind.LEAK, place, f"{shown} it: {secret.text}"))
    for secret in secrets.numbers:
        if "." not in secret.text:
            continue
        findings += [
            Finding(Kind.LEAK, place, f"{secret.text}, of a {secret.what} of {secret.cell}")
            for place, text in places.items()
            if secret.text in text and not place.endswith(f", {secret.cell}")
        ]
    return findings


def leaks_in_outcome(
    who: str, outcome: Outcome, secrets: Secrets, page: str = ""
) -> Iterator[Finding]:
    """Yield the secrets that are told to a student whose notebook ended in `outcome`.

    Looked at are the outputs of tests, what their checks say, and the feedback page; what stands in
    the student's own cells is no secret of ours.
    """
    tests = {cell.grade_id for cell in outcome.cells}
    theirs = "\n".join(
        _everything(cell) for cell in outcome.notebook.cells if grade_id(cell) not in tests
    )
    told = [*_told(outcome), ("the feedback page", _plain(page))]
    for place, text in told:
        known = f"{theirs}\n{secrets.on_view}"
        yield from _in_text(f"{who}, {place}", text, known, secrets)
    for cell in outcome.cells:
        where = f"{who}, {cell.grade_id}"
        yield from _numbers(where, _from_hidden(cell), f"{theirs}\n{secrets.on_view}", secrets)
        for check in cell.checks:
            for number in _PRECISE.findall(check.message) if check.hidden else ():
                if number not in secrets.on_view:
                    text = f"the hidden check “{check.name}” tells a number: {check.message}"
                    yield Finding(Kind.LEAK, f"{who}, {cell.grade_id}", text)


def page_of(course: Course, subject: Subject, who: str, outcome: Outcome) -> str:
    """Return the feedback page that a student would get for `outcome`."""
    marks = {cell.grade_id: Mark(cell.points, cell.max_points) for cell in outcome.cells}
    sheet = Sheet(who, subject.assignment, subject.name, marks)
    record = Record("", outcome.notices, cells=outcome.cells, usage=outcome.usage)
    notebook = annotated(NotebookNode(outcome.notebook), record)
    return feedback_page(notebook, sheet, cuts(course.config, show_hidden=False))


def once(findings: Iterable[Finding]) -> list[Finding]:
    """Return `findings` with the first of those that say the same."""
    found: dict[str, Finding] = {}
    for finding in findings:
        found.setdefault(finding.text, finding)
    return list(found.values())


def _in_text(where: str, text: str, known: str, secrets: Secrets) -> Iterator[Finding]:
    squeezed = _stripped(text)
    for secret in secrets.lines:
        if len(secret.text) >= TOLD and secret.text in squeezed and secret.text not in known:
            said = f"it tells a line of the {secret.what} of {secret.cell}: {secret.text}"
            yield Finding(Kind.LEAK, where, said)


def _numbers(where: str, text: str, known: str, secrets: Secrets) -> Iterator[Finding]:
    for number in dict.fromkeys(_NUMBER.findall(text)):
        secret = secrets.secret_numbers.get(number)
        if secret is not None and number not in known:
            said = f"it tells {number}, of a {secret.what} of {secret.cell}"
            yield Finding(Kind.LEAK, where, said)


def _from_hidden(cell: CellOutcome) -> str:
    """Return what hidden checks say, or a cell without checks: it may say anything.

    What a check on view says was said before anything hidden ran.
    """
    if cell.checks:
        return "\n".join(check.message for check in cell.checks if check.hidden)
    return "\n".join([cell.message, *map(_output_text, cell.outputs)])


def _told(outcome: Outcome) -> Iterator[tuple[str, str]]:
    for cell in outcome.cells:
        checks = "\n".join(check.message for check in cell.checks)
        outputs = "\n".join(_output_text(output) for output in cell.outputs)
        yield cell.grade_id, f"{cell.message}\n{checks}\n{outputs}"


def _output_text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return "\n".join([output.ename, output.evalue, *output.traceback])
    return "\n".join(
        text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
        for kind, text in output.get("data", {}).items()
        if not kind.startswith("image/")
    )


def _divided(
    cell: NotebookNode, marks: Mapping[str, tuple[str, str] | None]
) -> tuple[str, list[tuple[str, str]]]:
    """Return what of a cell is on view, and its parts that are cut, each with what it is."""
    shown, parts = cell.source, []
    for what, pair in marks.items():
        if pair is None:
            continue
        inside = re.compile(rf"[^\n]*{re.escape(pair[0])}.*?{re.escape(pair[1])}[^\n]*", re.DOTALL)
        for found in inside.findall(shown):
            parts.append((what, "\n".join(found.split("\n")[1:-1])))
        shown = inside.sub("", shown)
    if is_solution(cell) and not parts:
        return "", [("solution", shown)]
    return shown, parts


def _everything(cell: NotebookNode) -> str:
    """Return all the text that a cell holds."""
    rest = {key: cell[key] for key in ("metadata", "outputs", "attachments") if cell.get(key)}
    return f"{cell.source}\n{json.dumps(rest, ensure_ascii=False)}"


def _stripped(text: str) -> str:
    """Return `text` with its lines less the space around them."""
    return "\n".join(line.strip() for line in text.split("\n"))


def _plain(page: str) -> str:
    """Return the text of an HTML page."""
    return html.unescape(_TAG.sub("", page))
