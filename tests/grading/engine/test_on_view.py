"""What a student reads was said before anything hidden was asked; the points count all of it."""

import time

import pytest
from nbformat.v4 import new_notebook

from grading.engine import Job, Limits
from grading.engine.examination import steps
from grading.engine.on_view import ONLY_BESIDE_HIDDEN
from grading.engine.sheet import Sheet
from grading.results import State
from tests.grading.engine.notebooks import CHECKS, checked, graded_cell, simple

SECRET = "8675309"
ASK = "def ask(x):\n    return double(x)"
VIEW = "with checks('on view', points=1):\n    assert ask(1) == 2"
HIDDEN = (
    "### BEGIN HIDDEN TESTS\n"
    "with checks('hidden', points=1, hidden=True):\n"
    f"    assert ask({SECRET}) == {2 * int(SECRET)}\n"
    "### END HIDDEN TESTS"
)
IN_A_FILE = """
import os
def double(x):
    if x > 1:
        print(x, file=open("seen", "a"))
    elif os.path.exists("seen"):
        raise ValueError(open("seen").read())
    return 2 * x
"""
IN_MEMORY = """
seen = []
def double(x):
    seen.append(x)
    if len(seen) > 1:
        raise ValueError(str(seen))
    return 2 * x
"""
RIGHT = "def double(x):\n    return 2 * x"


@pytest.mark.parametrize("answer", [IN_A_FILE, IN_MEMORY], ids=["in a file", "in memory"])
@pytest.mark.parametrize(
    "tests",
    [
        [checked("a", ASK, f"{HIDDEN}\n{VIEW}", 2)],
        [checked("a", ASK, f"{VIEW}\n{HIDDEN}", 2), checked("b", ASK, f"{VIEW}\n{HIDDEN}", 2)],
        [checked("a", ASK, f"{VIEW}\n{HIDDEN}", 2), simple("b", "double(1)", "2")],
        [checked("a", ASK, HIDDEN, 1), simple("b", "double(1)", "2")],
    ],
    ids=["in the same cell", "in a later cell", "in one without", "of a cell all hidden"],
)
def test_what_an_answer_remembers_is_not_told(grade, answer, tests):
    assert SECRET not in shown(grade(answer, *tests))


def test_nor_what_a_test_in_the_notebook_itself_asked(grade):
    """Such a cell runs where it could leave its inputs to others, so it runs after them."""
    there = graded_cell("a", HIDDEN.replace("ask(", "double(").replace("checks", "nothing"))
    found = grade(IN_A_FILE, there, simple("b", "double(1)", "2"))
    assert SECRET not in found["b"].message
    assert found["b"].points == 1


def test_the_points_count_the_hidden_checks(grade):
    wrong = "def double(x):\n    return 2 * min(x, 9)"
    test = checked("a", ASK, f"{VIEW}\n{HIDDEN}", 3)
    found = grade(wrong, test)["a"]
    assert (found.points, found.state) == (1, State.PARTIAL)
    assert grade(RIGHT, test)["a"].points == 3


def test_a_check_that_fails_beside_hidden_ones_alone_says_so(grade):
    forgets = "calls = []\ndef double(x):\n    calls.append(x)\n    return 2 * calls[0]"
    test = checked("a", ASK, f"{HIDDEN}\n{VIEW}", 2)
    (hidden, view) = grade(forgets, test)["a"].checks
    assert hidden.passed
    assert view.message == ONLY_BESIDE_HIDDEN


def test_a_check_in_hidden_lines_is_hidden_whatever_it_says_of_itself(grade):
    test = checked("a", ASK, f"{VIEW}\n{HIDDEN.replace(', hidden=True', '')}", 2)
    found = grade(f"{RIGHT} if x == 1 else str(x)", test)
    assert SECRET not in shown(found)
    assert found["a"].checks[1].hidden


def test_what_the_test_prints_is_what_it_prints_of_checks_on_view(grade):
    test = checked("a", ASK, f"print('asked', ask(1))\n{HIDDEN}\nprint('then', ask(1))", 1)
    found = grade("n = 0\ndef double(x):\n    global n\n    n += 1\n    return n", test)
    assert found.outputs(1)[0].text == "asked 1\nthen 2\n"


def test_an_error_outside_checks_is_the_first_one(grade):
    bare = "### BEGIN HIDDEN TESTS\nask(3)\n### END HIDDEN TESTS\nassert ask(1) == 2, seen()"
    test = checked("a", f"{ASK}\n\n@probe\ndef seen():\n    return log", bare, 1)
    remembers = "log = ''\ndef double(x):\n    global log\n    log += f'<{x}>'\n    return "
    found = grade(f"{remembers}0", test)["a"]
    assert (found.points, found.message) == (0, "<1>")
    found = grade(f"{remembers}2 if log == '<1>' else 0", test)["a"]
    assert (found.points, found.message) == (0, ONLY_BESIDE_HIDDEN)


def test_what_hidden_lines_define_may_be_used_on_view(grade):
    hidden = "### BEGIN HIDDEN TESTS\nexpected = 2\n### END HIDDEN TESTS"
    view = "with checks('on view', points=1):\n    assert ask(1) == expected"
    found = grade(RIGHT, checked("a", ASK, f"{hidden}\n{view}"))["a"]
    assert (found.points, found.state) == (1, State.PASSED)


def test_a_last_line_that_is_no_number_is_not_shown(grade):
    """As under nbgrader, a cell that ends in some text has passed."""
    source = f"{CHECKS.format(points=1)}\n@probe\n{ASK}\n{HIDDEN}\nask('x')"
    found = grade("log = []\ndef double(x):\n    log.append(x)\n    return str(log)",
                  graded_cell("a", source))  # fmt: skip
    assert found["a"].points == 1
    assert SECRET not in shown(found)


def test_a_cell_without_hidden_lines_is_asked_once():
    """Also where its text ends in an empty line, as cells written by hand do."""
    test = graded_cell("a", f"{CHECKS.format(points=1)}\n@probe\n{ASK}\n{VIEW}\nchecks.score()\n")
    job = Job(new_notebook(cells=[test]))
    (place,) = Sheet(job, time.monotonic() + 60).places
    assert [step.test for step in steps([place.test])] == [place.test]


def test_a_cell_that_had_to_be_stopped_is_not_asked_again(grade):
    limits = Limits(cell_seconds=1, notebook_seconds=60)
    endless = "def double(x):\n    while True: pass"
    found = grade(endless, checked("a", ASK, f"{VIEW}\n{HIDDEN}", 2), limits=limits)["a"]
    assert found.state is State.TIMEOUT
    assert found.seconds < 2 * (1 + 2)


def test_a_test_that_breaks_its_process_costs_itself(grade):
    """Cells that had been run up to their hidden lines are run again, and keep what they said."""
    breaks = HIDDEN.replace("    assert", "    import os; os._exit(1)\n    assert")
    wrong = "def double(x):\n    return 3 * x"
    tests = [checked("a", ASK, f"{VIEW}\n{breaks}", 2), checked("b", ASK, f"{VIEW}\n{HIDDEN}", 2)]
    found = grade(wrong, *tests)
    assert found["a"].state is State.KILLED
    view, hidden = found["b"].checks
    assert view.message == "this does not hold: assert ask(1) == 2"
    assert not hidden.passed
    assert [cell.points for cell in grade(RIGHT, *tests).outcome.cells] == [0, 2]


def shown(found):
    """Return all that a student may come to read of the test cells."""
    return str([(cell.message, cell.checks, cell.outputs) for cell in found.outcome.cells])
