"""Form: what an author must keep to, so that a test cell can be judged out of a student's reach."""

import ast
import builtins
import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task

from grading.audit.findings import Finding, Kind
from grading.engine.compiling import imported_modules, is_probe, is_probing
from grading.engine.hidden import hidden_lines, on_view
from grading.release import form_mistakes
from grading.repairing import grade_id
from grading.unrun import is_test

Rule = Callable[[NotebookNode], Iterator[str]]
RULES: list[Rule] = []


def form_findings(source: NotebookNode) -> list[Finding]:
    """Return where the source of an assignment's notebook breaks a rule of form."""
    found = [(name, text) for name, text in points_mistakes(source)]
    found += [("a test cell", text) for text in form_mistakes(source)]
    for cell in graded_cells(source):
        name = cell.metadata.nbgrader.grade_id
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            found.append((name, f"it is no Python: {error.msg}, line {error.lineno}"))
            continue
        found += [(name, text) for rule in RULES for text in rule(cell)]
    return [Finding(Kind.FORM, name, text) for name, text in found]


def graded_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that the grader judges by itself."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and is_test(cell)]


def points_mistakes(source: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield the graded cells without points, and answers in code that nothing grades."""
    graded = [cell for cell in source.cells if is_grade(cell) or is_task(cell)]
    for cell in graded:
        if not cell.metadata.nbgrader.get("points", 0) > 0:
            yield grade_id(cell), "it is graded and worth no points"
    if not graded:
        yield "the notebook", "no cell of it is graded"
    for place, cell in enumerate(source.cells):
        answers = cell.cell_type == "code" and is_solution(cell) and not is_grade(cell)
        if answers and not any(is_grade(below) for below in source.cells[place + 1 :]):
            yield grade_id(cell), "no graded cell stands below this answer"


def rule(function: Rule) -> Rule:
    """Enter a rule about test cells: it yields a sentence a mistake."""
    RULES.append(function)
    return function


@rule
def asks_through_probes(cell: NotebookNode) -> Iterator[str]:
    """Without a probe a test runs in the student's process."""
    if not is_probing(cell.source):
        yield "it has no probe: a student can forge its points, and read its hidden tests"


@rule
def is_worth_its_points(cell: NotebookNode) -> Iterator[str]:
    """The checks of a cell are worth what nbgrader says of it."""
    written = [check["points"] for check in checks_of(cell.source)]
    if not written or None in written:  # made in a loop, perhaps
        return
    worth, points = sum(written), cell.metadata.nbgrader.points
    if abs(worth - points) > 1e-9:
        yield f"its checks are worth {worth:g} points, the cell {points:g}"


@rule
def marks_as_hidden_what_is(cell: NotebookNode) -> Iterator[str]:
    """A check that is cut must not tell its input; one on view should."""
    cut = hidden_lines(cell.source)
    for check in checks_of(cell.source):
        if check["hidden"] and check["line"] not in cut:
            yield f"the check “{check['name']}” is marked hidden and stands on view"
        if not check["hidden"] and check["line"] in cut:
            yield f"the check “{check['name']}” stands among hidden tests: mark it hidden=True"


@rule
def uses_students_names_in_probes_only(cell: NotebookNode) -> Iterator[str]:
    """It runs where the student's notebook is not: with hidden lines, and without them."""
    for source, which in ((cell.source, "it"), (on_view(cell.source), "what is on view of it")):
        tree = ast.parse(source)
        judged = [node for node in tree.body if not is_probe(node)]
        nodes = [node for part in judged for node in ast.walk(part)]
        used = {node.id for node in nodes if isinstance(node, ast.Name)}
        bound = {name for node in nodes for name in bound_by(node)}
        bound |= {node.name for node in tree.body if is_probe(node)}
        bound |= {alias.asname or alias.name.partition(".")[0] for alias in _imports(nodes)}
        unknown = used - bound - set(dir(builtins))
        if unknown and is_probing(cell.source):
            names = ", ".join(sorted(unknown))
            yield f"{which} uses {names} outside probes and does not define it"
            return


@rule
def sends_probes_alone(cell: NotebookNode) -> Iterator[str]:
    """A probe's source goes to the student's process without the rest of the cell."""
    tree = ast.parse(cell.source)
    top = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    top |= {alias.asname or alias.name for node in tree.body for alias in _imports([node])}
    for node in filter(is_probe, tree.body):
        inside = [part for line in node.body for part in ast.walk(line)]
        own = {name for part in inside for name in bound_by(part)}
        own |= {alias.asname or alias.name for alias in _imports(inside)}
        names = {part.id for part in inside if isinstance(part, ast.Name)}
        taken = sorted(names & top - own)
        if taken:
            yield f"the probe {node.name} uses {', '.join(taken)} of the cell around it"


@rule
def imports_what_exists(cell: NotebookNode) -> Iterator[str]:
    """What is not installed here may be missing elsewhere, too."""
    for module in sorted(imported_modules(ast.walk(ast.parse(cell.source)))):
        try:
            found = importlib.util.find_spec(module)
        except ImportError:
            found = None
        if found is None:
            yield f"it imports {module}, which is not installed"


def checks_of(source: str) -> list[dict[str, Any]]:
    """Return the checks of a test cell as they are written: name, points, hidden and line.

    What is not written out, but computed, is None.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.With) and ast.unparse(node.items[0]).startswith("checks("):
            call = node.items[0].context_expr
            given = {word.arg: _literal(word.value) for word in call.keywords}
            name = _literal(call.args[0]) if call.args else None
            defaults = {"name": name, "points": None, "hidden": False, "line": node.lineno}
            found.append({**defaults, **given})
    return found


def _literal(node: ast.expr) -> Any:
    return node.value if isinstance(node, ast.Constant) else None


def bound_by(node: ast.AST) -> set[str]:
    """Return the names that this node itself binds, imports apart."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.arg):
        return {node.arg}
    return {node.name} if isinstance(node, ast.ExceptHandler) and node.name else set()


def _imports(nodes: list[ast.AST]) -> list[ast.alias]:
    kinds = ast.Import | ast.ImportFrom
    return [alias for node in nodes if isinstance(node, kinds) for alias in node.names]
