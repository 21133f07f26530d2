"""What is known not to hold, and is to be told to who writes tests: see docs/threat-model.md."""

import pytest

from tests.grading.attacks.attack import HIDDEN_INPUT
from tests.grading.engine.notebooks import checked

ASK = "def ask(x):\n    return double(x)"
VIEW = "with checks('on view', points=1):\n    assert ask(1) == 2"
HIDDEN = (
    "### BEGIN HIDDEN TESTS\n"
    f"with checks('hidden', points=1, hidden=True):\n    assert ask({HIDDEN_INPUT}) == 0\n"
    "### END HIDDEN TESTS"
)
REMEMBERS = """
import os
def double(x):
    if x > 1: print(x, file=open("seen", "a"))
    elif os.path.exists("seen"): raise ValueError(open("seen").read())
    return 2 * x
"""
REASON = "an answer can tell in an error on view what it was asked before by a hidden check"


@pytest.mark.xfail(reason=REASON, strict=True)
@pytest.mark.parametrize(
    "tests",
    [
        [checked("a", ASK, f"{HIDDEN}\n{VIEW}", 2)],
        [checked("a", ASK, f"{VIEW}\n{HIDDEN}", 2), checked("b", ASK, f"{VIEW}\n{HIDDEN}", 2)],
    ],
    ids=["in the same cell", "in a later cell"],
)
def test_hidden_inputs_stay_out_of_later_messages(grade, tests):
    found = grade(REMEMBERS, *tests)
    assert not any(HIDDEN_INPUT in cell.message for cell in found.outcome.cells)
