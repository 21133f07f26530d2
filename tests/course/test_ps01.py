"""Problem set 01: its tests take every right answer and name what is wrong with the others."""

import pytest

from tests.course.conftest import (
    cases_of,
    cell_of,
    copied,
    earned_alone,
    findings,
    grade,
    lesson_of,
    source_of,
    submission_of,
)

SOURCE = source_of("ps01")
CASES = cases_of("ps01")
MISCONCEPTIONS = [case for case in CASES if case.kind == "misconception"]


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
    assert earned_alone(SOURCE, answer) == ALONE[answer]


def test_the_lesson_shows_no_number_of_the_question_in_words():
    table = [line for line in cell_of(SOURCE, "task-8").source.splitlines() if "|" in line]
    lesson = lesson_of("ps01")
    for text in "\n".join(table), cell_of(SOURCE, "explanation").source:
        broken = {number for number in copied(text, lesson) if number % 1}
        assert broken <= {1.6487}  # the root of e belongs to nobody


def test_one_mistake_is_one_finding_whether_hidden_or_on_view():
    found = findings(
        grade(case.name, submission_of(case, SOURCE), SOURCE) for case in MISCONCEPTIONS
    )
    for words in (
        "the sign is wrong",
        "walks path by path",
        "the dictionary of inputs",
        "neighbours only",
    ):
        assert len([finding for finding in found if words in finding]) == 1, words
    assert not [finding for finding in found if finding == "work on a copy of it"]
