"""The language in which the rule table is written: Python expressions in `a`, `b` and `y`.

One expression serves many readers. It is compiled into the engines' methods, written into
derivative programs, and shown in trace tables, always from the same text.
"""

import ast
from collections.abc import Mapping
from functools import cache

_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPTS = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")

# Operator, its sign in a formula, and how tightly it binds.
_INFIX = {
    ast.Add: (" + ", 1),
    ast.Sub: (" − ", 1),
    ast.Mult: ("·", 2),
    ast.Div: (" / ", 2),
    ast.Pow: ("^", 4),
}
_COMPARISONS = {ast.Gt: ">", ast.Lt: "<", ast.GtE: "≥", ast.LtE: "≤", ast.Eq: "=", ast.NotEq: "≠"}
_PREFIX, _ATOM = 3, 5


@cache
def parse(text: str) -> ast.expr:
    """Return the syntax tree of the expression `text`. Do not change it: it is shared."""
    return ast.parse(text, mode="eval").body


def substitute(text: str, replacements: Mapping[str, str]) -> str:
    """Return the Python source of `text` with each name replaced by another expression.

    >>> substitute("y * (1 - y)", {"y": "s"})
    's * (1 - s)'
    """
    return ast.unparse(insert(text, {name: parse(source) for name, source in replacements.items()}))


