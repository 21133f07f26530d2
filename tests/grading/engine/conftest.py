"""Small notebooks, graded by the engine as it is used: walls, warm parent and all."""

from collections.abc import Callable

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from grading.engine import Job, Limits, Outcome, grade_notebook
from tests.grading.engine.notebooks import Graded


@pytest.fixture
def grade() -> Callable[..., Graded]:
    """A function that grades a notebook made of cells: sources, and test cells."""

    def run(*cells: str | NotebookNode, **settings: object) -> Graded:
        made = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        limits = settings.pop("limits", Limits(cell_seconds=10, notebook_seconds=60))
        job = Job(new_notebook(cells=made), limits=limits, **settings)
        return Graded(Outcome.from_bytes(grade_notebook(job.to_bytes())))

    return run
