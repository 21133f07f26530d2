"""A sample of `make audit`: of every assignment some slips, which must all lose points.

Which slips it takes is the same at every run. The whole audit grades the cases as well, right
answers many times over, and every slip there is.
"""

import pytest

from grading.audit.auditing import audit
from grading.audit.findings import Kind
from grading.audit.report import finding_lines
from grading.audit.running import Runner
from grading.audit.subject import subjects
from grading.batch.store import Store
from grading.course import Course
from tests.course.conftest import ASSIGNMENTS, COURSE

SLIPS = 6
ASKED = {Kind.REFERENCE, Kind.RELEASE, Kind.MUTATION, Kind.EQUIVALENT, Kind.LEAK, Kind.FORM}


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("audit") / "cache.db")
    with Runner(Course(COURSE), workers=1, store=store) as runner:
        yield runner


@pytest.mark.skipif(not ASSIGNMENTS, reason="no assignment yet")
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_some_slips_in_the_reference_solution_lose_points_and_nothing_leaks(assignment, runner):
    found = audit(runner.course, assignment, runner, asked=ASKED, sample=SLIPS, seed=20)
    assert list(finding_lines(found)) == []
    assert found.killed == found.to_kill > 0


REACHED = {
    "evaluate": ["test-evaluate", "test-sensitivities"],
    "sum-over-paths": ["test-sum-over-paths", "test-shared-paths", "test-sensitivities"],
    "association-cost": ["test-association-cost"],
    "sensitivities": ["test-sensitivities"],
}


@pytest.mark.parametrize("cell", REACHED)
def test_a_slip_is_put_first_to_the_tests_that_its_cell_reaches(cell):
    (subject,) = subjects(Course(COURSE), "ps01")
    assert subject.affected(cell) == REACHED[cell]
