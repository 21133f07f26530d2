"""Problem set 01: its tests take every right answer and name what is wrong with the others."""

import re

import nbformat
import pytest

from tests.course.conftest import (
    COURSE,
    cases_of,
    earned_alone,
    findings,
    grade,
    graded_cells,
    id_of,
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


def test_the_lesson_shows_no_number_that_is_asked_for():
    lesson = nbformat.read(COURSE.parent / "notebooks" / "01_chain_rule.ipynb", as_version=4)
    outputs = [output for cell in lesson.cells for output in cell.get("outputs", ())]
    shown = "\n".join(
        [cell.source for cell in lesson.cells]
        + [out.get("text", "") + out.get("data", {}).get("text/plain", "") for out in outputs]
    )
    asked = {id_of(cell): cell.source for cell in [*graded_cells(SOURCE), *written(SOURCE)]}
    (table,) = [cell.source for cell in SOURCE.cells if id_of(cell) == "task-8"]
    asked["task-8"] = "\n".join(line for line in table.splitlines() if "|" in line)
    for name, source in asked.items():
        numbers = {float(number) for number in re.findall(r"\d\.\d{3,}", source)}
        copied = {number for number in numbers if number % 1 and f"{number:.4f}" in shown}
        assert copied <= {1.6487}, name  # the root of e belongs to nobody


def written(notebook):
    return [cell for cell in notebook.cells if id_of(cell) == "explanation"]


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