def insert(text: str, replacements: Mapping[str, ast.expr]) -> ast.expr:
    """Return the syntax tree of `text` with each name replaced by a syntax tree."""

    class Insert(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return replacements.get(node.id, node)

    return Insert().visit(ast.parse(text, mode="eval").body)


def resolve(text: str, values: Mapping[str, float], functions: Mapping[str, object]) -> str:
    """Return `text` with each condition decided at `values`, so that one branch remains.

    >>> resolve("1.0 if a > 0 else 0.0", {"a": 3.0}, {})
    '1.0'
    """

    class Decide(ast.NodeTransformer):
        def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
            test = compile(ast.Expression(node.test), "<condition>", "eval")
            return self.visit(
                node.body if eval(test, dict(functions), dict(values)) else node.orelse
            )

    fresh = ast.parse(text, mode="eval").body
    return ast.unparse(Decide().visit(fresh))


def simplify(text: str) -> str:
    """Return `text` with constants folded, and factors 1, terms 0 and powers of 1 left out.

    >>> simplify("1.0 * x + 2 * y ** (2 - 1)")
    'x + 2 * y'
    >>> simplify("x * -1.0")
    '-x'
    """
    return ast.unparse(_Simplify().visit(ast.parse(text, mode="eval").body))


class _Simplify(ast.NodeTransformer):
    """Rewrites from the leaves up."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
                return ast.Constant(-value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.UnaryOp(op=ast.USub(), operand=inner)):
                return inner
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        left, right = _constant(node.left), _constant(node.right)
        if left is not None and right is not None and not isinstance(node.op, ast.Div):
            folded = compile(ast.fix_missing_locations(ast.Expression(node)), "<constant>", "eval")
            return ast.Constant(eval(folded))
        match node.op:
            case ast.Mult() if left == 0 or right == 0:
                return ast.Constant(0.0)
            case ast.Mult() if left == 1:
                return node.right
            case ast.Mult() if right == 1:
                return node.left
            case ast.Mult() if -1 in (left, right):
                return self._negated(node.right if left == -1 else node.left)
            case ast.Mult() if _is_negated(node.left) or _is_negated(node.right):
                return self._without_signs(node)
            case ast.Mult() if isinstance(node.left, ast.BinOp) and _divides(node.left):
                above = self.visit(ast.BinOp(node.left.left, ast.Mult(), node.right))
                return ast.BinOp(above, ast.Div(), node.left.right)
            case ast.Mult() if isinstance(node.right, ast.BinOp) and _divides(node.right):
                above = self.visit(ast.BinOp(node.left, ast.Mult(), node.right.left))
                return ast.BinOp(above, ast.Div(), node.right.right)
            case ast.Div() if _is_negated(node.left):
                return self._negated(ast.BinOp(node.left.operand, ast.Div(), node.right))
            case ast.Add() if left == 0:
                return node.right
            case ast.Add() | ast.Sub() if right == 0:
                return node.left
            case ast.Sub() if left == 0:
                return self._negated(node.right)
            case ast.Div() | ast.Pow() if right == 1:
                return node.left
            case ast.Pow() if right == 0:
                return ast.Constant(1.0)
        return node

    def _without_signs(self, product: ast.BinOp) -> ast.expr:
        """Return a product with the minus signs of its factors drawn out in front."""
        factors = [product.left, product.right]
        negative = sum(_is_negated(factor) for factor in factors) == 1
        left, right = (f.operand if _is_negated(f) else f for f in factors)
        bare = self.visit(ast.BinOp(left, ast.Mult(), right))
        return self._negated(bare) if negative else bare

    @staticmethod
    def _negated(node: ast.expr) -> ast.expr:
        return ast.UnaryOp(ast.USub(), node)


def _is_negated(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def _divides(node: ast.BinOp) -> bool:
    return isinstance(node.op, ast.Div)


def _constant(node: ast.expr) -> float | None:
    return node.value if isinstance(node, ast.Constant) else None


def names(text: str) -> set[str]:
    """Return the names that occur in `text`.

    >>> sorted(names("b * a ** (b - 1)"))
    ['a', 'b']
    """
    return {node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name)}


def subscript(number: int | str) -> str:
    """Return `number` in subscript digits: v₋₁ is 'v' + subscript(-1)."""
    return str(number).translate(_SUBSCRIPTS)


def pretty(name: str) -> str:
    """Return `name` with digits at its end as a subscript.

    >>> pretty("x1"), pretty("weight_12")
    ('x₁', 'weight₁₂')
    """
    stem = name.rstrip("0123456789")
    return stem.rstrip("_") + subscript(name[len(stem) :]) if stem and stem != name else name


def formula(text: str | ast.expr, labels: Mapping[str, str] | None = None) -> str:
    """Return `text` as a formula in mathematical signs, with names replaced by `labels`.

    The text may have been parsed before. A label goes in as it is, so it should be an atom: a
    name, a number, a bracket.

    >>> formula("b * a ** (b - 1)", {"a": "v₋₁", "b": "2"})
    '2·v₋₁^(2 − 1)'
    >>> formula("a ** 2 / sqrt(b)")
    'a² / √b'
    """
    return _show(parse(text) if isinstance(text, str) else text, labels or {}, 0)


def _show(node: ast.expr, labels: Mapping[str, str], context: int) -> str:
    """Return the formula of `node`, in brackets where it binds looser than its `context`."""
    match node:
        case ast.Name(id=name):
            return labels.get(name, "π" if name == "pi" else "∞" if name == "inf" else name)
        case ast.Constant(value=value):
            return (f"{value:g}" if isinstance(value, float) else str(value)).replace("-", "−")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _bracket(f"−{_show(operand, labels, _PREFIX)}", _PREFIX, context)
        case (
            ast.BinOp(left=base, op=ast.Pow(), right=exponent)
            | ast.Call(func=ast.Name(id="pow"), args=[base, exponent])
        ):
            return _bracket(_power(base, exponent, labels), _INFIX[ast.Pow][1], context)
        case ast.BinOp(left=left, op=operator, right=right):
            sign, strength = _INFIX[type(operator)]
            after = strength if isinstance(operator, ast.Add | ast.Mult) else strength + 1
            second = _show(right, labels, after)
            second = f"({second})" if second.startswith("−") else second
            text = _show(left, labels, strength) + sign + second
            return _bracket(text, strength, context)
        case ast.Call(func=ast.Name(id="sqrt"), args=[argument]):
            return "√" + _show(argument, labels, _ATOM)
        case ast.Call(func=ast.Name(id="abs"), args=[argument]):
            return f"|{_show(argument, labels, 0)}|"
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return f"{name}({', '.join(_show(argument, labels, 0) for argument in arguments)})"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            text = f"{_show(body, labels, 1)} if {_show(test, labels, 1)}"
            return _bracket(f"{text} else {_show(orelse, labels, 0)}", 0, context)
        case ast.Compare(left=left, ops=[comparison], comparators=[right]):
            sign = _COMPARISONS[type(comparison)]
            return f"{_show(left, labels, 1)} {sign} {_show(right, labels, 1)}"
        case ast.BoolOp(op=operator, values=parts):
            word = " and " if isinstance(operator, ast.And) else " or "
            return word.join(_show(part, labels, 1) for part in parts)
    raise ValueError(f"no formula for {ast.unparse(node)!r}")


def _power(base: ast.expr, exponent: ast.expr, labels: Mapping[str, str]) -> str:
    """Return a power with its exponent raised where it is a whole number."""
    raised = _show(exponent, labels, 0)
    if raised.removeprefix("−").isdigit():
        return _show(base, labels, _ATOM) + raised.translate(_SUPERSCRIPTS)
    return f"{_show(base, labels, _ATOM)}^{_show(exponent, labels, _ATOM)}"


def _bracket(text: str, strength: int, context: int) -> str:
    return f"({text})" if strength < context else text
