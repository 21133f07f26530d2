"""Test cells as code objects, and what their probes are."""

import ast
from collections.abc import Mapping, Sequence
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
def compiled(source: str, file: str = "<test>") -> Compiled:
    """Return the test cell `source`, whose lines tracebacks will find in `file`.

    A worker sees the same cells in each notebook, and its forks have what it has compiled.

    Raises:
        SyntaxError, ValueError, RecursionError: when it is no Python.
    """
    tree = ast.parse(source, file)
    nodes = list(ast.walk(tree))
    probes = {
        _first_line(node): (node.name, _bare(node)) for node in nodes if _probe_decorators(node)
    }
    imports = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imports |= {
        node.module
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    value = last and compile(ast.Expression(last.value), file, "eval")
    seen = _before_hidden(tree.body, hidden_lines(source))
    parts = [
        compile(ast.Module(part, []), file, "exec") if part or not place else None
        for place, part in enumerate((tree.body[:seen], tree.body[seen:]))
    ]
    return Compiled(*parts, value, probes, frozenset(imports))


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


def is_probing(source: str, file: str = "<test>") -> bool:
    """Say whether a test cell has a probe."""
    try:
        return bool(compiled(source, file).probes)
    except (SyntaxError, ValueError, RecursionError):
        return False


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
