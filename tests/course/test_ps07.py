"""Problem set 07: its tests take every right answer and name what is wrong with the others."""

import doctest
import math
import re

import pytest

from autodiff_lib import hessian, jacobian
from autodiff_lib import math as elementary
from autodiff_lib.counting import adjoint_work, tangent_work, value_work
from autodiff_lib.elimination import eliminate
from tests.course.conftest import (
    cases_of,
    earned_alone,
    reference_of,
    run,
    source_of,
)

SOURCE = source_of("ps07")
CASES = cases_of("ps07")
CELLS = {cell.id: cell.source for cell in reference_of(SOURCE).cells}


@pytest.fixture(scope="module")
def answers():
    """Return the names of the notebook whose answers are all right, figures and tests left out."""
    namespace = {}
    for cell in SOURCE.cells:
        if cell.id == "setup" or (cell.cell_type == "code" and cell.metadata.nbgrader.solution):
            run(CELLS[cell.id], namespace)
    return namespace


ALONE = {
    "jacobian-by-sweeps": ["test-jacobian-by-sweeps"],
    "work": ["test-work"],
    "jacobian": ["test-jacobian"],
    "colouring": ["test-colour-columns", "test-compressed-jacobian"],
    "hvp": ["test-hvp"],
    "elimination": ["test-eliminate", "test-markowitz", "test-fewest-multiplications"],
}


@pytest.mark.parametrize("answer", ALONE)
def test_a_task_can_be_done_without_the_others(answer):
    assert earned_alone(SOURCE, answer) == ALONE[answer]


def test_the_examples_in_the_tasks_hold(answers):
    texts = [cell.source for cell in SOURCE.cells if cell.cell_type == "markdown"]
    examples = re.findall(r"```python\n(>>> .*?)```", "\n".join(texts), re.DOTALL)
    assert len(examples) == 8
    runner = doctest.DocTestRunner()
    together = doctest.DocTestParser().get_doctest("\n".join(examples), answers, "tasks", None, 0)
    runner.run(together)
    assert runner.summarize(verbose=False).failed == 0


# -- what the notebook gives, held against the library ----------------------------------------


def program(lib):
    """Return a function that uses every operation of an engine, two values twice."""

    def f(x):
        a, b, c = x
        u = lib["sin"](a * b) / c - lib["exp"](-a)
        v = lib["log"](c) * u + lib["sqrt"](b) * lib["cos"](c - a)
        w = v**3 - 2 if v < u else 1 / u
        return [u + 2 * v, v * w, 7.0, w]

    return f


POINT = [0.7, 1.9, 2.3]


def test_the_given_push_and_pull_are_right(answers):
    ours = program(answers)
    right = jacobian(program(vars(elementary)))(POINT)
    columns = answers["jacobian_by_pushes"](lambda x_dot: answers["push"](ours, POINT, x_dot), 3)
    rows = answers["jacobian_by_pulls"](lambda y_bar: answers["pull"](ours, POINT, y_bar), 4)
    for found in (columns, rows):
        for row, expected in zip(found, right, strict=True):
            assert row == pytest.approx(expected, rel=1e-13, abs=1e-13)


def test_the_given_engine_nests(answers):
    ours, theirs = program(answers), program(vars(elementary))
    right = hessian(lambda x: theirs(x)[1])(POINT)
    for j in range(3):
        x_dot = [float(i == j) for i in range(3)]
        got = answers["hvp"](lambda z: ours(z)[1], POINT, x_dot)
        assert got == pytest.approx([row[j] for row in right], rel=1e-12)


# -- the reference solution, held against the library -----------------------------------------


@pytest.mark.parametrize("operation", ["add", "sub", "mul", "sin", "cos", "log", "sqrt"])
def test_the_counts_are_those_of_the_library(answers, operation):
    line = [("v", operation, "u", "w")[: 4 if operation in ("add", "sub", "mul") else 3]]
    ours = [answers["value_work"](line), answers["tangent_work"](line, 3)]
    ours.append(answers["adjoint_work"](line, 2))
    theirs = value_work(operation), tangent_work(operation, 3), adjoint_work(operation, 2)
    for mine, work in zip(ours, theirs, strict=True):
        counts = [work.moves, work.additions, work.multiplications, work.nonlinear]
        if operation == "cos":  # the library also counts the sign of −sin, once
            counts[1] -= mine is not ours[0]
        assert list(mine) == counts


@pytest.mark.parametrize(
    ("graph", "greedy", "best"),
    [
        ("x1>v4 x2>v1 x2>v2 v1>v2 v1>v4 v1>y2 v2>v3 v3>y1 v4>y2", 7, 6),
        ("x1>v1 x2>v1 v1>v2 v1>v3 x1>v3 x2>v3 v3>y1 v2>y2", 8, 7),
    ],
)
def test_the_graphs_on_view_cost_what_the_library_finds(answers, graph, greedy, best):
    assert graph in CELLS["test-markowitz"]
    edges = dict.fromkeys((tuple(pair.split(">")) for pair in graph.split()), 1.0)
    inner = sorted({end for _, end in edges} & {start for start, _ in edges})
    assert answers["markowitz"](edges, inner)[1] == greedy
    assert answers["fewest_multiplications"](edges, inner) == best
    assert eliminate(edges, "best").multiplications == best


def test_the_radiator_ends_where_its_equations_hold(answers):
    namespace = dict(answers)
    source = CELLS["picture"]
    exec(source[: source.index("places =")], namespace)
    assert namespace["errors"][-1] < 1e-9
    assert math.isclose(namespace["guesses"][-1][-1], 200.0, abs_tol=0.01)
    text = next(cell.source for cell in SOURCE.cells if cell.id == "picture-answer")
    assert "200 K" in text
    assert "a ninth" in text
    assert round((350 / 200) ** 4) == 9
