"""The sample answers of every assignment: right ones pass, and a wrong one is told why."""

import pytest

from grading.cases import compare
from tests.course.conftest import (
    ASSIGNMENTS,
    cases_of,
    copied,
    grade,
    graded_cells,
    id_of,
    lesson_of,
    source_of,
    submission_of,
)

SOURCES = {name: source_of(name) for name in ASSIGNMENTS}
CASES = {name: cases_of(name) for name in ASSIGNMENTS}
# Said of many answers, so no diagnosis of one.
COMMON = {"not written yet", "walks path by path", ""}

every_assignment = pytest.mark.parametrize("name", ASSIGNMENTS)


def every_case(*kinds):
    """Run a test for the cases of every assignment, or for those of these kinds."""
    return pytest.mark.parametrize(
        ("name", "case"),
        [
            pytest.param(name, case, id=f"{name}:{case.name}")
            for name, cases in CASES.items()
            for case in cases
            if not kinds or case.kind in kinds
        ],
    )


@every_case()
def test_a_case_scores_as_it_declares(name, case):
    source = SOURCES[name]
    assert compare(case, grade(case.name, submission_of(case, source), source)) == []


@every_case("misconception")
def test_a_misconception_has_a_diagnosis_of_its_own(name, case):
    declared = {text for expected in case.cells.values() for text in expected.diagnosis}
    assert declared - COMMON


@every_assignment
def test_the_cases_cover_every_kind_and_every_test_cell(name):
    kinds = [case.kind for case in CASES[name]]
    assert kinds.count("correct") >= 4
    assert kinds.count("misconception") >= 7
    assert {"partial", "empty", "raises"} <= set(kinds)
    hit = {cell for case in CASES[name] if case.kind == "misconception" for cell in case.cells}
    assert hit == {id_of(cell) for cell in graded_cells(SOURCES[name])}


@every_assignment
def test_the_lesson_shows_no_number_that_is_asked_for(name):
    lesson = lesson_of(name)
    for cell in graded_cells(SOURCES[name]):
        assert copied(cell.source, lesson) == set(), id_of(cell)
