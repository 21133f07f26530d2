"""Problem set 05: its tests take every right answer and name what is wrong with the others."""

from functools import cache

import pytest

from grading.cases import Answer, Case, reference_solution
from tests.course.conftest import (
    cases_of,
    cell_of,
    earned_alone,
    findings,
    grade,
    source_of,
    submission_of,
)

SOURCE = source_of("ps05")
CASES = cases_of("ps05")
MISCONCEPTIONS = [case for case in CASES if case.kind == "misconception"]
BY_NAME = {case.name: case for case in CASES}


@cache
def results_of(name):
    return grade(name, submission_of(BY_NAME[name], SOURCE), SOURCE)


def lost(results):
    """Return the names of the checks that fail, by cell."""
    return {
        result.cell: [check.name for check in result.checks if not check.passed]
        for result in results
        if result.points < result.max_points
    }


@pytest.mark.parametrize("name", ["central_differences", "complex_step"])
def test_a_derivative_that_is_not_from_the_graph_earns_nothing_where_one_is_asked_for(name):
    points = {result.cell: result.points for result in results_of(name)}
    assert (points["test-vjp"], points["test-descend"]) == (0, 0)


def test_recursion_loses_the_deep_chains_only():
    assert lost(results_of("recursion")) == {
        "test-topological-order": ["a deep chain"],
        "test-vjp": ["a deep chain"],
    }


def test_stale_state_shows_in_every_check_on_view_that_sweeps_twice():
    shown = lost(results_of("never_zeroes"))
    assert "a second sweep" in shown["test-accumulate"]
    assert "two outputs, one after the other" in shown["test-vjp"]


ALONE = {"var": "test-var", "topological-order": "test-topological-order"} | {
    "accumulate": "test-accumulate"
}


@pytest.mark.parametrize("answer", ALONE)
def test_a_task_can_be_done_without_the_others(answer):
    assert earned_alone(SOURCE, answer) == [ALONE[answer]]


def test_the_sweep_survives_what_a_step_of_task_3_leaves_out():
    """Each line of the sweep is needed: without it, points are lost."""
    right = reference_solution(cell_of(SOURCE, "accumulate").source)
    for line, wrong in [
        ("node.adjoint = 0.0", "node.adjoint += 0.0"),
        ("output.adjoint += seed", "output.adjoint = seed"),
        ("output.adjoint += seed", "output.adjoint += 1.0"),
        ("operand.adjoint += node.adjoint * partial", "operand.adjoint = node.adjoint * partial"),
        ("operand.adjoint += node.adjoint * partial", "operand.adjoint += node.adjoint"),
        ("in reversed(order)", "in order"),
    ]:
        assert line in right
        answers = {"accumulate": Answer(right.replace(line, wrong))}
        case = Case("changed", "", "partial", "", answers=answers)
        results = grade("changed", submission_of(case, SOURCE), SOURCE)
        assert "test-accumulate" in lost(results), wrong


def test_one_mistake_is_one_finding_whether_hidden_or_on_view():
    found = findings(results_of(case.name) for case in MISCONCEPTIONS)
    for words in (
        "only the last of several contributions is left",
        "what an earlier sweep left behind",
        "it came too early",
        "up the hill",
    ):
        assert len([finding for finding in found if words in finding]) == 1, words
