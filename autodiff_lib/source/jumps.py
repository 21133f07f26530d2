"""Early exits: every `return`, `break` and `continue` is moved to the end of its block.

What follows `if c: return a` is what happens otherwise, so it moves into the `else`. After that
a block runs from its first statement to its last, and to differentiate it backwards one needs to
know only which branches were taken and how often a loop began. A `return` inside a loop becomes
a flag and a `break`.
"""

import ast
import copy
from collections.abc import Callable

from autodiff_lib.source.errors import Refusal

_MOST_COPIES = 200


class _Returned(ast.stmt):
    """Stands where the function is left with its result already assigned."""

    _fields = ()


class Jumps:
    """Rewrites the body of one function; afterwards `outputs` names what it returns."""

    def __init__(self, refuse: Refusal, fresh: Callable[[str], str]) -> None:
        self._refuse = refuse
        self._fresh = fresh
        self._copies = 0
        self.outputs: list[str] = []
        self.is_tuple = False
        self.flags: set[str] = set()
        self._flag: str | None = None

    def rewrite(self, function: ast.FunctionDef) -> list[ast.stmt]:
        """Return the body of `function` with its exits in tail position and no `return`."""
        returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
        if not returns:
            self._refuse(function, f"{function.name} returns nothing; let it return numbers")
        looped = {
            id(inner)
            for node in ast.walk(function)
            if isinstance(node, ast.For | ast.While)
            for inner in ast.walk(node)
        }
        self._name_outputs(returns, id(returns[0]) in looped)
        return self._block(function.body, in_loop=False, end=function)

    def _name_outputs(self, returns: list[ast.Return], in_loop: bool) -> None:
        parts = [_parts(node) for node in returns]
        first = returns[0]
        for node, values in zip(returns, parts, strict=True):
            if not values:
                self._refuse(node, "return without a value; let every return give numbers")
            if (len(values), _is_tuple(node)) != (len(parts[0]), _is_tuple(first)):
                self._refuse(node, "returns differ in how many values they give; make them equal")
        self.is_tuple = _is_tuple(first)
        all_names = all(isinstance(part, ast.Name) for part in parts[0])
        self._kept = len(returns) == 1 and all_names and not in_loop
        if self._kept:
            self.outputs = [part.id for part in parts[0]]
        elif self.is_tuple:
            self.outputs = [self._fresh(f"value_{n}") for n in range(1, len(parts[0]) + 1)]
        else:
            self.outputs = [self._fresh("value")]

    def _result(self, node: ast.Return) -> list[ast.stmt]:
        """Return the assignments of a result to the output variables."""
        if self._kept:
            return []
        assignments = []
        for name, value in zip(self.outputs, _parts(node), strict=True):
            assignment = _assign(name, value, node)
            assignment.is_result = True
            assignments.append(assignment)
        return assignments

    def _block(
        self, body: list[ast.stmt], *, in_loop: bool, end: ast.AST | None = None
    ) -> list[ast.stmt]:
        """Return `body` with its jumps last. `end` is given where it must not fall off its end."""
        done: list[ast.stmt] = []
        for place, node in enumerate(body):
            rest = body[place + 1 :]
            match node:
                case ast.Return():
                    return done + self._result(node) + self._leave(node, in_loop)
                case _Returned():
                    return done + ([ast.copy_location(ast.Break(), node)] if in_loop else [])
                case ast.Break() | ast.Raise():
                    return [*done, node]
                case ast.Continue():
                    return done
                case ast.If() if _jumps(node):
                    otherwise = rest
                    if rest and not (_always_jumps(node.body) or _always_jumps(node.orelse)):
                        self._count_copy(node, rest)
                        otherwise = copy.deepcopy(rest)  # before it is rewritten as `then`
                    then = self._block(node.body + rest, in_loop=in_loop, end=end and node)
                    orelse = self._block(node.orelse + otherwise, in_loop=in_loop, end=end and node)
                    test = copy.deepcopy(node.test)
                    return [*done, ast.copy_location(ast.If(test, then, orelse), node)]
                case ast.If():
                    then = self._block(node.body, in_loop=in_loop)
                    orelse = self._block(node.orelse, in_loop=in_loop)
                    done.append(ast.copy_location(ast.If(node.test, then, orelse), node))
                case ast.For() | ast.While():
                    if node.orelse:
                        self._refuse(node, "else of a loop; set a flag before break instead")
                    if any(isinstance(inner, ast.Return) for inner in ast.walk(node)):
                        lowered = self._loop_with_return(node, rest)
                        return (
                            done + lowered[:2] + self._block(lowered[2:], in_loop=in_loop, end=end)
                        )
                    node.body = self._block(node.body, in_loop=True)
                    done.append(node)
                case _:
                    done.append(node)
        if end is not None:
            self._refuse(end, "the function can end here without a return; add one")
        return done

    def _count_copy(self, node: ast.AST, rest: list[ast.stmt]) -> None:
        self._copies += sum(1 for part in rest for _ in ast.walk(part) if isinstance(_, ast.stmt))
        if self._copies > _MOST_COPIES:
            self._refuse(node, "too many nested exits; split the function, or use fewer jumps")

    def _leave(self, node: ast.Return, in_loop: bool) -> list[ast.stmt]:
        if not in_loop:
            return []
        flag = _assign(self._flag, ast.Constant(True), node)
        return [flag, ast.copy_location(ast.Break(), node)]

    def _loop_with_return(self, loop: ast.For | ast.While, rest: list[ast.stmt]) -> list[ast.stmt]:
        """Return the flag's start, the loop, and what follows: leave if the flag is set."""
        outer, self._flag = self._flag, self._fresh("returned")
        self.flags.add(self._flag)
        start = _assign(self._flag, ast.Constant(False), loop)
        breaks = _breaks(loop.body)
        flag = self._flag
        loop.body = self._block(loop.body, in_loop=True)
        self._flag = outer
        leave: list[ast.stmt] = [ast.copy_location(_Returned(), loop)]
        if outer is not None:
            leave.insert(0, _assign(outer, ast.Constant(True), loop))
        if _is_true(loop) and not breaks:
            return [start, loop, *leave]
        test = ast.copy_location(ast.Name(flag, ast.Load()), loop)
        return [start, loop, ast.copy_location(ast.If(test, leave, []), loop), *rest]


