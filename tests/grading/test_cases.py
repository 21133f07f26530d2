"""Sample answers: how they are read, how they become submissions, how results are held to them."""

import contextlib
import copy
import re
from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import v4

from grading.cases import (
    Case,
    CaseError,
    Expectation,
    build_submission,
    compare,
    load_case,
    load_cases,
    what_was_said,
)
from grading.checks import Result
from grading.results import CellResult, Notice, State

HEADER = """\
# /// case
# title = "Adds where it should multiply"
# kind = "misconception"
# why = "A chain multiplies."
# [cells.test-chain]
# points = 1.5
# diagnosis = "sum instead of product"
# ///
"""

CASE = (
    HEADER
    + """
# A remark between the cells.

# %% chain
def chain(a, b):
    return a + b

# %% [markdown] explain
# The chain rule **adds**.
#
# Always.
"""
)


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a case file and returns its path."""

    def write_case(text, name="adds.py"):
        path = tmp_path / name
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write_case


# -- reading ---------------------------------------------------------------------------------


def test_a_case_file_gives_its_declaration_and_its_answers(write):
    case = load_case(write(CASE))
    assert (case.name, case.kind, case.base) == ("adds", "misconception", "reference")
    assert case.title == "Adds where it should multiply"
    assert case.expects("test-chain") == Expectation(1.5, None, ("sum instead of product",))
    assert case.answers["chain"].text == "def chain(a, b):\n    return a + b"
    assert case.answers["explain"].text == "The chain rule **adds**.\n\nAlways."
    assert case.answers["explain"].markdown


def test_a_cell_that_is_not_listed_must_pass_with_full_marks(write):
    assert load_case(write(CASE)).expects("test-other").resolve(4.0) == (4.0, State.PASSED)


def test_a_star_stands_for_every_cell_that_is_not_listed(write):
    case = load_case(write(HEADER.replace("# why", '# cells."*".state = "missing"\n# why')))
    assert case.expects("test-other").resolve(4.0) == (0.0, State.MISSING)
    assert case.expects("test-chain").resolve(4.0) == (1.5, State.PARTIAL)


@pytest.mark.parametrize(
    ("table", "resolved"),
    [
        ("points = 1", (1.0, State.PARTIAL)),
        ("points = 3", (3.0, State.PASSED)),
        ("points = 0", (0.0, State.FAILED)),
        ('state = "passed"', (3.0, State.PASSED)),
        ('state = "failed"', (0.0, State.FAILED)),
        ('state = "timeout"', (0.0, State.TIMEOUT)),
        ('state = "partial"\n# points = 2', (2.0, State.PARTIAL)),
        ("", (0.0, State.FAILED)),
    ],
)
def test_points_and_state_follow_each_other(write, table, resolved):
    case = load_case(write(HEADER.replace("points = 1.5", table)))
    assert case.expects("test-chain").resolve(3.0) == resolved


MALFORMED = {
    "no header": ("x = 1\n", "adds.py: no header"),
    "no end": (HEADER.replace("# ///\n", ""), "does not end"),
    "uncommented": (HEADER.replace("# points", "points"), "line 6: a header's line starts"),
    "no TOML": (HEADER.replace("# points =", "# points"), "no TOML.*line 6"),
    "unknown field": (HEADER.replace("title", "titel"), "unknown field 'titel'; known are title"),
    "no title": (HEADER.replace('title = "Adds where it should multiply"', ""), "title is None"),
    "empty why": (HEADER.replace("A chain multiplies.", ""), "why is ''"),
    "unknown kind": (HEADER.replace('"misconception"', '"odd"'), "kind is 'odd'; give one of"),
    "unknown base": (HEADER.replace("# why", '# base = "x"\n# why'), "base is 'x'"),
    "cell field": (HEADER.replace("points", "point"), "cells.test-chain: unknown field 'point'"),
    "negative": (HEADER.replace("1.5", "-1"), "points is -1"),
    "text points": (HEADER.replace("1.5", '"all"'), "points is 'all'"),
    "bool points": (HEADER.replace("1.5", "true"), "points is True"),
    "unknown state": (HEADER.replace("points = 1.5", 'state = "bad"'), "state is 'bad'; give one"),
    "partial": (HEADER.replace("points = 1.5", 'state = "partial"'), "say how many points"),
    "failed with points": (HEADER.replace("1.5", '1.5\n# state = "failed"'), "earns 0 points"),
    "diagnosis": (HEADER.replace('"sum instead of product"', "3"), "diagnosis is 3"),
    "no table": (HEADER.replace("[cells.test-chain]", "cells = 3"), "unknown field|are tables"),
    "loose code": (HEADER + "x = 1\n", "line 9: code before the first"),
    "no id": (HEADER + "# %%\nx = 1\n", "line 9: write '# %% GRADE_ID'"),
    "twice": (HEADER + "# %% chain\n# %% chain\n", "line 10: chain is answered twice"),
    "markdown": (HEADER + "# %% [markdown] explain\nPlain.\n", "comment each line"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_case_says_where_and_what_to_do(write, name):
    text, message = MALFORMED[name]
    with pytest.raises(CaseError, match=message):
        load_case(write(text))


def test_a_name_that_is_no_student_id_is_refused(write):
    with pytest.raises(CaseError, match="student's id"):
        load_case(write(CASE, name="two words.py"))


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe# ///")
    with pytest.raises(CaseError, match=r"bytes\.py: not UTF-8"):
        load_case(tmp_path / "bytes.py")


def test_cases_are_loaded_by_name_and_a_folder_without_any_is_refused(write, tmp_path):
    write(CASE, name="b.py")
    write(CASE, name="a.py")
    assert [case.name for case in load_cases(tmp_path)] == ["a", "b"]
    with pytest.raises(CaseError, match="no cases in"):
        load_cases(tmp_path / "nowhere")


@given(st.text(alphabet=st.sampled_from("# %ab[markdown]\n="), max_size=60))
def test_any_text_is_read_or_refused_with_a_case_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "any.py"
    path.write_text(HEADER + text, encoding="utf-8")
    with contextlib.suppress(CaseError):
        assert load_case(path).name == "any"


# -- building --------------------------------------------------------------------------------

SOLUTION = "def chain(a, b):\n    ### BEGIN SOLUTION\n    return a * b\n    ### END SOLUTION"
STUB = "def chain(a, b):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
TEST = "assert chain(2, 3) == 6"


def cell(make, source, grade_id, *, grade=False, solution=False):
    metadata = {"grade_id": grade_id, "grade": grade, "solution": solution, "locked": not solution}
    return make(source, metadata={"nbgrader": metadata})


@pytest.fixture
def source():
    return v4.new_notebook(
        cells=[
            v4.new_markdown_cell("Read this."),
            cell(v4.new_code_cell, SOLUTION, "chain", solution=True),
            cell(v4.new_code_cell, TEST + "\nassert chain(-1, 0) == 0", "test-chain", grade=True),
            cell(v4.new_markdown_cell, "It multiplies.", "explain", grade=True, solution=True),
        ]
    )


@pytest.fixture
def release(source):
    notebook = copy.deepcopy(source)
    for index, text in ((1, STUB), (2, TEST), (3, "YOUR ANSWER HERE")):
        notebook.cells[index].source = text
    return notebook


def texts(notebook):
    return [cell.source for cell in notebook.cells]


def test_a_submission_is_the_release_with_the_reference_solution_filled_in(source, release):
    built = build_submission(Case("right", "t", "correct", "w"), source, release)
    assert texts(built) == [
        "Read this.",
        "def chain(a, b):\n    return a * b",
        TEST,
        "It multiplies.",
    ]


def test_a_case_s_answers_replace_the_reference_solution_s(write, source, release):
    built = build_submission(load_case(write(CASE)), source, release)
    assert built.cells[1].source == "def chain(a, b):\n    return a + b"
    assert built.cells[3].source.startswith("The chain rule **adds**.")
    assert built.cells[2].source == TEST


def test_on_the_release_as_base_only_the_case_s_answers_are_filled_in(write, source, release):
    case = replace(load_case(write(CASE)), base="release", answers={})
    assert texts(build_submission(case, source, release)) == texts(release)


def test_building_changes_neither_source_nor_release(write, source, release):
    before = copy.deepcopy((source, release))
    build_submission(load_case(write(CASE)), source, release)
    assert (source, release) == before


@pytest.mark.parametrize(
    ("grade_id", "mark", "message"),
    [
        ("chian", "", "no answer cell is called chian; the assignment has chain, explain"),
        ("test-chain", "", "test-chain is locked"),
        ("explain", "", "explain is a markdown cell"),
        ("chain", "[markdown] ", "chain is a code cell"),
    ],
)
def test_an_answer_that_fits_no_cell_is_refused(write, source, release, grade_id, mark, message):
    case = load_case(write(f"{HEADER}# %% {mark}{grade_id}\n# x\n"))
    with pytest.raises(CaseError, match=message):
        build_submission(case, source, release)


# -- comparing -------------------------------------------------------------------------------


def result(points, state, message="", *, cell="test-chain", checks=(), student="adds"):
    return CellResult(student, "nb", cell, points, 3.0, state, message, checks)


def test_results_as_declared_agree(write):
    case = load_case(write(CASE))
    results = [
        result(1.5, State.PARTIAL, "products: sum instead of product"),
        result(3.0, State.PASSED, cell="test-other"),
        result(0.0, State.ERROR, cell="test-other", student="somebody-else"),
    ]
    assert compare(case, results) == []


def test_a_diagnosis_may_stand_in_a_failed_check(write):
    failed = Result("products", 1.5, False, True, "sum instead of product")
    passed = replace(failed, passed=True)
    case = load_case(write(CASE))
    assert compare(case, [result(1.5, State.PARTIAL, checks=(failed,))]) == []
    assert len(compare(case, [result(1.5, State.PARTIAL, checks=(passed,))])) == 1


def test_what_was_said_is_the_message_and_each_failed_check_once():
    failed = Result("products", 1.5, False, True, "sum instead of product")
    told = "products: sum instead of product"
    assert what_was_said(result(0.0, State.FAILED, told, checks=(failed,))) == told
    assert what_was_said(result(0.0, State.FAILED, "cut", checks=(failed,))) == f"cut\n{told}"
    assert what_was_said(result(3.0, State.PASSED)) == ""


@pytest.mark.parametrize(
    ("results", "words"),
    [
        (
            [result(2.0, State.PARTIAL, "sum instead of product")],
            "partial with 1.5 .* got partial with 2",
        ),
        ([result(1.5, State.FAILED, "sum instead of product")], "got failed with 1.5"),
        ([result(1.5, State.PARTIAL, "wrong")], "“sum instead of product” declared, got “wrong”"),
        ([result(3.0, State.PASSED, cell="test-other")], "test-chain: declared, but no such cell"),
        ([], "adds: no result"),
        (
            [
                result(1.5, State.PARTIAL, "sum instead of product"),
                result(0.0, State.TIMEOUT, cell="test-other"),
            ],
            "adds, test-other: declared passed with 3 of 3 points, got timeout with 0",
        ),
    ],
)
def test_a_difference_is_told_in_words(write, results, words):
    (mismatch,) = compare(load_case(write(CASE)), results)
    assert re.search(words, mismatch)


def test_a_declared_notice_must_be_given_to_this_student():
    case = Case("edited", "t", "hostile", "w", notice="points were edited")
    graded = [result(3.0, State.PASSED, student="edited")]
    assert compare(case, graded, [Notice("edited", "nb", "its points were edited back")]) == []
    assert compare(case, graded, [Notice("other", "nb", "points were edited")]) == [
        "edited: a notice with “points were edited” declared, got nothing"
    ]
