"""From Python's expressions to trees of rule-table operations.

What has no derivative is kept as text, once it is sure that it has no effect either.
"""

import ast
import math
from typing import Any

from autodiff_lib.expressions import substitute
from autodiff_lib.rules import RULES
from autodiff_lib.source import kinds
from autodiff_lib.source.front import Front, Library
from autodiff_lib.source.names import Module, rule_of
from autodiff_lib.source.program import Op, Ref, Tree, Value

_OPERATORS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
_BUILTINS = {"abs", "bool", "int", "len", "max", "min", "range", "round", "sum", "float", "list"}
_STEPS = {"int", "round", "floor", "ceil", "trunc"}


class ExpressionReader:
    """Reads the expressions of one function, of which the variables `varied` are active."""

    def __init__(self, front: Front, varied: set[str], library: Library, module: Module) -> None:
        self._refuse = front.refuse
        self._scope = front.scope
        self._ranks = front.ranks
        self._varied = varied
        self._library = library
        self._module = module

    def is_list(self, node: ast.expr) -> bool:
        """Say whether an expression is a list variable, or a row of one."""
        name, depth = kinds.base_and_depth(node)
        return isinstance(node, ast.Name | ast.Subscript) and self._ranks.get(name, 0) > depth

    def tree(self, node: ast.expr) -> Tree:
        """Return an expression as a tree of operations; what has no derivative, as text."""
        if self.is_list(node):
            self._refuse(
                node, f"{ast.unparse(node)} is a list and is used as a number; use its elements"
            )
        if not kinds.depends(node, self._varied):
            return self.passive(node)
        match node:
            case ast.Name(id=name):
                return Ref(name)
            case ast.Subscript():
                return self.element(node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return Op(_OPERATORS[type(op)], [self.tree(left), self.tree(right)])
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Op("neg", [self.tree(operand)])
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.tree(operand)
            case ast.Call():
                return self._elementary(node)
        return self._refuse(
            node,
            f"{ast.unparse(node)!r} cannot be differentiated; use + − * / ** and functions "
            "of autodiff_lib.math",
        )

    def _elementary(self, node: ast.Call) -> Tree:
        if self._scope.builtin(node) == "float" and len(node.args) == 1:
            return self.tree(node.args[0])
        function = self._scope.called(node)
        rule = "pow" if self._scope.builtin(node) == "pow" else rule_of(function)
        if self._scope.builtin(node) in _STEPS:
            self._refuse(node, f"{ast.unparse(node)} loses the derivative of its argument")
        if rule is None:
            self._refuse(
                node,
                f"a call of {ast.unparse(node.func)}, which has no rule and no source in "
                "Python; use functions of autodiff_lib.math, or define it by def",
            )
        if node.keywords or len(node.args) != len(RULES[rule].inputs):
            self._refuse(
                node, f"{rule} takes {len(RULES[rule].inputs)} arguments: {ast.unparse(node)}"
            )
        return Op(rule, [self.tree(arg) for arg in node.args])

    def element(self, node: ast.Subscript) -> Ref:
        """Return x[i] or x[i][j]."""
        name, depth = kinds.base_and_depth(node)
        if name not in self._scope.variables or self._ranks.get(name) != depth or depth > 2:
            self._refuse(node, f"{ast.unparse(node)} is no element of a list of numbers")
        index, uses, level = "", frozenset(), node
        while isinstance(level, ast.Subscript):
            if isinstance(level.slice, ast.Slice | ast.Tuple):
                self._refuse(node, f"{ast.unparse(node)}: only single elements, x[i] or x[i][j]")
            if kinds.depends(level.slice, self._varied):
                self._refuse(
                    node, f"the index of {ast.unparse(node)} has a derivative; use an integer"
                )
            place = self.passive(level.slice)
            index, uses = f"[{place.text}]{index}", uses | place.uses
            level = level.value
        return Ref(name, index, uses)

    def passive(self, node: ast.expr) -> Value:
        """Return an expression as text, with its global names as the program knows them."""
        return Value(
            ast.unparse(self._rewritten(node)),
            frozenset(
                inner.id
                for inner in ast.walk(node)
                if isinstance(inner, ast.Name) and inner.id in self._scope.variables
            ),
        )

    def _rewritten(self, node: ast.AST) -> ast.AST:
        """Return `node` with global names replaced; refuse what could have an effect."""
        match node:
            case ast.Constant() | ast.expr_context() | ast.operator() | ast.unaryop():
                return node
            case ast.cmpop() | ast.boolop():
                return node
            case ast.Name(id=name) if name in self._scope.variables:
                return node
            case ast.Name() | ast.Attribute():
                return ast.Name(self._constant(node), ast.Load())
            case ast.Call(args=args, keywords=[]):
                return self._rewritten_call(node, [self._rewritten(arg) for arg in args])
            case ast.Subscript(slice=ast.Slice() | ast.Tuple()):
                self._refuse(node, f"{ast.unparse(node)}: only single elements, x[i] or x[i][j]")
            case (
                ast.BinOp()
                | ast.UnaryOp()
                | ast.BoolOp()
                | ast.Compare()
                | ast.IfExp()
                | ast.Subscript()
                | ast.List()
                | ast.Tuple()
            ):
                changed = {
                    field: [self._rewritten(part) for part in value]
                    if isinstance(value, list)
                    else self._rewritten(value)
                    for field, value in ast.iter_fields(node)
                }
                return type(node)(**changed)
        return self._refuse(
            node, f"{ast.unparse(node)!r} cannot be transformed; write it in simpler statements"
        )

    def _rewritten_call(self, node: ast.Call, args: list[ast.AST]) -> ast.expr:
        function, builtin = self._scope.called(node), self._scope.builtin(node)
        name = getattr(function, "__name__", "")
        if builtin in _STEPS | {"range"} and any(kinds.depends(a, self._varied) for a in node.args):
            self._refuse(
                node,
                f"{ast.unparse(node)} loses a derivative; use an argument that has none",
            )
        if builtin == "pow" and len(args) == 2:
            return ast.BinOp(args[0], ast.Pow(), args[1])
        rule = rule_of(function)
        if rule is not None:
            self._module.use_rule_names(RULES[rule].value)
            texts = dict(zip(RULES[rule].inputs, map(ast.unparse, args), strict=True))
            return ast.parse(substitute(RULES[rule].value, texts), mode="eval").body
        if self._scope.is_user_call(node):
            self._library.front(function)
            called = self._module.function(function, self._scope)
        elif builtin in _BUILTINS:
            called = builtin
        elif builtin is not None and hasattr(math, builtin):
            called = self._module.use("math", builtin, self._scope)
        elif kinds.makes_list(node) or name in ("array", "copy"):
            called = self.library_function(node)
        else:
            self._refuse(
                node,
                f"a call of {ast.unparse(node.func)}, which has no rule and no source in "
                "Python; use functions of autodiff_lib.math, or define it by def",
            )
        return ast.Call(ast.Name(called, ast.Load()), args, [])

    def library_function(self, node: ast.Call) -> str:
        """Return the program's name for np.zeros and its like."""
        function = self._scope.called(node)
        if getattr(function, "__module__", None) != "numpy":
            self._refuse(node, f"a call of {ast.unparse(node.func)}, which is not known")
        return self._module.use("numpy", function.__name__, self._scope)

    def _constant(self, node: ast.expr) -> str:
        """Return the name of a global constant in the program."""
        try:
            value = self._scope.meaning(node)
        except LookupError:
            self._refuse(
                node, f"{ast.unparse(node)} is not known; define it before the program is written"
            )
        stem = ast.unparse(node).split(".")[-1]
        for name in ("pi", "e", "inf", "nan", "tau"):
            if stem == name and (value == getattr(math, name) or value != value):
                if name in ("pi", "inf", "nan"):
                    return self._module.use_rule_names(name)
                return self._module.use("math", name, self._scope)
        if hasattr(value, "tolist"):
            value = value.tolist()
        if not _is_number_or_list(value):
            self._refuse(
                node,
                f"{ast.unparse(node)} is {value!r}; only numbers and lists of numbers can "
                "stand outside the function: pass it as an argument",
            )
        return self._module.constant(stem, value, self._scope)


def _is_number_or_list(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_number_or_list, value))
    return isinstance(value, int | float)
