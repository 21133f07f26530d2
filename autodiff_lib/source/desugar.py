"""Python's conveniences, written out in plain assignments, ifs and loops.

Augmented and tuple assignments, conditional expressions, comprehensions, `sum`, `max` and calls
of user functions inside an expression become statements of their own, so that what reads the
function afterwards has few cases. The value of the function does not change.
"""

import ast
import copy
from collections.abc import Callable

from autodiff_lib.source.errors import Refusal

_STATEMENTS = {
    ast.With: ("a with statement", "leave it outside the differentiated function"),
    ast.Try: ("a try statement", "test for the condition with if"),
    ast.FunctionDef: ("a nested function", "define it outside, at the level of the module"),
    ast.ClassDef: ("a class", "define it outside"),
    ast.Global: ("a global statement", "return the value instead of writing it to a global"),
    ast.Nonlocal: ("a nonlocal statement", "return the value instead"),
    ast.Delete: ("del", "leave it out"),
    ast.Import: ("an import", "import at the top of the module"),
    ast.ImportFrom: ("an import", "import at the top of the module"),
    ast.Match: ("a match statement", "use if and elif"),
}


class Desugar:
    """Rewrites blocks of one function.

    `is_user_call` says whether a call is of a user's function; `builtin` gives the name of the
    Python builtin that a call is of, or None.
    """

    def __init__(
        self,
        refuse: Refusal,
        fresh: Callable[[str], str],
        is_user_call: Callable[[ast.Call], bool],
        builtin: Callable[[ast.Call], str | None],
    ) -> None:
        self._refuse = refuse
        self._fresh = fresh
        self._is_user_call = is_user_call
        self._builtin = builtin

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return `body` in core statements."""
        return [core for node in body for core in self._statement(node)]

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                return []
            case ast.AnnAssign(value=None):
                return []
            case ast.AnnAssign(target=target, value=value):
                return self._assign(target, value, node)
            case ast.Assign(targets=[target], value=value):
                return self._assign(target, value, node)
            case ast.Assign(targets=targets, value=value):
                return self._chain(targets, value, node)
            case ast.AugAssign(target=target, op=op, value=value):
                current = _loaded(target)
                return self._assign(target, _at(node, ast.BinOp(current, op, value)), node)
            case ast.If(test=test, body=body, orelse=orelse):
                return [_at(node, ast.If(test, self.block(body), self.block(orelse)))]
            case ast.For():
                return self._for(node)
            case ast.While():
                node.body = self.block(node.body)
                return [node]
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=[item])):
                before: list[ast.stmt] = []
                node.value.args = [self._expression(item, before)]
                return [*before, node]
            case ast.Break() | ast.Raise() | ast.Assert():
                return [node]
            case ast.Expr(value=ast.Call()):
                self._refuse(
                    node,
                    f"the call {ast.unparse(node)} has no effect that can be transformed; "
                    "call it outside the function, or assign its result",
                )
        what, instead = _STATEMENTS.get(type(node), (f"{ast.unparse(node)!r}", "leave it outside"))
        return self._refuse(node, f"{what} cannot be transformed; {instead}")

    def _assign(self, target: ast.expr, value: ast.expr, node: ast.stmt) -> list[ast.stmt]:
        match target, value:
            case ast.Tuple(elts=targets) | ast.List(elts=targets), ast.Tuple(elts=values):
                return self._parallel(targets, values, node)
            case ast.Tuple() | ast.List(), ast.Call() if self._is_user_call(value):
                before: list[ast.stmt] = []
                call = self._user_call(value, before)
                return [*before, *self._unpack(target.elts, call, node)]
            case ast.Tuple() | ast.List(), _:
                self._refuse(node, "unpacking of a list; take its elements one by one, x[0], x[1]")
            case ast.Name(id=name), ast.ListComp(elt=item, generators=generators):
                return self._collect(name, item, generators, node)
            case ast.Name() | ast.Subscript(), _:
                before = []
                if (
                    isinstance(value, ast.Call)
                    and self._is_user_call(value)
                    and isinstance(target, ast.Name)
                ):
                    value = self._user_call(value, before)
                elif isinstance(value, ast.List):
                    value.elts = [self._expression(item, before) for item in value.elts]
                else:
                    value = self._expression(value, before)
                assignment = _at(node, ast.Assign([target], value))
                assignment.is_result = getattr(node, "is_result", False)
                return [*before, assignment]
        return self._refuse(
            node,
            f"an assignment to {ast.unparse(target)} cannot be transformed; "
            "assign to a variable or to an element of a list",
        )

    def _chain(self, targets: list[ast.expr], value: ast.expr, node: ast.stmt) -> list[ast.stmt]:
        """a = b = value: the value goes to a temporary, and from there to each target."""
        name = self._fresh("t")
        done = self._assign(_name(name, ast.Store()), value, node)
        for target in targets:
            done += self._assign(target, _name(name), node)
        return done

    def _parallel(
        self, targets: list[ast.expr], values: list[ast.expr], node: ast.stmt
    ) -> list[ast.stmt]:
        """a, b = b, a: a value that reads an earlier target is computed first."""
        if len(targets) != len(values) or any(
            isinstance(part, ast.Starred) for part in targets + values
        ):
            self._refuse(node, "targets and values differ in number; write one value a target")
        done: list[ast.stmt] = []
        written: set[str] = set()
        assignments = []
        for target, value in zip(targets, values, strict=True):
            if written & _names(value) or (written and isinstance(target, ast.Subscript)):
                name = self._fresh("t")
                done += self._assign(_name(name, ast.Store()), value, node)
                value = _name(name)
            assignments.append((target, value))
            written |= (
                _names(target)
                if not isinstance(target, ast.Subscript)
                else {_names_of_base(target)}
            )
        for target, value in assignments:
            done += self._assign(target, value, node)
        return done

    def _unpack(self, targets: list[ast.expr], call: ast.Call, node: ast.stmt) -> list[ast.stmt]:
        """a, v[i] = g(x): only variables stand in the call itself."""
        direct, after = [], []
        for target in targets:
            if isinstance(target, ast.Name):
                direct.append(target)
            else:
                name = self._fresh("t")
                direct.append(_name(name, ast.Store()))
                after += self._assign(target, _name(name), node)
        return [_at(node, ast.Assign([ast.Tuple(direct, ast.Store())], call)), *after]

    def _for(self, node: ast.For) -> list[ast.stmt]:
        """A variable of the loop that the body overwrites gets its value from another one."""
        before: list[ast.stmt] = []
        if isinstance(node.iter, ast.List | ast.Tuple):
            name = self._fresh("items")
            items = ast.List(node.iter.elts, ast.Load())
            before = self._assign(_name(name, ast.Store()), items, node)
            node.iter = _at(node, _name(name))
        written = {name for inner in node.body for name in _stored(inner)}
        firsts: list[ast.stmt] = []
        for target in ast.walk(node.target):
            if isinstance(target, ast.Name) and target.id in written:
                taken = self._fresh(target.id)
                firsts += self._assign(_name(target.id, ast.Store()), _name(taken), node)
                target.id = taken
        node.body = firsts + self.block(node.body)
        return [*before, node]

    def _collect(
        self, name: str, item: ast.expr, generators: list[ast.comprehension], node: ast.stmt
    ) -> list[ast.stmt]:
        """name = [item for …]: an empty list, and a loop that appends."""
        is_read = name in _names(node.value)
        made = self._fresh(name) if is_read else name
        append = ast.Call(ast.Attribute(_name(made), "append", ast.Load()), [item], [])
        start = ast.Assign([_name(made, ast.Store())], ast.List([], ast.Load()))
        loop = self._comprehension(generators, _at(node, ast.Expr(append)), node)
        done = [_at(node, start), *self.block([loop])]
        if is_read:
            copied = ast.Call(_name("list"), [_name(made)], [])
            done.append(_at(node, ast.Assign([_name(name, ast.Store())], copied)))
        return done

    def _comprehension(
        self, generators: list[ast.comprehension], inner: ast.stmt, node: ast.AST
    ) -> ast.stmt:
        """Return the loops of a comprehension around `inner`, with variables of their own."""
        outside = copy.deepcopy(generators[0].iter)
        for generator in reversed(generators):
            for test in reversed(generator.ifs):
                inner = _at(node, ast.If(test, [inner], []))
            inner = _at(node, ast.For(generator.target, generator.iter, [inner], []))
        own = {name for generator in generators for name in _stored(generator.target)}
        renaming = {name: self._fresh(name) for name in sorted(own)}
        loop = _Rename(renaming).visit(inner)
        loop.iter = outside
        return loop

    def _expression(self, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """Return `node` without what needs statements of its own; these go to `before`."""
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                name = self._fresh("t")
                branches = [
                    self._assign(_name(name, ast.Store()), value, _at(node, ast.Pass()))
                    for value in (body, orelse)
                ]
                before.append(_at(node, ast.If(test, *branches)))
                return _at(node, _name(name))
            case ast.BinOp() | ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                for part in ("left", "right", "operand"):
                    if hasattr(node, part):
                        setattr(node, part, self._expression(getattr(node, part), before))
                return node
            case ast.Call() if self._is_user_call(node):
                call = self._user_call(node, before)
                return self._keep("t", call, before, node)
            case ast.Call(args=args):
                return self._builtin_call(node, args, before)
        return node

    def _builtin_call(
        self, node: ast.Call, args: list[ast.expr], before: list[ast.stmt]
    ) -> ast.expr:
        builtin = self._builtin(node)
        if builtin == "sum" and 1 <= len(args) <= 2 and not node.keywords:
            start = args[1] if len(args) == 2 else ast.Constant(0.0)
            return self._fold("total", start, ast.Add(), args[0], before, node)
        if builtin == "prod" and len(args) == 1 and not node.keywords:
            return self._fold("product", ast.Constant(1.0), ast.Mult(), args[0], before, node)
        if builtin in ("max", "min") and len(args) >= 2 and not node.keywords:
            sign = ast.Gt() if builtin == "max" else ast.Lt()
            chosen = self._expression(args[0], before)
            for other in args[1:]:
                one = self._keep("t", chosen, before, node)
                two = self._keep("t", self._expression(other, before), before, node)
                test = ast.Compare(two, [sign], [one])
                chosen = self._expression(_at(node, ast.IfExp(test, two, one)), before)
            return chosen
        if builtin == "where" and len(args) == 3:
            yes, no = [
                self._keep("t", self._expression(arg, before), before, node) for arg in args[1:]
            ]
            return self._expression(_at(node, ast.IfExp(args[0], yes, no)), before)
        if builtin not in ("len", "range", "list"):
            node.args = [self._expression(arg, before) for arg in args]
        return node

    def _fold(
        self,
        stem: str,
        start: ast.expr,
        op: ast.operator,
        items: ast.expr,
        before: list[ast.stmt],
        node: ast.expr,
    ) -> ast.expr:
        """sum(items): a variable that the items of a list, or of a generator, are added to."""
        total = self._keep(stem, self._expression(start, before), before, node, always=True)
        if isinstance(items, ast.GeneratorExp | ast.ListComp):
            item, generators = items.elt, items.generators
        else:
            item = _name("item")
            generators = [ast.comprehension(_name("item", ast.Store()), items, [], 0)]
        add = ast.AugAssign(_name(total.id, ast.Store()), op, item)
        before += self.block([self._comprehension(generators, _at(node, add), node)])
        return total

    def _user_call(self, node: ast.Call, before: list[ast.stmt]) -> ast.Call:
        """Return the call with variables, elements and constants for arguments."""
        node.args = [
            self._keep("t", self._expression(arg, before), before, node) for arg in node.args
        ]
        for keyword in node.keywords:
            value = self._expression(keyword.value, before)
            keyword.value = self._keep("t", value, before, node)
        return node

    def _keep(
        self,
        stem: str,
        value: ast.expr,
        before: list[ast.stmt],
        node: ast.expr,
        always: bool = False,
    ) -> ast.expr:
        """Return an atom that holds `value`, assigned to a temporary if it is none."""
        if isinstance(value, ast.Name | ast.Constant | ast.Subscript) and not always:
            return value
        name = self._fresh(stem)
        before.append(_at(node, ast.Assign([_name(name, ast.Store())], value)))
        return _at(node, _name(name))


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node


def _at(place: ast.AST, node: ast.AST) -> ast.AST:
    return ast.fix_missing_locations(ast.copy_location(node, place))


def _name(name: str, context: ast.expr_context | None = None) -> ast.Name:
    return ast.Name(name, context or ast.Load())


def _loaded(target: ast.expr) -> ast.expr:
    """Return the expression that reads `target`."""
    read = copy.deepcopy(target)
    read.ctx = ast.Load()
    return read


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _names_of_base(node: ast.expr) -> str:
    """Return the name of the list in x[i] or x[i][j]."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _stored(node: ast.AST) -> set[str]:
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }
