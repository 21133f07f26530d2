"""What feedback keeps to itself of a test cell with hidden lines."""

import pytest
from nbformat.v4 import new_output

from grading.feedback.cuts import Cuts
from tests.grading.engine.notebooks import graded_cell

SECRET = "8675309"
HIDDEN = f"### BEGIN HIDDEN TESTS\nassert f({SECRET}) == 2\n### END HIDDEN TESTS"
CUTS = Cuts(("BEGIN HIDDEN TESTS", "END HIDDEN TESTS"), None)


def shown(source, *outputs, cuts=CUTS):
    cell = graded_cell("a", source)
    cell.outputs = list(outputs)
    return cuts.outputs(cell)


def error(name, value):
    return new_output("error", ename=name, evalue=value, traceback=[f"----> 2 f({SECRET})"])


@pytest.mark.parametrize(
    "output",
    [
        new_output("stream", text=f"asked {SECRET}\n"),
        new_output("display_data", {"text/plain": SECRET}),
        new_output("execute_result", {"text/plain": f"'{SECRET}'"}),
        error("ValueError", SECRET),
        error("KeyError", SECRET),
    ],
    ids=["printed", "displayed", "a result", "an error", "a key"],
)
def test_what_a_test_among_the_students_cells_let_them_say_is_not_shown(output):
    found = str(shown(f"assert f(1)\n{HIDDEN}", output))
    assert SECRET not in found
    assert "hidden lines" in found


def test_its_points_and_what_it_asserts_are_shown():
    points = new_output("execute_result", {"text/plain": "1.5"})
    assert shown(HIDDEN, points) == [points]
    (found,) = shown(HIDDEN, error("AssertionError", "twice as much"))
    assert found.traceback == ["AssertionError: twice as much"]


def test_a_test_with_probes_has_seen_to_that_before():
    printed = new_output("stream", text="of a check on view\n")
    assert shown(f"@probe\ndef ask():\n    return f(1)\n{HIDDEN}", printed) == [printed]


@pytest.mark.parametrize(("source", "cuts"), [("assert f(1)", CUTS), (HIDDEN, Cuts(None, None))])
def test_where_nothing_is_cut_all_is_shown(source, cuts):
    outputs = [new_output("stream", text="printed\n"), error("ValueError", "wrong")]
    assert shown(source, *outputs, cuts=cuts) == outputs
