"""The form of every assignment: what an author must keep to, found in course/source/*."""

import ast
import builtins
import importlib.util
import re

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from grading.checks import NOT_WRITTEN
from grading.release import form_mistakes
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
    graded = [cell for cell in SOURCES[name].cells if is_grade(cell) or is_task(cell)]
    assert all(cell.metadata.nbgrader.points > 0 for cell in graded)
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
def test_the_checks_of_a_cell_are_worth_its_points(name):
    assert form_mistakes(SOURCES[name]) == []
    for cell in graded_cells(SOURCES[name]):
        points = [check["points"] for check in _checks(cell.source)]
        assert abs(sum(points) - cell.metadata.nbgrader.points) < 1e-9, id_of(cell)


@every_test_cell
def test_a_cell_has_checks_on_view_to_work_by_and_hidden_ones_to_be_sure(cell):
    hidden = [check["hidden"] for check in _checks(cell.source)]
    assert {True, False} == set(hidden)


@every_test_cell
def test_a_check_is_marked_hidden_where_it_is_and_nowhere_else(cell):
    for check in _checks(cell.source):
        assert check["hidden"] == _is_hidden(cell.source, check["line"]), check["name"]


@every_test_cell
def test_a_cell_binds_no_name_that_a_student_might_use(cell):
    for node in ast.walk(_without_functions(ast.parse(cell.source))):
        for name in _bound_by(node):
            assert OURS.fullmatch(name), f"{name}: call it ask_, judge_ or right_…"


@every_test_cell
@pytest.mark.parametrize("hidden", [True, False], ids=["whole", "on view"])
def test_a_student_s_names_are_used_in_probes_only(cell, hidden):
    source = cell.source if hidden else HIDDEN.sub("", cell.source)
    tree = ast.parse(source)
    judged = [node for node in tree.body if not _is_probe(node)]
    nodes = [node for part in judged for node in ast.walk(part)]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    bound = {name for node in nodes for name in _bound_by(node)}
    bound |= {node.name for node in tree.body if _is_probe(node)}
    bound |= {alias.asname or alias.name for node in nodes for alias in _imported(node)}
    assert used - bound - set(dir(builtins)) == set()


@every_test_cell
def test_a_probe_takes_nothing_from_the_test_cell(cell):
    """It is sent away alone, to be run beside the student's code."""
    tree = ast.parse(cell.source)
    top = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    top |= {alias.asname or alias.name for node in tree.body for alias in _imported(node)}
    for node in tree.body:
        if _is_probe(node):
            names = {name.id for part in node.body for name in ast.walk(part) if _is_name(name)}
            assert names & top == set(), node.name


@every_test_cell
def test_what_a_cell_imports_exists_and_is_a_module_or_ours(cell):
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.ImportFrom):
            assert node.module in ("autodiff_lib.check", "grading"), node.module
        for alias in _imported(node):
            module = node.module if isinstance(node, ast.ImportFrom) else alias.name
            assert importlib.util.find_spec(module), module


def _checks(source: str) -> list[dict]:
    """Return the checks of a test cell, as they are written."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.With) and ast.unparse(node.items[0]).startswith("checks("):
            call = node.items[0].context_expr
            given = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
            name = ast.literal_eval(call.args[0])
            found.append({"name": name, "hidden": False, "line": node.lineno, **given})
    return found


def _is_hidden(source: str, line: int) -> bool:
    before = "\n".join(source.splitlines()[:line])
    return before.count("BEGIN HIDDEN TESTS") > before.count("END HIDDEN TESTS")


def _is_probe(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(decorator, ast.Name) and decorator.id == "probe"
        for decorator in node.decorator_list
    )


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def _imported(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, ast.Import | ast.ImportFrom) else []


def _bound_by(node: ast.AST) -> set[str]:
    """Return the names that this node itself binds, imports apart."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.arg):
        return {node.arg}
    return {node.name} if isinstance(node, ast.ExceptHandler) and node.name else set()


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
