"""A sample of `make audit`: of every assignment some slips, which must all lose points.

Which slips it takes is the same at every run. The whole audit grades the cases as well, right
answers many times over, and every slip there is.
"""

import pytest

from grading.audit.auditing import audit
from grading.audit.findings import Kind
from grading.audit.report import finding_lines
from grading.audit.running import Runner
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
