"""Common subexpressions: what a program would compute twice from the same values, it keeps."""

from collections import Counter
from collections.abc import Hashable

from autodiff_lib.source.program import (
    Append,
    Assign,
    Call,
    CopyList,
    For,
    Function,
    NewList,
    Op,
    Ref,
    Statement,
    Tree,
    blocks,
    trees,
)


def share(function: Function) -> None:
    """Compute repeated operations once, in every block of the program."""
    _share_block(function.body, function)


def _share_block(body: list[Statement], function: Function) -> None:
    seen: Counter[Hashable] = Counter()
    for statement, version in _versions(body):
        for tree in trees(statement):
            _count(tree, version, seen)
    repeated = {key for key, count in seen.items() if count > 1}
    writes = Counter(name for statement in body for name in written(statement))
    kept: dict[Hashable, Ref] = {}
    done: list[Statement] = []

    def replaced(tree: Tree, version: Counter[str], line: int, whole: Ref | None = None) -> Tree:
        if not isinstance(tree, Op):
            return tree
        key = _key(tree, version)
        if key in kept:
            return kept[key]
        tree.args = [replaced(arg, version, line) for arg in tree.args]
        if key not in repeated:
            return tree
        if whole and not whole.index and writes[whole.name] == 1:
            kept[key] = whole
            return tree
        kept[key] = Ref(function.fresh("t"))
        function.varied.add(kept[key].name)
        done.append(Assign(line, kept[key], tree))
        return kept[key]

    for statement, version in _versions(body):
        match statement:
            case Assign(target=target, tree=tree):
                statement.tree = replaced(tree, version, statement.line, target)
            case Append(tree=tree):
                statement.tree = replaced(tree, version, statement.line)
            case NewList(items=items):
                statement.items = [replaced(item, version, statement.line) for item in items]
        for inner in blocks(statement):
            _share_block(inner, function)
        done.append(statement)
    body[:] = done


def _versions(body: list[Statement]) -> list[tuple[Statement, Counter[str]]]:
    """Return each statement with how often each variable has been written before it."""
    version: Counter[str] = Counter()
    pairs = []
    for statement in body:
        pairs.append((statement, version.copy()))
        version.update(written(statement))
    return pairs


def _key(op: Op, version: Counter[str]) -> Hashable:
    return op.text, frozenset((name, version[name]) for name in op.uses)


def _count(tree: Tree, version: Counter[str], seen: Counter[Hashable]) -> None:
    """Count the operations of a tree; what is inside a repeated one is not repeated again."""
    if isinstance(tree, Op):
        seen[_key(tree, version)] += 1
        if seen[_key(tree, version)] == 1:
            for arg in tree.args:
                _count(arg, version, seen)


def written(statement: Statement) -> list[str]:
    """Return the variables that a statement writes, once for each place."""
    match statement:
        case Assign(target=target):
            return [target.name]
        case NewList(name=name) | CopyList(name=name) | Append(name=name):
            return [name]
        case Call(targets=targets):
            return list(targets)
    inner = [name for body in blocks(statement) for part in body for name in written(part)]
    if isinstance(statement, For):
        inner += [statement.index, *(name for name, _ in statement.items)]
    return inner
