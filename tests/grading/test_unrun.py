"""Where an answer's cell did not run, its tests say so, and with which error."""

import pytest
from nbformat.v4 import new_code_cell, new_output

from grading.checks import NOT_WRITTEN, Result
from grading.unrun import explained, why_undefined
from tests.grading.conftest import settings

UNDEFINED = "raised NameError: name 'double' is not defined"
SYNTAX = ("SyntaxError", "'(' was never closed (1234567.py, line 2)")


def code(source, grade_id=None, error=None, **flags):
    made = new_code_cell(source, metadata=settings(grade_id, **flags) if grade_id else {})
    if error:
        name, value = error
        made.outputs = [new_output("error", ename=name, evalue=value, traceback=[])]
    return made


def answer(source="def double(x):\n    return (2", error=SYNTAX):
    return code(source, "double", error, solution=True)


TEST = code("", "test_double", grade=True, locked=True)
LATER = code("", "test_later", grade=True, locked=True)


@pytest.mark.parametrize(
    ("cells", "test", "why"),
    [
        ([answer(), TEST], TEST, "the cell above did not run: SyntaxError: '(' was never closed"),
        ([answer(), TEST, LATER], LATER, "the cell above did not run: SyntaxError"),
        (
            [answer(), TEST, code("", "later", solution=True), LATER],
            LATER,
            "the cell that defines double did not run: SyntaxError",
        ),
        (
            [answer("import nump\ndouble = 1", ("ModuleNotFoundError", "No module 'nump'")), TEST],
            TEST,
            "the cell above did not run: ModuleNotFoundError: No module 'nump'",
        ),
        (
            [answer("double = f()", ("KeyboardInterrupt", "")), TEST],
            TEST,
            "did not run: it took too",
        ),
        ([answer("double = 1", ("NotImplementedError", "")), TEST], TEST, NOT_WRITTEN),
        ([code("def double(: x", error=SYNTAX), answer("pass", None), TEST], TEST, "that defines"),
    ],
)
def test_the_cell_that_did_not_run_is_named_with_its_error(cells, test, why):
    assert why in why_undefined(cells, test, [UNDEFINED, "raised NameError"])


def test_the_line_is_one_of_the_cell():
    assert why_undefined([answer(), TEST], TEST, [UNDEFINED]).endswith("closed (its line 2)")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([answer(error=None), TEST], UNDEFINED),
        ([answer("def duoble(x): 1 / 0"), TEST], UNDEFINED),
        ([answer(), TEST], "raised NameError: name 'square' is not defined"),
        ([answer(), TEST], "twice two is four"),
        ([TEST, answer()], UNDEFINED),
        ([code("def double(x):", "test", SYNTAX, grade=True, locked=True), TEST], UNDEFINED),
    ],
)
def test_where_the_answer_ran_nothing_is_said(cells, message):
    assert why_undefined(cells, TEST, [message]) is None


def test_only_undefined_names_are_explained():
    said = [UNDEFINED, "raised NameError", "twice two is four", ""]
    checks = [Result(text, 1.0, not text, False, text) for text in said]
    told = [check.message for check in explained(checks, "why")]
    assert told == ["why", "why", "twice two is four", ""]
