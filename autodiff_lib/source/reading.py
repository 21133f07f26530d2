"""From core statements to the elemental statements of `program`."""

import ast
import inspect
from types import FunctionType

from autodiff_lib.source import kinds, program
from autodiff_lib.source.front import Front, Library
from autodiff_lib.source.names import Module
from autodiff_lib.source.program import Ref, Value
from autodiff_lib.source.terms import ExpressionReader


def read(
    f: FunctionType, active: tuple[str, ...] | None, library: Library, module: Module
) -> program.Function:
    """Return `f`, differentiated in the parameters named `active`, as elemental statements.

    Without `active` these are all parameters but those that are used as integers, or whose
    annotation or default is an integer, a truth value or a text.
    """
    return _Reader(library.front(f), active, library, module).function()


class _Reader:
    def __init__(
        self, front: Front, active: tuple[str, ...] | None, library: Library, module: Module
    ) -> None:
        self._front = front
        self._refuse = front.refuse
        self._scope = front.scope
        self._library = library
        self._module = module
        self._ranks = front.ranks
        self._parameters = self._read_parameters(active)
        chosen = {parameter.name for parameter in self._parameters if parameter.active}
        self._varied = kinds.varied(front.body, chosen)
        self._expressions = ExpressionReader(front, self._varied, library, module)
        self._owned: set[str] = set()

    def function(self) -> program.Function:
        body = self._block(self._front.body)
        return program.Function(
            name=self._front.f.__name__,
            parameters=self._parameters,
            body=body,
            outputs=self._front.outputs,
            is_tuple=self._front.is_tuple,
            varied=self._varied,
            ranks=self._ranks,
            fresh=self._scope.fresh,
            flags=self._front.flags,
        )

    def _read_parameters(self, active: tuple[str, ...] | None) -> list[program.Parameter]:
        found = []
        signature = inspect.signature(self._front.f).parameters.values()
        for name, given in zip(self._front.parameters, signature, strict=True):
            has_default = given.default is not given.empty
            annotation = getattr(given.annotation, "__name__", given.annotation)
            passive = annotation in ("int", "bool", "str") or name in self._front.integers
            if has_default and annotation != "float":
                passive |= isinstance(given.default, int | str | None)
            if has_default and not isinstance(given.default, int | float | str | None):
                self._refuse(self._front.line, f"the default of {name} must be a number")
            found.append(
                program.Parameter(
                    name=name,
                    default=repr(given.default) if has_default else None,
                    keyword_only=given.kind is given.KEYWORD_ONLY,
                    active=not passive
                    if active is None
                    else bool({name, given.name} & set(active)),
                    rank=self._ranks.get(name, 0),
                )
            )
            if found[-1].active and name in self._front.integers:
                self._refuse(
                    self._front.line,
                    f"{name} is an index or a count of steps: leave it out of argnums",
                )
        return found

    def _block(self, body: list[ast.stmt]) -> list[program.Statement]:
        owned = set(self._owned)
        done = [statement for node in body for statement in self._statement(node)]
        self._owned = owned if body is not self._front.body else self._owned
        return done

    def _statement(self, node: ast.stmt) -> list[program.Statement]:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Call() as call):
                return [self._call([target.id for target in targets], call)]
            case ast.Assign(targets=[target], value=value):
                return self._assign(target, value, node)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner), args=[item])):
                name = self._written(owner, node)
                if kinds.makes_list(item) or self._expressions.is_list(item):
                    self._refuse(node, "a list inside a list; append numbers")
                return [program.Append(node.lineno, name, self._expressions.tree(item))]
            case ast.If(test=test, body=body, orelse=orelse):
                condition = self._expressions.passive(test)
                return [program.If(node.lineno, condition, self._block(body), self._block(orelse))]
            case ast.While(test=test, body=body):
                return [
                    program.While(node.lineno, self._expressions.passive(test), self._block(body))
                ]
            case ast.For():
                return self._for(node)
            case ast.Break():
                return [program.Break(node.lineno)]
            case ast.Raise() | ast.Assert():
                return [self._verbatim(node)]
        return self._refuse(node, f"{ast.unparse(node)!r} cannot be transformed")

    def _verbatim(self, node: ast.Raise | ast.Assert) -> program.Verbatim:
        """raise ValueError("…"), or assert test."""
        match node:
            case ast.Assert(test=test):
                condition = self._expressions.passive(test)
                return program.Verbatim(
                    node.lineno, Value(f"assert {condition.text}", condition.uses)
                )
            case ast.Raise(exc=ast.Call(func=ast.Name(), args=args)) if all(
                isinstance(arg, ast.Constant) for arg in args
            ):
                return program.Verbatim(node.lineno, Value(f"raise {ast.unparse(node.exc)}"))
        return self._refuse(node, "raise needs an exception with a fixed text, ValueError('…')")

    def _assign(self, target: ast.expr, value: ast.expr, node: ast.stmt) -> list[program.Statement]:
        line = node.lineno
        if isinstance(target, ast.Subscript):
            name = self._written(target, node)
            if self._expressions.is_list(value) or kinds.makes_list(value):
                self._refuse(node, "a list inside a list; assign numbers, element by element")
            element = self._expressions.element(target)
            return [program.Assign(line, element, self._expressions.tree(value))]
        name = target.id
        if isinstance(value, ast.Call) and self._scope.is_user_call(value):
            return [self._call([name], value)]
        if self._ranks.get(name, 0) == 0:
            tree = self._expressions.tree(value)
            return [] if tree == Ref(name) else [program.Assign(line, Ref(name), tree)]
        self._owned.add(name)
        return [self._list(name, value, node)]

    def _list(self, name: str, value: ast.expr, node: ast.stmt) -> program.Statement:
        """name = a new list."""
        line = node.lineno
        origin = kinds.copied(value)
        if origin is None and isinstance(value, ast.Name):
            if not getattr(node, "is_result", False):
                self._refuse(
                    node,
                    f"{name} and {value.id} would be two names of one list; "
                    f"copy it: {name} = list({value.id})",
                )
            origin = value.id
        if origin is not None:
            if self._ranks.get(origin, 0) != 1:
                self._refuse(node, f"a copy of {origin}, which is no list of numbers")
            text = self._text_of_copy(value, origin)
            if origin in self._varied:
                return program.CopyList(line, name, origin, text)
            return program.NewList(line, name, [], Value(text, frozenset({origin})))
        if isinstance(value, ast.List):
            if any(
                kinds.makes_list(item) or self._expressions.is_list(item) for item in value.elts
            ):
                self._refuse(node, "a list of lists; make one list of numbers")
            items = [self._expressions.tree(item) for item in value.elts]
            if any(map(program.is_active, items)) or name in self._varied:
                return program.NewList(line, name, items)
        if kinds.makes_list(value):
            if kinds.depends(value, self._varied):
                self._refuse(
                    node,
                    f"{ast.unparse(value)} repeats a value that has a derivative; "
                    "make a list of zeros and assign its elements",
                )
            return program.NewList(line, name, [], self._expressions.passive(value))
        return self._refuse(
            node,
            f"{name} is used as a list, but {ast.unparse(value)!r} makes no new list of "
            "numbers; use [0.0] * n, list(x), a list of numbers or a comprehension",
        )

    def _text_of_copy(self, value: ast.expr, origin: str) -> str:
        match value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="copy"), args=[]):
                return f"{name}.copy()"
            case ast.Call(func=ast.Name(id="list")):
                return f"list({origin})"
            case ast.Call():
                return f"{self._expressions.library_function(value)}({origin})"
        return f"{origin}.copy()"

    def _written(self, target: ast.expr, node: ast.AST) -> str:
        """Return the list that is written to, which must have been made in the function."""
        name, _ = kinds.base_and_depth(target)
        if name not in self._scope.variables:
            self._refuse(
                node,
                f"a write to {ast.unparse(target)}, no variable of the function; return it",
            )
        if name not in self._owned:
            self._refuse(
                node,
                f"a write to {name}, which the caller of the function can see; "
                f"work on a copy: {name} = list({name})",
            )
        return name

    def _call(self, targets: list[str], node: ast.Call) -> program.Call:
        callee = self._library.front(self._scope.called(node))
        if len(callee.outputs) != len(targets):
            self._refuse(
                node,
                f"{callee.f.__name__} returns {len(callee.outputs)} values, for "
                f"{len(targets)} variables; give each its own",
            )
        lists = [name for name in callee.outputs if callee.ranks.get(name, 0)]
        if lists:
            self._refuse(
                node,
                f"{callee.f.__name__} returns a list; only functions that return numbers "
                "can be called: write its statements here",
            )
        keywords, args = [], []
        for keyword, value in self._library.given(self._front, node):
            keywords.append(keyword)
            args.append(self._argument(value, callee.ranks.get(keyword, 0)))
        name = self._module.function(callee.f, self._scope)
        return program.Call(node.lineno, targets, callee.f, name, keywords, args)

    def _argument(self, value: ast.expr, rank: int) -> Value | Ref:
        match value:
            case ast.Name(id=name) if name in self._scope.variables:
                if self._ranks.get(name, 0) != rank:
                    kind = "a number" if rank == 0 else f"a list of rank {rank}"
                    self._refuse(value, f"{name} is passed where {kind} is needed")
                return Ref(name) if name in self._varied else Value(name, frozenset({name}))
        if rank:
            self._refuse(
                value, f"{ast.unparse(value)} is passed where a list is needed; pass a variable"
            )
        return self._expressions.tree(value)

    def _for(self, node: ast.For) -> list[program.Statement]:
        index, steps, items = self._head(node)
        written = {
            name
            for target, _ in kinds.assignments(node.body)
            if (name := kinds.base_and_depth(target)[0])
        }
        for _, name in items:
            if name in written:
                self._refuse(
                    node,
                    f"the loop writes to {name} while it runs over it; run over a range of indices",
                )
        head = f"{ast.unparse(node.target)} in {ast.unparse(node.iter)}" if items else ""
        before: list[program.Statement] = []
        if steps.uses & (written | {index}):
            name = self._scope.fresh("steps")
            before = [program.Assign(node.lineno, Ref(name), steps)]
            steps = Value(name, frozenset({name}))
        body = self._block(node.body)
        return [*before, program.For(node.lineno, index, steps, items, head, body)]

    def _head(self, node: ast.For) -> tuple[str, Value, list[tuple[str, str]]]:
        """Return the index of a loop, its range, and the elements that its head reads."""
        match node.target, node.iter:
            case ast.Name(id=index), ast.Call(func=ast.Name(id="range")) if self._scope.builtin(
                node.iter
            ):
                return index, self._expressions.passive(node.iter), []
            case (
                ast.Name(id=index),
                ast.Call(
                    func=ast.Name(id="reversed"),
                    args=[ast.Call(func=ast.Name(id="range")) as steps],
                ),
            ):
                forward = self._expressions.passive(steps)
                return index, Value(f"{forward.text}[::-1]", forward.uses), []
            case ast.Name(id=name), ast.Name(id=items):
                return self._scope.fresh("i"), self._length([items], node), [(name, items)]
            case (
                ast.Tuple(elts=[ast.Name(id=index), ast.Name(id=name)]),
                ast.Call(func=ast.Name(id="enumerate"), args=[ast.Name(id=items)], keywords=[]),
            ):
                return index, self._length([items], node), [(name, items)]
            case (
                ast.Tuple(elts=names),
                ast.Call(
                    func=ast.Name(id="zip"),
                    args=lists,
                    keywords=[] | [ast.keyword(arg="strict", value=ast.Constant())],
                ),
            ) if len(names) == len(lists) and all(isinstance(n, ast.Name) for n in names + lists):
                pairs = [(name.id, items.id) for name, items in zip(names, lists, strict=True)]
                steps = self._length([items for _, items in pairs], node)
                return self._scope.fresh("i"), steps, pairs
        return self._refuse(
            node,
            f"a loop over {ast.unparse(node.iter)}; loop over range(…), a list of numbers, "
            "enumerate(x) or zip(x, y)",
        )

    def _length(self, lists: list[str], node: ast.For) -> Value:
        for name in lists:
            if name not in self._scope.variables:
                self._refuse(node, f"a loop over the global {name}; pass it as an argument")
            if self._ranks.get(name, 0) != 1:
                self._refuse(node, f"a loop over {name}, which is no list of numbers; use indices")
        lengths = [f"len({name})" for name in lists]
        least = lengths[0] if len(lists) == 1 else f"min({', '.join(lengths)})"
        return Value(f"range({least})", frozenset(lists))
