"""The library that a course explains is no answer to its assignments: grading refuses it."""

import pytest
from nbgrader.utils import is_grade, is_solution

from grading.batch.assigned import forbidden_modules
from grading.engine import Job, Outcome, grade_notebook
from tests.course.conftest import ASSIGNMENTS, COURSE, reference_of, source_of

LIBRARY = "autodiff_lib"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_an_answer_that_takes_the_library_s_is_refused_in_words(assignment):
    source = source_of(assignment)
    (path,) = (COURSE / "source" / assignment).glob("*.ipynb")
    forbidden = forbidden_modules(path, source)
    assert LIBRARY in forbidden
    notebook = reference_of(source)
    answer = next(cell for cell in notebook.cells if cell.cell_type == "code" and is_solution(cell))
    tests = [cell for cell in notebook.cells if cell.cell_type == "code" and is_grade(cell)]
    answer.source = f"from {LIBRARY} import grad\n{answer.source}"
    first = tests[0].metadata.nbgrader.grade_id
    job = Job(notebook, forbidden=forbidden, run=(first,))
    outcome = Outcome.from_bytes(grade_notebook(job.to_bytes()))
    assert outcome.notices == (
        f"{LIBRARY} may not be used in the answers to this assignment, and was.",
    )
    assert [cell.points for cell in outcome.cells] == [0]
