"""The form of every assignment: what an author must keep to, found in course/source/*."""

import ast
import re

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from grading.audit.form import bound_by, checks_of, form_findings, points_mistakes
from grading.checks import NOT_WRITTEN
from grading.results import State
from tests.course.conftest import (
    ASSIGNMENTS,
    COURSE,
    grade,
    graded_cells,
    id_of,
    reference_of,
    release_of,
    source_of,
)

# What a test cell binds, beside its imports, begins so: the notebook is one namespace, and a
# helper called `paths` would replace a student's own.
OURS = re.compile(r"checks|(ask|judge|right)_\w+")
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS(.*?)### END HIDDEN TESTS", re.DOTALL)
SOLUTION = re.compile(r"### BEGIN SOLUTION(.*?)### END SOLUTION", re.DOTALL)
RUBRIC = re.compile(r"### BEGIN MARK SCHEME(.*?)### END MARK SCHEME", re.DOTALL)

SOURCES = {name: source_of(name) for name in ASSIGNMENTS}
HEADER = nbformat.read(COURSE / "source" / "header.ipynb", as_version=4)
NOTEBOOKS = {**SOURCES, "header": HEADER}
TESTS = [
    pytest.param(cell, id=f"{name}:{id_of(cell)}")
    for name, source in SOURCES.items()
    for cell in graded_cells(source)
]

pytestmark = pytest.mark.skipif(not SOURCES, reason="no assignment yet")
every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)
every_assignment = pytest.mark.parametrize("name", SOURCES)
every_test_cell = pytest.mark.parametrize("cell", TESTS)


# -- the notebook -----------------------------------------------------------------------------


@every_notebook
def test_a_notebook_is_valid_and_saved_without_what_changes_at_every_run(name):
    notebook = NOTEBOOKS[name]
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"adcourse", "kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"nbgrader", "tags"}, cell.id
        assert cell.get("execution_count") is None, cell.id
        assert cell.get("outputs", []) == [], cell.id


@every_notebook
def test_cells_have_readable_ids_and_nbgrader_s_are_the_same(name):
    ids = [cell.id for cell in NOTEBOOKS[name].cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", id) for id in ids)
    assert {
        cell.id for cell in NOTEBOOKS[name].cells if id_of(cell) not in (None, cell.id)
    } == set()


@every_assignment
def test_ids_differ_from_the_header_s(name):
    assert not {cell.id for cell in SOURCES[name].cells} & {cell.id for cell in HEADER.cells}


@every_assignment
def test_every_graded_cell_has_points_about_20_in_all_3_to_5_of_them_by_hand(name):
    assert list(points_mistakes(SOURCES[name])) == []
    graded = [cell for cell in SOURCES[name].cells if is_grade(cell) or is_task(cell)]
    by_hand = [cell for cell in graded if cell.cell_type == "markdown"]
    assert 18 <= sum(cell.metadata.nbgrader.points for cell in graded) <= 24
    assert 3 <= sum(cell.metadata.nbgrader.points for cell in by_hand) <= 5
    assert by_hand


@every_assignment
def test_a_rubric_stands_with_every_written_question(name):
    rubrics = [cell for cell in SOURCES[name].cells if RUBRIC.search(cell.source)]
    written = [cell for cell in SOURCES[name].cells if is_solution(cell) and is_grade(cell)]
    assert len(rubrics) == len(written) > 0
    assert all(is_locked(cell) and cell.cell_type == "markdown" for cell in rubrics)


@every_assignment
def test_the_title_names_every_task_and_every_task_its_points(name):
    title, *others = [cell for cell in SOURCES[name].cells if cell.cell_type == "markdown"]
    tasks = [cell.source for cell in others if re.match(r"## Task \d+:", cell.source)]
    assert [int(re.match(r"## Task (\d+)", task)[1]) for task in tasks] == list(
        range(1, len(tasks) + 1)
    )
    rows = re.findall(r"^\| (\d+) \|.*?\| (\d+) \| ●", title.source, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, len(tasks) + 1))
    headings = [re.search(r"\(([\d +]+) points?\)", task.split("\n")[0])[1] for task in tasks]
    points = [sum(map(int, heading.split("+"))) for heading in headings]
    assert points == [int(most) for _, most in rows]
    graded = [cell for cell in SOURCES[name].cells if is_grade(cell)]
    assert sum(points) == sum(cell.metadata.nbgrader.points for cell in graded)
    assert "autodiff_lib" in title.source, "say that it must not be used in answers"


