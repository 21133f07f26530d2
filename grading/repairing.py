"""Putting a submitted notebook's tests, settings and missing cells right again."""

import re
from collections.abc import Iterable
from copy import deepcopy
from typing import Any
from urllib.parse import unquote

from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.utils import is_grade, is_locked, is_solution

_ATTACHMENT = re.compile(r"attachment:([^)\s\"'<>]+)")


def repair(
    cells: list[dict[str, Any]], released: NotebookNode, notices: list[str]
) -> NotebookNode | None:
    """Return a notebook of the student's `cells` with everything locked as `released`.

    Adds a sentence on each kind of repair to `notices`. Returns None for another notebook.
    """
    originals = {grade_id(cell): cell for cell in released.cells if grade_id(cell)}
    if originals and not any(_name(cell) in originals for cell in cells):
        notices[:] = [
            "This is another notebook: it has none of the questions of this assignment. "
            "Submit the notebook that you were given, with your answers in it."
        ]
        return None
    return _Repair(originals, notices).run(cells, released)


def grade_id(cell: NotebookNode) -> str | None:
    """Return the nbgrader id of a cell of ours, or None."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


class _Repair:
    """One repair of one notebook: collects what it finds by kind, one sentence a kind."""

    def __init__(self, originals: dict[str, NotebookNode], notices: list[str]) -> None:
        self.originals = originals
        self.notices = notices
        self.found: dict[str, dict[str, None]] = {}

    def run(self, cells: list[dict[str, Any]], released: NotebookNode) -> NotebookNode:
        chosen = self._choose(cells)
        repaired: list[NotebookNode] = []
        for index, cell in enumerate(cells):
            name = _name(cell)
            if chosen.get(name) == index:
                repaired += self._known(name, cell)
            else:
                if name and name not in self.originals:
                    self._note("unknown", name)
                repaired.append(self._plain(cell))
        self._put_back(repaired)
        for index, cell in enumerate(repaired):
            cell["id"] = f"cell-{index}"
        self._report()
        return new_notebook(cells=repaired, metadata=deepcopy(released.metadata))

    def _choose(self, cells: list[dict[str, Any]]) -> dict[str, int]:
        """Return which of the student's cells stands for each id: the last one filled in."""
        chosen: dict[str, int] = {}
        for index, cell in enumerate(cells):
            name = _name(cell)
            if name not in self.originals:
                continue
            original = self.originals[name]
            if name in chosen:
                self._note("twice", name)
                if not is_locked(original) and _same(cell["source"], original.source):
                    continue
            chosen[name] = index
        return chosen

    def _known(self, name: str, cell: dict[str, Any]) -> list[NotebookNode]:
        """Return the cell as it counts: a locked one as released, an answer as submitted."""
        original = self.originals[name]
        self._compare_settings(name, cell["settings"], original.metadata.nbgrader)
        retyped = cell["cell_type"] != original.cell_type
        if retyped:
            self._note("retyped", name)
        if not is_locked(original):
            answer = self._plain({**cell, "cell_type": original.cell_type})
            answer.metadata = deepcopy(original.metadata)
            return [answer]
        if _same(cell["source"], original.source):
            return [_copy(original)]
        if not retyped:
            self._note("edited test" if is_grade(original) else "edited", name)
        if original.cell_type == "markdown":  # what was written into it stays to be read
            return [_copy(original), self._plain({**cell, "cell_type": "markdown"})]
        return [_copy(original)]

    def _compare_settings(self, name: str, found: dict, original: NotebookNode) -> None:
        if "points" in original and "points" in found and found["points"] != original.points:
            self._note("points", name)
        elif found.get("schema_version") == original.get("schema_version") and any(
            found.get(key, False) != original.get(key, False)
            for key in ("grade", "solution", "locked", "task")
        ):
            self._note("settings", name)

    def _plain(self, cell: dict[str, Any]) -> NotebookNode:
        """Return a cell that counts for nothing by itself."""
        made = _new_cell(cell["cell_type"], cell["source"])
        if cell["cell_type"] != "markdown":
            return made
        pictures = dict(cell["attachments"])

        def checked(match: re.Match) -> str:
            name = match[1]
            if name in pictures:
                return match[0]
            if unquote(name) in pictures:  # JupyterLab finds it so, nbconvert does not
                pictures[name] = pictures[unquote(name)]
                return match[0]
            self._note("picture", name)
            return f"missing:{name}"

        made.source = _ATTACHMENT.sub(checked, made.source)
        if pictures:
            made.attachments = pictures
        return made

    def _put_back(self, repaired: list[NotebookNode]) -> None:
        """Insert the cells that are missing: before the next one, else behind the last."""
        names = list(self.originals)
        for position, name in enumerate(names):
            places = {grade_id(cell): index for index, cell in enumerate(repaired)}
            if name in places:
                continue
            original = self.originals[name]
            if is_solution(original) and not is_grade(original):
                self._note("no answer", name)  # its stub might undo an answer given elsewhere
                continue
            self._note(_missing_kind(original), name)
            before = max(
                (places[other] for other in names[:position] if other in places), default=-1
            )
            after = next((places[other] for other in names[position:] if other in places), None)
            place = after if after is not None and after > before else before + 1
            repaired.insert(place, _copy(original))

    def _note(self, kind: str, name: str) -> None:
        self.found.setdefault(kind, {})[name] = None

    def _report(self) -> None:
        for kind, sentence in _SENTENCES.items():
            if kind in self.found:
                self.notices.append(sentence.format(_quoted(self.found[kind])))


