"""The figures of the class report, against values worked out by hand."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.checks import NOT_WRITTEN, Result
from grading.itemanalysis import (
    analyse,
    correlation,
    diagnoses,
    finding,
    needing_a_look,
    score_table,
    share,
)
from grading.results import CellResult, Notice, State


def cell(student, name, points, max_points=2.0, state=None, message="", checks=()):
    ended = State.PASSED if points == max_points else State.PARTIAL if points else State.FAILED
    return CellResult(student, "nb", name, points, max_points, state or ended, message, checks)


# Four students, three questions; q3 is passed by all.
SCORES = {"ada": (2, 4, 1), "ben": (2, 1, 1), "cyd": (1, 2, 1), "dot": (0, 0, 1)}
CLASS = [
    cell(student, name, float(points), max_points)
    for student, row in SCORES.items()
    for name, points, max_points in zip(("q1", "q2", "q3"), row, (2.0, 4.0, 1.0), strict=True)
]


def failed(name, message):
    return Result(name, 1.0, False, True, message)


def test_a_table_has_the_best_student_first_and_the_questions_in_their_order():
    table = score_table(CLASS[::-1])
    assert table.students == ("ada", "ben", "cyd", "dot")
    assert table.questions == ("q3", "q2", "q1")
    assert table.points.tolist() == [[1, 4, 2], [1, 1, 2], [1, 2, 1], [1, 0, 0]]
    assert table.max_points.tolist() == [1, 4, 2]


def test_students_with_equal_points_are_in_the_order_of_their_names():
    table = score_table([cell("b", "q", 1.0), cell("c", "q", 2.0), cell("a", "q", 1.0)])
    assert table.students == ("c", "a", "b")


def test_the_share_of_a_student_is_of_all_points():
    assert score_table(CLASS).shares == pytest.approx([7 / 7, 4 / 7, 4 / 7, 1 / 7])


def test_where_nothing_could_be_earned_nothing_was_lost():
    assert share(np.array([0.0, 1.0]), np.array([0.0, 2.0])).tolist() == [1.0, 0.5]


def test_a_result_that_is_absent_is_missing_with_no_points():
    table = score_table([cell("ada", "q1", 2.0), cell("ada", "q2", 2.0), cell("ben", "q1", 2.0)])
    assert table.states[1] == (State.PASSED, State.MISSING)
    assert table.points[1].tolist() == [2.0, 0.0]


def test_a_cell_graded_twice_counts_once_as_it_ended_last():
    table = score_table([cell("ada", "q1", 0.0), cell("ada", "q1", 2.0)])
    assert table.points.tolist() == [[2.0]]


def test_questions_of_several_notebooks_are_told_apart():
    other = replace(cell("ada", "q1", 1.0), notebook="other")
    assert score_table([cell("ada", "q1", 1.0), other]).questions == ("nb/q1", "other/q1")


def test_no_results_make_an_empty_table():
    table = score_table([])
    assert table.points.shape == (0, 0)
    assert analyse(table) == []


def test_facility_is_the_mean_share_of_points():
    # q1: (2 + 2 + 1 + 0)/4 of 2;  q2: (4 + 1 + 2 + 0)/4 of 4;  q3: all.
    assert [item.facility for item in analyse(score_table(CLASS))] == pytest.approx(
        [0.625, 0.4375, 1.0]
    )


def test_discrimination_correlates_a_question_with_the_other_questions():
    # q1 = (2, 2, 1, 0), the rest (5, 2, 3, 1): deviations (3, 3, -1, -5)/4 and (9, -3, 1, -7)/4,
    # so r = (27 - 9 - 1 + 35)/sqrt(44 · 140) = 52/sqrt(6160).
    # q2 = (4, 1, 2, 0), the rest (3, 3, 2, 1): deviations (9, -3, 1, -7)/4 and (3, 3, -1, -5)/4.
    first, second, third = analyse(score_table(CLASS))
    assert first.discrimination == pytest.approx(52 / 6160**0.5)
    assert second.discrimination == pytest.approx(52 / 6160**0.5)
    assert third.discrimination is None  # all have the same points


def test_a_lone_question_has_no_discrimination():
    (item,) = analyse(score_table([row for row in CLASS if row.cell == "q1"]))
    assert item.discrimination is None


def test_two_students_are_too_few_for_a_correlation():
    assert correlation([0, 1], [0, 1]) is None


def test_the_states_of_a_question_are_counted():
    first, *_ = analyse(score_table(CLASS))
    assert first.states == Counter({State.PASSED: 2, State.PARTIAL: 1, State.FAILED: 1})


NUMBERS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=30)


@given(NUMBERS, st.integers(1, 9), st.integers(-9, 9))
def test_correlation_is_symmetric_bounded_and_blind_to_scale(pairs, scale, shift):
    x, y = zip(*pairs, strict=True)
    r = correlation(x, y)
    assert r == correlation(y, x)
    if r is not None:
        assert -1 <= r <= 1
        assert correlation([scale * value + shift for value in x], y) == pytest.approx(r)
        assert correlation([-value for value in x], y) == pytest.approx(-r)
        assert r == pytest.approx(np.corrcoef(x, y)[0, 1])


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("the value: sign flipped (got -2.0, expected 2.0)", "sign flipped"),
        ("the value: sign flipped", "sign flipped"),
        ("sign flipped", "sign flipped"),
        ("the value: sign flipped; or transposed", "sign flipped"),
        ("2 · (5 + 3): wrong (got f(x), expected (1, 2))", "wrong"),
        ("2 · 5: wrong (got ((1, 2), 3), expected 4)", "wrong"),
        ("the order: unbalanced) (", "unbalanced) ("),
        ("; or else", "; or else"),
        ("the order: (AB)C instead of A(BC)", "(AB)C instead of A(BC)"),
        ("the operand: taken twice: at x and at y", "taken twice: at x and at y"),
        ("raised KeyError: 'x' (in f, its line 4)", "raised KeyError"),
        ("raised KeyError", "raised KeyError"),
        ("the cell above did not run: SyntaxError: invalid", "the cell above did not run"),
        ("this does not hold: assert f(1) == 2", "this does not hold: assert f(1) == 2"),
        (NOT_WRITTEN, NOT_WRITTEN),
        ("", ""),
    ],
)
def test_a_finding_is_the_message_without_what_was_looked_at_and_which_numbers(message, found):
    assert finding(message) == found


@given(st.text(max_size=60) | st.text(alphabet="ab: ;or()", max_size=30))
def test_a_finding_is_part_of_its_message(message):
    assert finding(message) in message
    assert bool(finding(message)) == bool(message.strip())


def test_one_misconception_in_several_checks_is_one_diagnosis_with_an_example():
    (item,) = diagnoses(
        [
            cell("ada", "q1", 0.0, checks=(failed("a", "3 · 7: adds up (got 10, expected 21)"),)),
            cell("ben", "q2", 0.0, checks=(failed("b", "the derivative: adds up"),)),
        ]
    )
    assert item.finding == "adds up"
    assert item.example == "3 · 7: adds up (got 10, expected 21)"
    assert item.students == ("ada", "ben")


def test_a_finding_that_says_more_is_the_same_finding():
    short = "of cos: the sign is wrong"
    told = [short, f"{short}: the cosine falls", f"{short}: look: again", "of sin: the sign is odd"]
    found = diagnoses(
        [cell(f"s{n}", "q1", 0.0, checks=(failed("a", t),)) for n, t in enumerate(told)]
    )
    assert [(item.finding, item.students) for item in found] == [
        ("the sign is wrong", ("s0", "s1", "s2")),
        ("the sign is odd", ("s3",)),
    ]


def test_failed_checks_with_the_same_words_are_one_diagnosis():
    found = diagnoses(
        [
            cell("ben", "q1", 0.0, checks=(failed("paths", "one path is forgotten"),)),
            cell("ada", "q1", 1.0, checks=(failed("paths", "one path is forgotten"),)),
            cell("ada", "q2", 1.0, checks=(failed("sums", "one path is forgotten"),)),
            cell("ada", "q3", 0.0, checks=(failed("signs", "the sign is flipped"),)),
            cell("cyd", "q1", 2.0, checks=(Result("paths", 1.0, True, True, ""),)),
        ]
    )
    assert [(item.finding, item.places, item.students) for item in found] == [
        ("one path is forgotten", ("q1: paths", "q2: sums"), ("ada", "ben")),
        ("the sign is flipped", ("q3: signs",), ("ada",)),
    ]


def test_an_answer_not_written_is_listed_last_however_frequent():
    unwritten = [cell(name, "q1", 0.0, checks=(failed("a", NOT_WRITTEN),)) for name in "abc"]
    wrong = cell("d", "q1", 0.0, checks=(failed("a", "the sign is flipped"),))
    assert [item.unwritten for item in diagnoses([*unwritten, wrong])] == [False, True]


def test_a_cell_without_checks_counts_with_its_own_message():
    (item,) = diagnoses([cell("ada", "q1", 0.0, message="AssertionError: no squares\n")])
    assert (item.finding, item.places) == ("AssertionError: no squares", ("q1",))


@pytest.mark.parametrize("state", [State.TIMEOUT, State.OUT_OF_MEMORY, State.KILLED, State.MISSING])
def test_a_cell_that_was_cut_off_is_no_diagnosis(state):
    cut = cell("ada", "q1", 0.0, state=state, message="cut off", checks=(failed("a", "x"),))
    assert diagnoses([cut]) == []


def test_a_cell_that_raised_counts_with_what_it_raised():
    raised = cell("ada", "q1", 0.0, state=State.ERROR, message="raised NameError: x")
    assert [item.finding for item in diagnoses([raised])] == ["raised NameError: x"]


def test_a_cell_that_lost_points_in_silence_is_listed_nonetheless():
    (item,) = diagnoses([cell("ada", "q1", 0.0)])
    assert item.finding == "failed, without a message"


def test_who_needs_a_look_is_who_has_a_notice_or_a_cell_without_a_verdict():
    look = needing_a_look(
        [
            cell("ada", "q1", 0.0),
            cell("ben", "q1", 0.0, state=State.TIMEOUT),
            cell("cyd", "q1", 2.0),
        ],
        [Notice("cyd", "nb", "the points were edited"), Notice("ben", "nb", "old format")],
    )
    assert look == {"ben": ("old format", "timeout: q1"), "cyd": ("the points were edited",)}


def test_states_that_need_a_look_are_told_once_for_all_their_questions():
    look = needing_a_look(
        [
            *(cell("lost", f"q{n}", 0.0, state=State.MISSING) for n in range(3)),
            *(cell("slow", f"q{n}", 0.0, state=State.TIMEOUT) for n in range(2)),
            cell("slow", "q2", 2.0),
        ],
        [],
    )
    assert look == {"lost": ("missing: every question",), "slow": ("timeout: q0, q1",)}
