"""Problem set 02: its tests take every right answer and name what is wrong with the others."""

import math
import random
from functools import cache

import pytest

from grading.cases import reference_solution
from tests.course.conftest import (
    cases_of,
    cell_of,
    earned_alone,
    findings,
    grade,
    graded_cells,
    id_of,
    reference_of,
    run,
    source_of,
    submission_of,
)

SOURCE = source_of("ps02")
CASES = cases_of("ps02")
MISCONCEPTIONS = [case for case in CASES if case.kind == "misconception"]
TESTS = {id_of(cell): cell.source for cell in graded_cells(SOURCE)}


@cache
def graded(name):
    (case,) = [case for case in CASES if case.name == name]
    return grade(name, submission_of(case, SOURCE), SOURCE)


ALONE = {
    "formulas": ["test-formulas"],
    "richardson": ["test-richardson"],
    "best-step": ["test-error-terms", "test-best-step"],
    "gradient": ["test-gradient"],
    "wrong-entries": ["test-wrong-entries"],
    "looks-right": ["test-looks-right"],
}


@pytest.mark.parametrize("answer", ALONE)
def test_a_task_can_be_done_without_the_others(answer):
    assert earned_alone(SOURCE, answer) == ALONE[answer]


def names_after(*cells):
    """Return what is defined when these cells have run after the first one."""
    namespace = {"__name__": "__main__"}
    for cell in "setup", *cells:
        run(reference_solution(cell_of(SOURCE, cell).source), namespace)
    return namespace


def test_the_step_that_the_text_quotes_is_rounded_so():
    (text,) = [cell.source for cell in SOURCE.cells if id_of(cell) is None and cell.id == "task-1"]
    assert r"at $x = 10^8$, a step of $10^{-7}$ comes out as $1.043 \cdot 10^{-7}$" in text
    taken = (1e8 + 1e-7) - 1e8
    assert taken == pytest.approx(1.043e-7, abs=5e-11)


CHECKED = names_after("wrong-entries", "looks-right")
RIGHT = run(TESTS["test-wrong-entries"] + "\nright_functions()", dict(CHECKED))
BUGS = run(TESTS["test-wrong-entries"] + "\nright_bugs", dict(CHECKED))


@pytest.mark.parametrize("place", range(len(RIGHT)))
class TestTheBoundsThatTheCheckerMayRelyOn:
    """Task 5 promises bounds on the functions, and on how far right and wrong are apart."""

    def test_the_gradient_is_right(self, place):
        f, gradient, x = RIGHT[place]
        for i, slope in enumerate(gradient(x)):
            assert slope == pytest.approx(self.difference(f, x, i, 1), abs=2e-6)

    def test_values_and_third_derivatives_are_within_bounds(self, place):
        f, _, x = RIGHT[place]
        assert abs(f(x)) <= 1e6
        assert max(map(abs, x)) <= 10
        for i in range(len(x)):
            assert abs(self.difference(f, x, i, 3)) <= 101

    def test_every_planted_entry_is_right_or_off_by_enough(self, place):
        _, gradient, x = RIGHT[place]
        right = gradient(x)
        for text, plant in BUGS(len(x)):
            distances = [abs(a - b) for a, b in zip(plant(right), right, strict=True)]
            assert all(d == 0 or d > 0.999e-3 for d in distances), text

    @staticmethod
    def difference(f, x, i, order):
        """Return the central difference of first or third order, in one input."""
        h = {1: 1e-4, 3: 1e-2}[order]
        ends = (-1, 1) if order == 1 else (-1.5, -0.5, 0.5, 1.5)
        weights = (-1, 1) if order == 1 else (-1, 3, -3, 1)
        at = [f([a + h * end * (i == j) for j, a in enumerate(x)]) for end in ends]
        total = sum(w * value for w, value in zip(weights, at, strict=True))
        return total / (2 * h if order == 1 else h**3)


def test_some_functions_use_the_bounds_up():
    assert max(abs(f(x)) for f, _, x in RIGHT) > 0.99e6
    f, _, x = RIGHT[1]
    steepest = max(abs(TestTheBoundsThatTheCheckerMayRelyOn.difference(f, x, i, 3)) for i in (0, 1))
    assert steepest > 80


WITH_CHANCE = [case for case in CASES if case.kind == "correct" and "looks-right" in case.answers]


@pytest.mark.parametrize("case", WITH_CHANCE, ids=lambda case: case.name)
def test_chance_decides_on_no_right_answer(case):
    """Random directions see every planted bug, whatever the seed."""
    for seed in range(10):
        namespace = names_after()
        run(case.answers["looks-right"].text, namespace)
        random.seed(seed)
        assert run(TESTS["test-looks-right"], namespace) == 2.0, seed


def test_a_step_of_1e_8_cries_wolf_and_the_model_s_does_not():
    source = reference_solution(cell_of(SOURCE, "wrong-entries").source)
    assert "1e-4, 3e-5" in source
    for step, passes in {"1e-4": True, "1e-3": True, "1e-7": False, "1e-8": False}.items():
        names = names_after()
        run(source.replace("1e-4, 3e-5", f"{step}, 5e-5"), names)
        assert (run(TESTS["test-wrong-entries"], names) == 4.0) is passes, step


def test_the_picture_draws_what_the_answers_find():
    errors = []
    grade("reference", reference_of(SOURCE), SOURCE, errors)
    assert errors == []
    found = names_after("formulas", "best-step")
    slope = found["complex_step"](found["outbreak"], 0.2, 1e-20)
    central = found["central_difference"](found["outbreak"], 0.2, 1e-6)
    assert math.isclose(slope, central, rel_tol=1e-8)


def test_one_mistake_is_one_finding_whether_hidden_or_on_view():
    found = findings(graded(case.name) for case in MISCONCEPTIONS)
    for words in (
        "cries wolf",
        "n + 1 will do",
        "the list x has changed",
        "divide by the step that you took",
        "an entry is NaN",
        "fewer than five directions",
    ):
        assert len([finding for finding in found if words in finding]) == 1, words
