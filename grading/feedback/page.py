"""One feedback page: from a graded notebook and its sheet to HTML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task

from grading.autograded import Record, record_from
from grading.engine.judging import by_points
from grading.feedback.code import colours, highlighted
from grading.feedback.cuts import Cuts
from grading.feedback.markdown import Named, markdown_html
from grading.feedback.outputs import outputs_html
from grading.feedback.sheet import Mark, Sheet
from grading.results import State
from grading.sanitising.notebook import SVG, safe_attachments

NO_RESPONSE = "No response."  # nbgrader's own comment on an answer that was left as it was
NOTICES = "notices"  # the id of the cell that the grader puts on top of an autograded notebook

_SIGNS = {State.PASSED: "✓", State.PARTIAL: "◐", State.FAILED: "✗", State.MISSING: "–"}
_STYLES = {State.PASSED: "good", State.PARTIAL: "partly"}


@dataclass(frozen=True)
class Question:
    """A row of the table on top: a graded cell. `anchor` is the id of its place in the page."""

    anchor: str
    name: str
    kind: str
    mark: Mark
    sign: str
    state: str
    style: str
    message: str
    comment: Markup | None


@dataclass(frozen=True)
class Block:
    """A cell as it is shown: its question if it is graded, its source and outputs as HTML."""

    anchor: str
    name: str
    kind: str
    source: Markup
    source_is_code: bool
    outputs: Markup
    question: Question | None
    comment: Markup | None


def feedback_page(
    notebook: NotebookNode, sheet: Sheet, cuts: Cuts, pictures: Mapping[str, str] | None = None
) -> str:
    """Return the feedback page of a graded notebook.

    `sheet` is what the gradebook says of it, `cuts` what students do not see, and `pictures` are
    those beside the notebook: data addresses by relative names.
    """
    record = record_from(notebook.metadata.get("adcourse", {}))
    named = tuple(sorted((pictures or {}).items()))
    blocks = list(_blocks(notebook, sheet, record, cuts, named))
    questions = [block.question for block in blocks if block.question]
    return _rendered(sheet, record, questions, blocks)


def warm(released: NotebookNode) -> None:
    """Make what all students' pages have alike, so that it is only looked up for each of them."""
    language = _language(released)
    for cell in released.cells:
        if cell.cell_type == "markdown":
            markdown_html(cell.source, _attachments(cell))
        else:
            highlighted(cell.source, language if cell.cell_type == "code" else "")
    colours()
    _template()


def plain_page(sheet: Sheet, record: Record) -> str:
    """Return a page without the notebook, for one that cannot be shown: points and reasons."""
    outcomes = {cell.grade_id: cell for cell in record.cells}
    questions = [
        _question("", name, "test" if name in outcomes else "answer", sheet, record, None)
        for name in sheet.marks
    ]
    return _rendered(sheet, record, questions, [])


def _rendered(sheet: Sheet, record: Record, questions: list[Question], blocks: list[Block]) -> str:
    asked = {question.anchor for question in questions}
    remarks = [
        block
        for block in blocks
        if block.comment and block.anchor not in asked and NO_RESPONSE not in block.comment
    ]
    return _template().render(
        sheet=sheet,
        record=record,
        questions=questions,
        remarks=remarks,
        blocks=blocks,
        colours=Markup(colours()),
    )


def _blocks(
    notebook: NotebookNode, sheet: Sheet, record: Record, cuts: Cuts, pictures: Named
) -> Iterator[Block]:
    language = _language(notebook)
    for index, cell in enumerate(notebook.cells):
        if cell.get("id") == NOTICES and record.notices:
            continue
        anchor = f"cell-{index}"
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        comment = None
        if name in sheet.comments and (is_solution(cell) or is_task(cell)):
            comment = Markup(markdown_html(sheet.comments[name]))
        question = None
        if name in sheet.marks and (is_grade(cell) or is_task(cell)):
            question = _question(anchor, name, _kind(cell), sheet, record, comment)
        source = cuts.source(cell)
        if cell.cell_type == "markdown":
            shown = markdown_html(source, _attachments(cell), pictures)
        else:
            shown = highlighted(source, language if cell.cell_type == "code" else "")
        outputs = ""
        if cell.cell_type == "code":
            outputs = outputs_html(cuts.outputs(cell), pictures)
        yield Block(
            anchor,
            name,
            _kind(cell),
            Markup(shown),
            cell.cell_type != "markdown",
            Markup(outputs),
            question,
            comment,
        )


def _question(
    anchor: str, name: str, kind: str, sheet: Sheet, record: Record, comment: Markup | None
) -> Question:
    mark = sheet.marks[name]
    outcome = next((cell for cell in record.cells if cell.grade_id == name), None)
    state = by_points(mark.points, mark.max_points)
    said, message = state.value, ""
    if mark.waits and kind != "test":
        return Question(anchor, name, kind, mark, "…", "to be graded", "waits", "", comment)
    if kind != "test":
        said = "graded"
    elif record.state is not None:
        state, message = record.state, record.reason
        said = state.value
    elif outcome is not None and abs(outcome.points - mark.points) > 1e-9:
        message = f"points set by hand; the tests gave {outcome.points:g}: {outcome.message}"
        message = message.rstrip(": ")
    elif outcome is not None:
        state, message = outcome.state, outcome.message
        said = state.value
    sign, style = _SIGNS.get(state, "⚠"), _STYLES.get(state, "bad")
    return Question(anchor, name, kind, mark, sign, said, style, message, comment)


def _kind(cell: NotebookNode) -> str:
    if is_task(cell):
        return "task"
    if is_solution(cell):
        return "answer"
    if is_grade(cell):
        return "test"
    return {"markdown": "text", "code": "code"}.get(cell.cell_type, "raw")


def _language(notebook: NotebookNode) -> str:
    metadata: Any = notebook.metadata
    name = metadata.get("language_info", {}).get("name")
    name = name or metadata.get("kernelspec", {}).get("language") or "python"
    return name if isinstance(name, str) else "python"


def _attachments(cell: NotebookNode) -> Named:
    """Return the pictures pasted into a Markdown cell; of each the form that shows most."""
    found = safe_attachments(cell.get("attachments"))
    return tuple(
        (name, f"data:{kind};base64,{''.join(bundle[kind].split())}")
        for name, bundle in sorted(found.items())
        for kind in [SVG if SVG in bundle else next(iter(bundle))]
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("grading"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["points"] = lambda number: f"{round(number, 2):g}"
    return environment.get_template("feedback.html")