_SENTENCES = {
    "edited test": "Test cells were edited ({}): the original tests were used.",
    "edited": "Read-only cells were edited ({}): the original cells were used.",
    "points": "The points of cells were edited ({}): the original points count.",
    "settings": "The grading settings of cells were edited ({}): the original ones count.",
    "retyped": "Cells were turned into another type ({}): their original type was used.",
    "missing test": "Test cells were missing ({}): they were put back.",
    "missing": "Read-only cells were missing ({}): they were put back.",
    "missing answer": "Answer cells to be graded by hand were missing ({}): they count as empty.",
    "no answer": "Answer cells were missing ({}): the tests ran without them.",
    "twice": "Cells were there more than once ({}): the last one filled in counts.",
    "unknown": "Cells with a grade id that this assignment does not have ({}): they do not count.",
    "picture": "Pictures are missing from the file ({}): their text was kept.",
}


def _missing_kind(original: NotebookNode) -> str:
    if is_solution(original):
        return "missing answer"
    return "missing test" if is_grade(original) else "missing"


def _name(cell: dict[str, Any]) -> str | None:
    name = cell["settings"].get("grade_id")
    return name if isinstance(name, str) else None


def _new_cell(cell_type: str, source: str, metadata: NotebookNode | None = None) -> NotebookNode:
    """Return a cell as nbformat makes it, without its check of every one against the schema."""
    made = NotebookNode(cell_type=cell_type, source=source, metadata=metadata or NotebookNode())
    if cell_type == "code":
        made.update(execution_count=None, outputs=[])
    return made


def _copy(original: NotebookNode) -> NotebookNode:
    copy = _new_cell(original.cell_type, original.source, deepcopy(original.metadata))
    if "attachments" in original:
        copy.attachments = deepcopy(original.attachments)
    return copy


def _same(source: str, original: str) -> bool:
    """Say whether two sources differ in nothing but blanks at the ends of lines."""
    return _stripped(source) == _stripped(original)


def _stripped(source: str) -> list[str]:
    return [line.rstrip() for line in source.strip().splitlines()]


def _quoted(names: Iterable[str], most: int = 8) -> str:
    """Return names that a student may have chosen as one short line."""
    names = list(names)
    short = [re.sub(r"[^\w.+-]+", " ", name)[:60] for name in names[:most]]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(short) + more
