"""Cells of small notebooks, and what came of grading them."""

from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grading.engine import CellOutcome, Outcome

CHECKS = "from grading import Checks, probe\nchecks = Checks({points})\n"


@dataclass
class Graded:
    """An outcome, with its cells at hand."""

    outcome: Outcome

    def __getitem__(self, grade_id: str) -> CellOutcome:
        return next(cell for cell in self.outcome.cells if cell.grade_id == grade_id)

    def outputs(self, index: int) -> list[NotebookNode]:
        """Return the outputs of the cell with this index."""
        return self.outcome.notebook.cells[index].outputs

    @property
    def everything(self) -> str:
        """All that the outcome says, as text: where something might have leaked."""
        return self.outcome.to_bytes().decode()


def graded_cell(grade_id: str, source: str, points: float = 1) -> NotebookNode:
    """Return a test cell."""
    flags = {"grade": True, "solution": False, "locked": True, "task": False}
    settings = {**flags, "grade_id": grade_id, "points": points, "schema_version": 3}
    return new_code_cell(source, metadata={"nbgrader": settings})


def checked(grade_id: str, probe: str, checks: str, points: float = 1) -> NotebookNode:
    """Return a test cell with a probe and checks."""
    head = CHECKS.format(points=points)
    return graded_cell(grade_id, f"{head}\n@probe\n{probe}\n\n{checks}\nchecks.score()", points)


def simple(grade_id: str, call: str, right: str, hidden: bool = False) -> NotebookNode:
    """Return a test cell with one check: that the expression `call` has the value `right`."""
    check = f'with checks("it", points=1{", hidden=True" if hidden else ""}):\n'
    return checked(
        grade_id, f"def ask():\n    return {call}", f"{check}    assert ask() == {right}"
    )
