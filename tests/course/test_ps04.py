"""Problem set 04: its tests take every right answer and name what is wrong with the others."""

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

SOURCE = source_of("ps04")
CASES = cases_of("ps04")
MISCONCEPTIONS = [case for case in CASES if case.kind == "misconception"]


@pytest.mark.parametrize("name", ["differences_in_disguise", "complex_step_in_disguise"])
def test_what_is_no_forward_mode_loses_points_in_every_cell_that_it_answers(name):
    (case,) = [case for case in CASES if case.name == name]
    answered = {f"test-{answer}" for answer in case.answers}
    results = grade(name, submission_of(case, SOURCE), SOURCE)
    lost = {result.cell for result in results if result.points < result.max_points}
    assert answered <= lost


ALONE = {
    "dual": ["test-dual", "test-programs"],
    "by-hand": ["test-by-hand"],
    "slope": ["test-slope"],
}


@pytest.mark.parametrize("answer", ALONE)
def test_a_task_can_be_done_without_the_others(answer):
    assert earned_alone(SOURCE, answer) == ALONE[answer]


@pytest.mark.parametrize("answer", ["jvp", "jacobian", "derivatives"])
def test_what_needs_the_first_task_needs_no_other(answer):
    earned = earned_alone(SOURCE, "dual", answer)
    assert earned == ["test-dual", "test-programs", f"test-{answer}"]


# fmt: off
SLIPS = (
    # answer       what stands there                  what a slip makes of it
    ("dual",       "self.tangent + other.tangent",    "self.tangent - other.tangent"),
    ("dual",       "__rmul__ = __mul__",              "__rmul__ = __add__"),
    ("dual",       "other + -self",                   "self + -other"),
    ("dual",       "exponent - 1",                    "exponent"),
    ("dual",       "self.primal <= lift",             "self.primal < lift"),
    ("dual",       "self.primal >= lift",             "self.primal > lift"),
    ("dual",       "math.log(base)",                  "base"),
    ("dual",       "-sin(u.primal)",                  "sin(u.primal)"),
    ("dual",       "1 + value * value",               "1 - value * value"),
    ("dual",       "(2 * root)",                      "root"),
    ("dual",       "return math.tan(u)",              "return u"),
    ("jvp",        "isinstance(result, list)",        "False"),
    ("jvp",        "lift(result).tangent",            "result.tangent"),
    ("jacobian",   "np.eye(len(x))",                  "np.ones((len(x), len(x)))"),
    ("jacobian",   "np.zeros(len(x)) + lift",         "lift"),
    ("by-hand",    "fish_dot = 0.3, 0.0",             "fish_dot = 0.3, 1.0"),
    ("by-hand",    "range(years)",                    "range(1, years)"),
    ("by-hand",    "> 0.5",                           "> 0.7"),
    ("by-hand",    "- effort_dot",                    "+ effort_dot"),
    ("derivatives", "order == 0",                     "order == 1"),
    ("slope",      "b_dot, tag)\n\n    __radd__",     "b_dot, 0)\n\n    __radd__"),
    ("slope",      "self * -1",                       "self * 1"),
    ("slope",      "return -self + other",            "return self + -other"),
    ("slope",      " and value.tag == tag",           ""),
    ("slope",      "max(value.tag",                   "min(value.tag"),
    ("slope",      "+ math.pi / 2",                   "- math.pi / 2"),
    ("slope",      "next(fresh_tags)",                "0"),
)
# fmt: on


@pytest.mark.parametrize(("answer", "right", "slip"), SLIPS)
def test_a_slip_in_the_reference_solution_loses_points(answer, right, slip):
    text = reference_solution(cell_of(SOURCE, answer).source)
    assert right in text
    case = Case("slip", "", "correct", "", answers={answer: Answer(text.replace(right, slip))})
    results = grade("slip", submission_of(case, SOURCE), SOURCE)
    assert any(result.points < result.max_points for result in results)


def test_one_mistake_is_one_finding_whether_hidden_or_on_view():
    found = findings(
        grade(case.name, submission_of(case, SOURCE), SOURCE) for case in MISCONCEPTIONS
    )
    for words in (
        "fish is overwritten before",
        "coefficients of a Taylor series",
        "what does not depend on y",
        "let all directions travel in one run",
        "the tangent: the sign of the second",
    ):
        assert len([finding for finding in found if words in finding]) == 1, words
