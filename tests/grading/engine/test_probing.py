"""A test cell judges what a student's code returned, and never holds anything else of it."""

import pytest

from grading.results import State
from tests.grading.engine.notebooks import checked, graded_cell, simple

DOUBLE = "def double(x):\n    return 2 * x"


def test_a_right_answer_passes(grade):
    found = grade(DOUBLE, simple("t", "double(4)", "8"))
    assert (found["t"].points, found["t"].state, found["t"].message) == (1, State.PASSED, "")
    assert not found["t"].forgeable
    assert found.outcome.lasting


def test_the_score_shows_as_nbgrader_reads_it(grade):
    found = grade(DOUBLE, simple("t", "double(4)", "8"))
    (output,) = found.outputs(1)
    assert output.output_type == "execute_result"
    assert output.data["text/plain"] == "1.0"
    assert "<table>" in output.data["text/html"]


def test_a_wrong_answer_is_told_what_is_wrong(grade):
    found = grade("def double(x):\n    return x", simple("t", "double(4)", "8"))
    assert (found["t"].points, found["t"].state) == (0, State.FAILED)
    assert "this does not hold: assert ask() == 8" in found["t"].message


def test_a_hidden_check_tells_nothing(grade):
    found = grade("def double(x):\n    return x", simple("t", "double(4)", "8", hidden=True))
    assert found["t"].message == "it: not as it should be"


def test_checks_go_on_after_a_failure(grade):
    cell = checked(
        "t",
        "def ask(x):\n    return double(x)",
        'with checks("a", points=1):\n    assert ask(1) == 3, "not three"\n'
        'with checks("b", points=2):\n    assert ask(2) == 4',
        points=3,
    )
    found = grade(DOUBLE, cell)
    assert (found["t"].points, found["t"].state) == (2, State.PARTIAL)
    assert found["t"].message == "a: not three"


@pytest.mark.parametrize(
    "value",
    ["None", "True", "3", "2**100", "1.5", "2j", "'ä'", "b'x'", "[1, (2, {3})]", "{(1, 2): 'x'}"],
)
def test_values_cross_both_ways(grade, value):
    cell = checked(
        "t",
        "def ask(x):\n    return same(x)",
        f'with checks("it", points=1):\n    got = ask({value})\n'
        f"    assert got == {value} and type(got) is type({value})",
    )
    assert grade("def same(x):\n    return x", cell)["t"].points == 1


def test_arrays_cross_both_ways(grade):
    cell = checked(
        "t",
        "def ask(x):\n    return x @ x, x.dtype.type(1)",
        "import numpy as np\n"
        'with checks("it", points=1):\n    got, one = ask(np.eye(3, dtype="f4"))\n'
        "    assert got.dtype == one.dtype == np.float32 and got.shape == (3, 3)",
    )
    assert grade(cell)["t"].points == 1


def test_what_is_no_plain_value_is_refused_in_words(grade):
    found = grade("def double(x):\n    return double", simple("t", "double(4)", "8"))
    assert "a function cannot be judged" in found["t"].message


def test_a_probe_sees_the_notebook_as_it_stood_at_its_cell(grade):
    cells = ["x = 1", simple("a", "x", "1"), "x = 2", simple("b", "x", "2")]
    found = grade(*cells)
    assert (found["a"].points, found["b"].points) == (1, 1)


def test_a_test_changes_nothing_for_the_cells_below(grade):
    probe = "def ask():\n    seen.append(1)\n    return len(seen)"
    check = 'with checks("it", points=1):\n    assert ask() == 1'
    found = grade(
        "seen = []", checked("a", probe, check), "print(seen)", checked("b", probe, check)
    )
    assert (found["a"].points, found["b"].points) == (1, 1)
    assert found.outputs(2)[0].text == "[]\n"


def test_an_error_of_the_answer_tells_its_place(grade):
    found = grade("def f(x):\n    y = x\n    return y / 0", simple("t", "f(1)", "1"))
    assert "raised ZeroDivisionError: division by zero (in f, its line 3)" in found["t"].message


def test_an_error_of_the_answer_can_be_expected(grade):
    cell = checked(
        "t",
        "def ask(x):\n    return f(x)",
        'with checks("it", points=1):\n'
        "    try:\n        ask(-1)\n"
        '    except ValueError as error:\n        assert "below zero" in str(error)\n'
        '    else:\n        assert False, "no error"',
    )
    answer = "class Odd(ValueError): pass\ndef f(x):\n    raise Odd('below zero')"
    assert grade(answer, cell)["t"].points == 1


def test_an_error_s_class_cannot_tell_what_a_hidden_check_asked(grade):
    answer = "def double(x):\n    raise type(f'Asked{x}', (ValueError,), {})(f'text{x}')"
    found = grade(answer, simple("t", "double(41)", "82", hidden=True))
    assert found["t"].message == "it: raised ValueError"
    assert "Asked41" not in found.everything
    assert "text41" not in found.everything