def _assign(name: str, value: ast.expr, place: ast.stmt) -> ast.Assign:
    node = ast.Assign([ast.Name(name, ast.Store())], value)
    return ast.fix_missing_locations(ast.copy_location(node, place))


def _is_tuple(node: ast.Return) -> bool:
    return isinstance(node.value, ast.Tuple)


def _parts(node: ast.Return) -> list[ast.expr]:
    if isinstance(node.value, ast.Tuple):
        return node.value.elts
    return [] if node.value is None else [node.value]


def _is_true(loop: ast.For | ast.While) -> bool:
    return (
        isinstance(loop, ast.While)
        and isinstance(loop.test, ast.Constant)
        and bool(loop.test.value)
    )


def _jumps(node: ast.stmt) -> bool:
    """Say whether control may leave the block of `node` from inside it."""
    match node:
        case ast.Return() | _Returned() | ast.Break() | ast.Continue() | ast.Raise():
            return True
        case ast.If():
            return any(map(_jumps, node.body + node.orelse))
        case ast.For() | ast.While():
            return any(isinstance(inner, ast.Return) for inner in ast.walk(node))
    return False


def _always_jumps(body: list[ast.stmt]) -> bool:
    """Say whether control never reaches the end of `body`."""
    return any(
        isinstance(node, ast.Return | _Returned | ast.Break | ast.Continue | ast.Raise)
        or (isinstance(node, ast.If) and _always_jumps(node.body) and _always_jumps(node.orelse))
        for node in body
    )


def _breaks(body: list[ast.stmt]) -> bool:
    return any(
        isinstance(node, ast.Break)
        or (isinstance(node, ast.If) and (_breaks(node.body) or _breaks(node.orelse)))
        for node in body
    )