@every_assignment
def test_hints_are_folded_and_every_fold_is_closed(name):
    texts = [cell.source for cell in SOURCES[name].cells if cell.cell_type == "markdown"]
    assert any("<details>" in text for text in texts)
    for text in texts:
        assert text.count("<details><summary>") == text.count("</details>")


# -- the student version ----------------------------------------------------------------------


@every_assignment
def test_the_student_version_holds_no_solution_no_hidden_test_and_no_rubric(name):
    released = {cell.id: cell.source for cell in release_of(SOURCES[name]).cells}
    everything = "\n".join(released.values())
    for mark in ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME"):
        assert mark not in everything
    for cell in SOURCES[name].cells:
        for line in _secret_lines(cell):
            assert line not in released[cell.id].splitlines()
        if is_solution(cell):
            for line in _secret_lines(cell):
                assert len(line.strip()) < 30 or line.strip() not in everything


def _secret_lines(cell: NotebookNode) -> list[str]:
    """Return the lines of a cell that are cut, except those that stand on view in it, too."""
    if is_solution(cell) and cell.cell_type == "markdown":
        return cell.source.splitlines()
    secrets, shown = [], cell.source
    for pattern in (SOLUTION, HIDDEN, RUBRIC):
        secrets += [line for text in pattern.findall(cell.source) for line in text.splitlines()]
        shown = pattern.sub("", shown)
    return [line for line in secrets if line.strip() and line not in shown.splitlines()]


@every_assignment
def test_every_code_answer_shows_where_to_write(name):
    for cell in release_of(SOURCES[name]).cells:
        if is_solution(cell) and cell.cell_type == "code":
            assert "# YOUR CODE HERE" in cell.source
            ast.parse(cell.source)


@every_assignment
def test_the_reference_solution_gets_full_marks_and_raises_nothing(name):
    errors = []
    results = grade("reference", reference_of(SOURCES[name]), SOURCES[name], errors)
    assert errors == []
    assert [result for result in results if result.state is not State.PASSED] == []


@every_assignment
def test_the_untouched_student_version_gets_nothing_and_says_so_kindly(name):
    errors = []
    results = grade("untouched", release_of(SOURCES[name]), SOURCES[name], errors)
    assert results
    for result in results:
        assert (result.points, result.state) == (0, State.FAILED), result.cell
        assert all(check.message == NOT_WRITTEN for check in result.checks), result.cell
    assert {type(error) for error in errors} <= {NotImplementedError}


# -- test cells -------------------------------------------------------------------------------


@every_assignment
def test_an_assignment_keeps_the_rules_of_the_audit(name):
    assert form_findings(SOURCES[name]) == []


@every_test_cell
def test_a_cell_has_checks_on_view_to_work_by_and_hidden_ones_to_be_sure(cell):
    hidden = [check["hidden"] for check in checks_of(cell.source)]
    assert {True, False} == set(hidden)


@every_test_cell
def test_a_cell_binds_no_name_that_a_student_might_use(cell):
    for node in ast.walk(_without_functions(ast.parse(cell.source))):
        for name in bound_by(node):
            assert OURS.fullmatch(name), f"{name}: call it ask_, judge_ or right_…"


@every_test_cell
def test_what_a_cell_imports_is_a_module_or_ours(cell):
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.ImportFrom):
            assert node.module in ("autodiff_lib.check", "grading"), node.module


def _without_functions(tree: ast.Module) -> ast.Module:
    """Return the tree with the insides of functions and comprehensions cut: scopes of their own."""
    inner = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

    class Cutter(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, inner):
                return ast.Constant(None)
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                return ast.FunctionDef(node.name, ast.arguments([], [], None, [], [], None, []), [])
            return self.generic_visit(node)

    return Cutter().visit(tree)