def test_an_unwritten_answer_is_told_so(grade):
    found = grade("def f():\n    raise NotImplementedError()", simple("t", "f()", "1"))
    assert found["t"].state is State.FAILED
    assert found["t"].message == "it: this answer is not written yet"


def test_a_cell_that_did_not_run_is_named(grade):
    found = grade("import math\nassert False, 'oh'\ndef f(): ...", simple("t", "f()", "1"))
    assert "did not run: AssertionError: oh" in found["t"].message


class TestAFunctionPassedToAProbe:
    CALLS = (
        "calls = []\n"
        "def square(x):\n    calls.append(x)\n    return x * x\n"
        'with checks("it", points=1):\n'
    )

    def test_is_called_on_this_side(self, grade):
        check = f"{self.CALLS}    assert ask(square) == 25 and calls == [3, 4]"
        cell = checked("t", "def ask(f):\n    return twice(f)", check)
        assert grade("def twice(f):\n    return f(3) + f(4)", cell)["t"].points == 1

    def test_raises_through_the_answer(self, grade):
        check = (
            "class Enough(Exception): pass\n"
            "def stop(x):\n    raise Enough\n"
            'with checks("it", points=1):\n'
            "    try:\n        ask(stop)\n    except Enough:\n        pass\n"
            '    else:\n        assert False, "went on"'
        )
        cell = checked("t", "def ask(f):\n    return twice(f)", check)
        assert grade("def twice(f):\n    return f(3) + f(4)", cell)["t"].points == 1

    def test_may_raise_an_error_that_the_answer_handles(self, grade):
        check = (
            "def root(x):\n    if x < 0: raise ValueError('negative')\n    return x\n"
            'with checks("it", points=1):\n    assert ask(root) == "negative"'
        )
        cell = checked("t", "def ask(f):\n    return guarded(f)", check)
        answer = (
            "def guarded(f):\n    try:\n        return f(-1)\n"
            "    except ValueError as e:\n        return str(e)"
        )
        assert grade(answer, cell)["t"].points == 1


class TestATestOfItsOwnFault:
    def test_that_raises_is_an_error(self, grade):
        cell = checked("t", "def ask():\n    return 1", "1 / 0")
        found = grade(cell)
        assert (found["t"].state, found["t"].points) == (State.ERROR, 0)
        assert "ZeroDivisionError" in found["t"].message

    def test_that_raises_among_hidden_tests_does_not_quote_them(self, grade):
        source = (
            "### BEGIN HIDDEN TESTS\nsecret = [41]\nassert secret == ask(), secret\n"
            "### END HIDDEN TESTS"
        )
        found = grade(checked("t", "def ask():\n    return 1", source))
        assert found["t"].state is State.FAILED
        shown = str(found.outputs(0))
        assert "secret" not in shown
        assert "41" not in shown

    def test_that_gives_too_many_points_is_an_error(self, grade):
        found = grade(graded_cell("t", "from grading import probe\n@probe\ndef p(): ...\n5.0", 2))
        assert (found["t"].state, found["t"].points) == (State.ERROR, 0)
        assert "5.0" in found["t"].message

    def test_that_never_ends_costs_only_itself(self, grade):
        from grading.engine import Limits

        loop = checked("a", "def ask():\n    return 1", "while True: pass")
        found = grade(loop, simple("b", "1", "1"), limits=Limits(cell_seconds=1))
        assert found["a"].state is State.TIMEOUT
        assert found["b"].state is State.PASSED

    def test_whose_probe_uses_the_function_around_it_is_told_so(self, grade):
        source = (
            "def outer(n):\n    @probe\n    def ask():\n        return n\n    return ask()\n"
            'with checks("it", points=1):\n    outer(3)'
        )
        found = grade(checked("t", "def unused(): ...", source))
        assert "pass it as an argument" in found["t"].message


def test_a_probe_of_one_assert_scores_all_or_nothing(grade):
    source = "from grading import probe\n@probe\ndef ask():\n    return f()\nassert ask() == 1"
    right, wrong = (
        grade("f = lambda: 1", graded_cell("t", source, 3)),
        grade("f = lambda: 2", graded_cell("t", source, 3)),
    )
    assert (right["t"].points, wrong["t"].points) == (3, 0)
    assert wrong["t"].message == "this does not hold: assert ask() == 1"


def test_what_an_answer_prints_while_probed_is_dropped(grade):
    answer = (
        "import sys\ndef f():\n    print('psst')\n    print('psst', file=sys.stderr)\n    return 1"
    )
    found = grade(answer, simple("t", "f()", "1"))
    assert found["t"].points == 1
    assert "psst" not in str(found.outputs(1))


def test_a_cell_with_probes_that_cannot_run_is_not_run_in_the_notebook_instead(grade):
    """There an answer could read the rest of it, and forge its points."""
    test = checked("a", "def ask():\n    return x", "return 1")
    found = grade("x = 1", test)["a"]
    assert (found.points, found.state, found.forgeable) == (0, State.ERROR, False)
