"""Test cells as code objects, and what their probes are."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

from grading.engine.hidden import hidden_lines


@dataclass(frozen=True)
class Compiled:
    """A test cell, ready to run: `last` is the value of its last line, if that is an expression.

    `on_view` is what stands before `hidden`. Where hidden lines are not the last ones, but for one
    expression, all is in `on_view` and `hidden` is None. `probes` has the name and the source of
    each probe, by the line at which it begins. `imports` are the modules that the cell imports.
    """

    on_view: CodeType
    hidden: CodeType | None
    last: CodeType | None
    probes: Mapping[int, tuple[str, str]]
    imports: frozenset[str]


@lru_cache(maxsize=1000)
def compiled(source: str, file: str) -> Compiled:
    """Return the test cell `source`, whose lines tracebacks will find in `file`.

    A worker sees the same cells in each notebook, and its forks have what it has compiled.

    Raises:
        SyntaxError, ValueError, RecursionError: when it is no Python.
    """
    tree = ast.parse(source, file)
    nodes = list(ast.walk(tree))
    probes = {_first_line(node): (node.name, _bare(node)) for node in nodes if is_probe(node)}
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    value = last and compile(ast.Expression(last.value), file, "eval")
    seen = _before_hidden(tree.body, hidden_lines(source))
    parts = [
        compile(ast.Module(part, []), file, "exec") if part or not place else None
        for place, part in enumerate((tree.body[:seen], tree.body[seen:]))
    ]
    return Compiled(*parts, value, probes, imported_modules(nodes))


def _before_hidden(body: Sequence[ast.stmt], hidden: set[int]) -> int:
    """Return how many statements stand before those among the `hidden` lines, if these are last."""
    are_hidden = []
    for node in body:
        lines = set(range(_first_line(node), node.end_lineno + 1))
        if hidden & lines and not lines <= hidden:
            return len(body)
        are_hidden.append(lines <= hidden)
    seen = are_hidden.index(True) if True in are_hidden else len(body)
    return seen if all(are_hidden[seen:]) else len(body)


@lru_cache(maxsize=1000)
def is_probing(source: str) -> bool:
    """Say whether a test cell has a probe."""
    try:
        return any(map(is_probe, ast.walk(ast.parse(source))))
    except (SyntaxError, ValueError, RecursionError):
        return False


def is_probe(node: ast.AST) -> bool:
    """Say whether `node` defines a probe."""
    return bool(_probe_decorators(node))


def imported_modules(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Return the modules that `nodes` import; a relative one begins with a dot."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return frozenset(found)


def _probe_decorators(node: ast.AST) -> list[ast.expr]:
    """Return the decorators that make `node` a probe."""
    return [
        decorator
        for decorator in getattr(node, "decorator_list", ())
        if ast.unparse(decorator).rpartition(".")[2] == "probe"
    ]


def _first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])


def _bare(node: ast.FunctionDef) -> str:
    """Return the source of a probe's function, without the decorator that made it one."""
    bare = copy(node)
    probes = _probe_decorators(node)
    bare.decorator_list = [other for other in node.decorator_list if other not in probes]
    return ast.unparse(bare)
