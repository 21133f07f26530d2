"""Named checks: a test cell goes on after a failure, and says what is wrong."""

import json
import linecache
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.utils import get_partial_grade

from grading import Checks, ChecksError, Score
from grading.checks import MIME_TYPE, NOT_WRITTEN


class Diagnosed(AssertionError):
    diagnosis = "the sign is flipped"


def fails(error, *, hidden=False):
    """Return the message of a check in which `error` is raised."""
    checks = Checks(1)
    with checks("one", points=1, hidden=hidden):
        raise error
    (result,) = checks.results
    assert not result.passed
    return result.message


def test_all_passed_is_full_marks():
    checks = Checks(3)
    with checks("one", points=1):
        pass
    with checks("two", points=2):
        assert True
    assert checks.score() == 3.0


def test_a_failure_costs_its_own_points_and_no_others():
    checks = Checks(3)
    with checks("one", points=1):
        raise ValueError
    with checks("two", points=2):
        pass
    assert checks.score() == 2.0


def test_points_cut_from_the_students_copy_count_once_all_on_view_pass():
    checks = Checks(3)
    with checks("on view", points=1):
        pass
    assert checks.score() == 3.0
    with checks("on view too", points=0.5):
        assert False  # noqa: B011, PT015
    assert checks.score() == 1.0


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=8))
def test_the_score_is_the_sum_of_what_passed(parts):
    checks = Checks(sum(points for points, _ in parts))
    for number, (points, passes) in enumerate(parts):
        with checks(str(number), points=points):
            assert passes
    assert checks.score() == sum(points for points, passes in parts if passes)


def test_tenths_add_up():
    checks = Checks(0.6)
    for name in "abc":
        with checks(name, points=0.2):
            assert name != "c"
    assert checks.score() == 0.4


@pytest.mark.parametrize(
    ("error", "shown", "hidden"),
    [
        (AssertionError("twice two is four"), "twice two is four", "twice two is four"),
        (AssertionError(), "this does not hold: raise error", "not as it should be"),
        (Diagnosed("at x = 3: -6"), "at x = 3: -6", "the sign is flipped"),
        (NotImplementedError(), NOT_WRITTEN, NOT_WRITTEN),
        (ValueError("x was 3"), "raised ValueError: x was 3", "raised ValueError"),
    ],
)
def test_what_a_failed_check_says(error, shown, hidden):
    assert fails(error).startswith(shown)
    assert fails(error, hidden=True) == hidden


ANSWER = """
def answer():
    value = 0
    return 1 / value

def other(f):
    return f()
"""


@pytest.mark.parametrize(
    ("ask", "place"),
    [
        ("answer()", "(in answer, its line 3)"),
        ("other(answer)", "(in answer, its line 3)"),
        ("other(lambda: 1 / 0)", "(in other, its line 2)"),
        ("linecache.getline(1, 2)", ""),
        ("probed()", ""),
    ],
)
def test_an_error_is_located_in_the_answer_and_nowhere_else(ask, place):
    test = f"""
def probed():
    return undefined

checks = Checks(1)
with checks("one", points=1):
    {ask}
"""
    notebook = {"Checks": Checks, "linecache": linecache}
    for name, cell in (("<answer>", ANSWER), ("<test>", test)):
        exec(compile(cell, name, "exec"), notebook)
    (result,) = notebook["checks"].results
    assert result.message.startswith("raised ")
    assert result.message.endswith(place or result.message.rpartition(": ")[2])
    assert ("its line" in result.message) == bool(place)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_ends_the_cell_and_restores_the_streams(stop):
    checks, before = Checks(1), (sys.stdout, sys.stderr)
    with pytest.raises(stop), checks("one", points=1, hidden=True):
        raise stop
    assert (sys.stdout, sys.stderr) == before


def test_a_word_on_the_error_stream_is_no_failure(capsys):
    checks = Checks(1)
    with checks("one", points=1):
        print("careful", file=sys.stderr)
    assert checks.score() == 1.0
    assert capsys.readouterr().err == ""


def test_only_a_check_on_view_prints(capsys):
    checks = Checks(2)
    with checks("on view", points=1):
        print("seen")
    with checks("hidden", points=1, hidden=True):
        print("the hidden input")
    assert capsys.readouterr().out == "seen\n"


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: [Checks(1)("one", points=0)], "worth 0 points"),
        (lambda: [Checks(1)("one", points=-1)], "worth -1 points"),
        (lambda: [Checks(1)("one", points=float("nan"))], "worth nan points"),
    ],
)
def test_points_must_be_above_zero(build, said):
    with pytest.raises(ChecksError, match=said):
        build()


def test_names_differ():
    checks = Checks(2)
    with checks("one", points=1):
        pass
    with pytest.raises(ChecksError, match="two checks are called 'one'"):
        checks("one", points=1)


def test_checks_worth_more_than_the_cell_are_refused():
    checks = Checks(1)
    with checks("one", points=2):
        pass
    with pytest.raises(ChecksError, match="worth 2 points, the cell 1"):
        checks.score()


def bundle():
    checks = Checks(3)
    with checks("<b>one</b>", points=1):
        raise ValueError("<script>")
    with checks("two", points=2, hidden=True):
        pass
    return checks.score()._repr_mimebundle_()


def test_nbgrader_reads_the_score_as_partial_credit():
    assert get_partial_grade({"data": bundle()}, 3) == 2.0


def test_the_grader_reads_the_checks_as_data():
    data = json.loads(json.dumps(bundle()))[MIME_TYPE]
    assert (data["points"], data["max_points"]) == (2.0, 3)
    assert [check["passed"] for check in data["checks"]] == [False, True]


def test_a_notebook_shows_the_checks_as_a_table_without_foreign_markup():
    page = bundle()["text/html"]
    assert "2 of 3 points" in page
    assert "(hidden)" in page
    assert "<script>" not in page
    assert "<b>one</b>" not in page


def test_a_score_is_a_float():
    assert isinstance(bundle()["text/plain"], str)
    assert Score(2.0, 3.0, []) + 1 == 3.0


def test_a_students_copy_says_what_hidden_checks_will_decide():
    checks = Checks(2)
    with checks("on view", points=0.75):
        pass
    page = checks.score()._repr_mimebundle_()["text/html"]
    assert "0.75 of 0.75 points on view; 1.25 more for hidden checks" in page
