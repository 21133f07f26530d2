"""Problem set 01: its tests take every right answer and name what is wrong with the others."""

import pytest

from grading.cases import Answer, Case, compare, reference_solution
from tests.course.conftest import cases_of, grade, graded_cells, id_of, source_of, submission_of

SOURCE = source_of("ps01")
CASES = cases_of("ps01")
MISCONCEPTIONS = [case for case in CASES if case.kind == "misconception"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_scores_as_it_declares(case):
    assert compare(case, grade(case.name, submission_of(case, SOURCE), SOURCE)) == []


@pytest.mark.parametrize("case", MISCONCEPTIONS, ids=lambda case: case.name)
def test_a_misconception_has_a_diagnosis_of_its_own(case):
    declared = {text for expected in case.cells.values() for text in expected.diagnosis}
    assert declared - {"walks path by path", "not written yet"}


def test_the_cases_cover_every_kind_and_every_test_cell():
    kinds = [case.kind for case in CASES]
    assert kinds.count("correct") >= 4
    assert kinds.count("misconception") >= 7
    assert {"partial", "empty", "raises"} <= set(kinds)
    hit = {cell for case in MISCONCEPTIONS for cell in case.cells}
    assert hit == {id_of(cell) for cell in graded_cells(SOURCE)}


def test_walking_every_path_costs_the_point_for_sharing_only():
    (case,) = [case for case in CASES if case.name == "walks_every_path"]
    results = grade(case.name, submission_of(case, SOURCE), SOURCE)
    assert [result.cell for result in results if result.points < result.max_points] == [
        "test-shared-paths"
    ]


ALONE = {
    "evaluate": ["test-evaluate"],
    "nested-by-nodes": ["test-nested-by-nodes"],
    "weighted-graph": ["test-weighted-graph"],
    "sum-over-paths": ["test-sum-over-paths", "test-shared-paths"],
    "association-cost": ["test-association-cost"],
    "fewest-multiplications": ["test-fewest-multiplications"],
}


@pytest.mark.parametrize("answer", ALONE)
def test_a_task_can_be_done_without_the_others(answer):
    (cell,) = [cell for cell in SOURCE.cells if id_of(cell) == answer]
    only = {answer: Answer(reference_solution(cell.source))}
    case = Case("alone", "", "partial", "", base="release", answers=only)
    results = grade("alone", submission_of(case, SOURCE), SOURCE)
    full = [result.cell for result in results if result.points == result.max_points]
    assert full == ALONE[answer]
