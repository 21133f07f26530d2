"""What kind of thing each variable is: number or list, integer, dependent on the inputs or not.

All three are found from how the variables are used, by passing over the statements until
nothing new is found.
"""

import ast
from collections.abc import Callable, Iterator

_COPIES = {"list", "copy", "array", "asarray"}
_CREATORS = {"zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like"}
PASSIVE_CALLS = {"len", "range", *_CREATORS}

CalleeRanks = Callable[[ast.Call], dict[str, int] | None]
"""Gives the ranks of a user function's arguments by their texts, for a call of it."""


def assignments(body: list[ast.stmt]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target with the expression that it gets its value from, those of loops too."""
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
                    yield from ((target, value) for target in targets)
                case ast.Assign(targets=[target], value=value):
                    yield target, value
                case ast.For():
                    yield from loop_items(node)
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner), args=[item])):
                    yield ast.Subscript(owner, ast.Constant(-1), ast.Store()), item


def loop_items(node: ast.For) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each variable of a loop's head with what it runs over."""
    match node.target, node.iter:
        case ast.Tuple(elts=[index, item]), ast.Call(func=ast.Name(id="enumerate"), args=[items]):
            yield index, ast.Call(ast.Name("range", ast.Load()), [], [])
            yield item, ast.Subscript(items, ast.Constant(0), ast.Load())
        case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=lists):
            for target, items in zip(targets, lists, strict=False):
                yield target, ast.Subscript(items, ast.Constant(0), ast.Load())
        case target, ast.Name():
            yield target, ast.Subscript(node.iter, ast.Constant(0), ast.Load())
        case target, _:
            yield target, node.iter


def function_name(node: ast.expr) -> str:
    """Return the last name in what is called: zeros for np.zeros(3)."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def base_and_depth(node: ast.expr) -> tuple[str, int]:
    """Return ("x", 2) for x[i][j], and ("", 0) for what is no element of a variable."""
    depth = 0
    while isinstance(node, ast.Subscript):
        node, depth = node.value, depth + 1
    return (node.id, depth) if isinstance(node, ast.Name) else ("", 0)


def copied(node: ast.expr) -> str | None:
    """Return the name of the list that an expression copies: x for list(x) and x.copy()."""
    match node:
        case ast.Call(args=[ast.Name(id=name)]) if function_name(node) in _COPIES:
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="copy"), args=[]):
            return name
    return None


def makes_list(node: ast.expr) -> bool:
    """Say whether an expression makes a new list or array, without copying one."""
    match node:
        case ast.List() | ast.BinOp(op=ast.Mult(), left=ast.List()):
            return True
        case ast.BinOp(op=ast.Mult(), right=ast.List()):
            return True
        case ast.Call():
            return function_name(node) in _CREATORS
    return False


def ranks(body: list[ast.stmt], callee: CalleeRanks) -> dict[str, int]:
    """Return the rank of every variable that is a list: 1, or 2 for a list of lists."""
    found: dict[str, int] = {}

    def at_least(name: str | None, rank: int) -> None:
        if name and found.get(name, 0) < rank:
            found[name] = rank

    before = None
    while before != found:
        before = dict(found)
        for statement in body:
            for node in ast.walk(statement):
                match node:
                    case ast.Subscript():
                        at_least(*base_and_depth(node))
                    case ast.Call(args=[ast.Name(id=name)]) if function_name(node) == "len":
                        at_least(name, 1)
                    case ast.Call():
                        for name, rank in (callee(node) or {}).items():
                            at_least(name, rank)
        for target, value in assignments(body):
            name, depth = base_and_depth(target)
            source, inner = base_and_depth(value)
            if depth:
                at_least(name, depth)
            if inner and not isinstance(value, ast.Name):
                at_least(source, inner + (found.get(name, 0) if not depth else 0))
            if makes_list(value) and not depth:
                at_least(name, 1)
            if (origin := copied(value)) and not depth:
                at_least(name, found.get(origin, 1))
                at_least(origin, found.get(name, 1))
            if isinstance(value, ast.Name) and not depth:
                at_least(name, found.get(source, 0))
    return found


def integers(body: list[ast.stmt], callee_integers: Callable[[ast.Call], set[str]]) -> set[str]:
    """Return the variables that are used as integers: in an index or a range."""
    found: set[str] = set()
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Subscript(slice=index):
                    found |= _numbers_in(index)
                case ast.Call() if function_name(node) == "range":
                    found |= set().union(*map(_numbers_in, node.args))
                case ast.BinOp(op=ast.Mult(), left=ast.List(), right=size):
                    found |= _numbers_in(size)
                case ast.BinOp(op=ast.Mult(), left=size, right=ast.List()):
                    found |= _numbers_in(size)
                case ast.Call():
                    found |= callee_integers(node)
    before = None
    while before != found:
        before = set(found)
        for target, value in assignments(body):
            if isinstance(target, ast.Name) and target.id in found:
                found |= _numbers_in(value)
    return found


def _numbers_in(node: ast.AST) -> set[str]:
    """Return the names in an expression, those of lists and functions left out."""
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.Subscript() | ast.Call(func=ast.Name(id="len")):
            return set()
        case ast.Call(args=args):
            return set().union(*map(_numbers_in, args))
    return set().union(*map(_numbers_in, ast.iter_child_nodes(node)))


def varied(body: list[ast.stmt], active: set[str]) -> set[str]:
    """Return the variables that depend on those in `active`, these included."""
    found, before = set(active), None
    while before != found:
        before = set(found)
        for target, value in assignments(body):
            if depends(value, found):
                found.add(base_and_depth(target)[0])
    return found


def depends(node: ast.AST, found: set[str]) -> bool:
    """Say whether the value of an expression changes smoothly with the variables in `found`."""
    match node:
        case ast.Name(id=name):
            return name in found
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return False
        case ast.Subscript(value=value):
            return depends(value, found)
        case ast.Call(func=ast.Attribute(value=owner, attr="copy"), args=[]):
            return depends(owner, found)
        case ast.Call(args=args, keywords=keywords):
            if function_name(node) in PASSIVE_CALLS:
                return False
            given = [*args, *(keyword.value for keyword in keywords)]
            return any(depends(arg, found) for arg in given)
    return any(depends(child, found) for child in ast.iter_child_nodes(node))
