"""Diagnoses: every planted mistake is named, and right answers never trip one."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autodiff_lib.check import Mismatch, assert_close, diagnose

NUMBERS = st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6)


@pytest.mark.parametrize(
    ("got", "expected", "verdict"),
    [
        (-2.0, 2.0, "sign flipped"),
        ([-1.0, 2.0], [1.0, -2.0], "sign flipped"),
        (3.0, 1.5, "2 times too large"),
        (0.5, 1.5, "3 times too small"),
        ([0.0, 0.0], [1.0, 2.0], "all zero"),
        (0.25, 4.0, "the reciprocal of what is asked for"),
        ([2.0, 1.0, 3.0], [1.0, 2.0, 3.0], "the right numbers in another order"),
        ([[1.0, 3.0], [2.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]], "transposed"),
        (
            1.0000001,
            1.0,
            "right to a few digits only: an approximation, by differences for example",
        ),
        (math.nan, 1.0, "not finite"),
        ([1.0, math.inf], [1.0, 2.0], "not finite"),
        ([1.0], 1.0, "wrong shape: 1 numbers where one number is asked for"),
        ([1.0, 2.0], [[1.0, 2.0]], "wrong shape: 2 numbers where 1 × 2 numbers is asked for"),
        ([[1.0], [2.0, 3.0]], [1.0], "wrong shape: a ragged nest of lists where 1 numbers"),
        ("1.0", 1.0, "not made of real numbers"),
        (None, 1.0, "not made of real numbers"),
        (1j, 1.0, "not made of real numbers"),
        ([1.0, 5.0, 9.0], [1.0, 2.0, 4.0], "2 of 3 numbers are wrong"),
        (7.3, 1.1, "wrong"),
    ],
)
def test_a_planted_mistake_is_named(got, expected, verdict):
    assert any(said.startswith(verdict) for said in diagnose(got, expected))


@pytest.mark.parametrize(
    ("got", "verdict"),
    [
        (5.0, "1 of 3 terms is missing"),
        (2.0, "2 of 3 terms are missing"),
        (30.0, "terms multiplied where they add up"),
    ],
)
def test_a_forgotten_path_is_named(got, verdict):
    assert verdict in diagnose(got, 10.0, terms=[2.0, 3.0, 5.0])


def test_a_mistake_of_the_question_s_own_is_named():
    mistakes = {"inner derivative forgotten": [1.0, 2.0], "at the wrong point": [5.0, 6.0]}
    right = [3.0, 8.0]
    assert diagnose([5.0, 6.0], right, mistakes=mistakes) == ["at the wrong point"]
    assert diagnose([3.0, 8.0], right, mistakes={"so": right}) == []
    assert diagnose([1.0, 8.0], right, mistakes=mistakes) == ["1 of 2 numbers are wrong"]
    assert diagnose(1.0, 3.0, mistakes={"a vector where a number belongs": [1.0]}) == [
        "3 times too small"
    ]


def test_a_mistake_of_the_question_s_own_says_it_all():
    mistakes = {"the cosine falls here": -2.0, "the path through b is forgotten": -2.0}
    assert diagnose(-2.0, 2.0, terms=[-2.0, 4.0], mistakes=mistakes) == list(mistakes)
    assert diagnose(-2.0, 2.0, mistakes={"doubled": 4.0}) == ["sign flipped"]


def test_all_verdicts_that_fit_are_listed():
    assert diagnose(-2.0, 2.0, terms=[-2.0, 4.0]) == ["sign flipped", "1 of 2 terms is missing"]


@given(st.lists(NUMBERS, min_size=1, max_size=6))
def test_right_answers_never_trip(numbers):
    assert diagnose(numbers, list(numbers)) == []
    assert diagnose(np.array(numbers), numbers) == []
    assert diagnose(tuple(numbers), [x * (1 + 1e-12) for x in numbers]) == []


@given(st.lists(NUMBERS, min_size=1, max_size=6), st.integers(0, 5), st.floats(1e-6, 10))
def test_a_wrong_number_always_trips(numbers, place, shift):
    wrong = list(numbers)
    wrong[place % len(wrong)] *= 1 + shift
    assume(wrong != numbers)
    assert diagnose(wrong, numbers) != []


def test_zero_must_be_zero_on_the_scale_of_the_answer():
    assert diagnose(0.0, 0.0) == []
    assert diagnose(1e-300, 0.0) != []
    assert diagnose([1e-15, 1.0], [0.0, 1.0]) == []
    assert diagnose([1e-3, 1.0], [0.0, 1.0]) != []


def test_not_a_number_can_be_the_right_answer():
    assert diagnose(math.nan, math.nan) == []
    assert diagnose(math.inf, math.inf) == []
    assert diagnose(-math.inf, math.inf) != []


def test_the_message_has_the_numbers_and_the_diagnosis_has_none():
    with pytest.raises(
        Mismatch, match=r"the slope: sign flipped \(got -2\.5, expected 2\.5\)"
    ) as e:
        assert_close(-2.5, 2.5, what="the slope")
    assert e.value.diagnosis == "the slope: sign flipped"
    assert_close(2.5, 2.5)
