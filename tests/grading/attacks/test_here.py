"""A wrong answer scores what it deserves, nothing leaks, and nobody else is affected."""

import os
import tempfile

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grading.engine import Job, Outcome, grade_notebook
from grading.engine.nursery import stop_nurseries
from grading.results import State
from tests.grading.attacks.all import ATTACKS
from tests.grading.attacks.attack import ENVIRONMENT, EXACT, OTHER_STUDENT, POINTS
from tests.grading.attacks.here import LIMITS, Left, Outside, grade_here, secrets_in
from tests.grading.engine.notebooks import graded_cell

MOST_OUTPUT = 12 * LIMITS.output_chars
MEMORY = 100 << 20  # bytes that a worker may hold more of after all attacks


def grade_honest() -> Outcome:
    """Return what is found in an honest notebook, one with something of the student's own in it."""
    answer = f"note = '{OTHER_STUDENT}'\nprint(note)\ndef double(x):\n    return 2 * x"
    cells = [new_code_cell(answer), graded_cell("asked", EXACT.probed, POINTS)]
    job = Job(new_notebook(cells=cells), limits=LIMITS)
    return Outcome.from_bytes(grade_notebook(job.to_bytes()))


@pytest.fixture(scope="module", autouse=True)
def own_folder(tmp_path_factory):
    """Keep temporary folders apart from those of other graders on the machine."""
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path_factory.mktemp("temporary"))
    yield
    tempfile.tempdir = before


@pytest.fixture(scope="module", autouse=True)
def worker():
    """A worker that has graded before, with something in its environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKEN", ENVIRONMENT)
        stop_nurseries()
        grade_honest()
        before = psutil.Process().memory_info().rss
        yield
        assert psutil.Process().memory_info().rss < before + MEMORY
        stop_nurseries()


@pytest.fixture
def outside(tmp_path):
    tmp_path.chmod(0o777)
    found = Outside(tmp_path)
    yield found
    found.server.close()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_fails(attack, outside):
    before = Left.now()
    outcome = grade_here(attack, outside)
    attacked, other = outcome.cells
    assert attack.is_due(attacked.points, attacked.state), attacked
    assert attacked.message
    assert secrets_in(outcome) == []
    assert outside.reached() == ""
    if attack.spares:
        assert (other.state, other.message) == (State.PASSED, "")
    # Many processes can take much between two looks at them, the more the busier the machine.
    assert outcome.usage["peak_memory_bytes"] < 3 * LIMITS.memory_bytes
    assert len(outcome.to_bytes()) < 2 * MOST_OUTPUT
    assert Left.now() == before
    honest = grade_honest().cells[0]
    assert (honest.state, honest.message) == (State.PASSED, "")


def test_attacks_have_names_of_their_own():
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names) >= 48


def test_the_secrets_are_there_to_be_found():
    assert os.environ["TOKEN"] == ENVIRONMENT
