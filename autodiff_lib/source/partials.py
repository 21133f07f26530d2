"""Partial derivatives as Python text, from the rule table, with what is known filled in."""

import ast
from collections.abc import Callable
from functools import cache

from autodiff_lib.expressions import names, simplify, substitute
from autodiff_lib.rules import RULES
from autodiff_lib.source.program import Op, Ref, Tree, Value, is_active, operations

_CHEAP = {"add", "sub", "mul", "neg"}


def partial(op: Op, place: int, result: str) -> str:
    """Return ∂op/∂(its operand at `place`); `result` is the name of its value.

    >>> partial(Op("tanh", [Ref("x")]), 0, "y")
    '1.0 - y * y'
    >>> partial(Op("pow", [Ref("x"), Value("2")]), 0, "y")
    '2.0 * x'
    """
    texts = tuple(
        arg.definition if isinstance(arg, Op) and arg.recomputed else arg.text for arg in op.args
    )
    return _partial(op.rule, place, texts, result)


@cache
def _partial(rule: str, place: int, texts: tuple[str, ...], result: str) -> str:
    replacements = dict(zip(RULES[rule].inputs, texts, strict=True)) | {"y": result}
    return _in_floats(simplify(settle(substitute(RULES[rule].partials[place], replacements))))


def _in_floats(text: str) -> str:
    """Return `text` with whole numbers in its sums and products as floats: Python is faster so."""

    def convert(node: ast.expr) -> ast.expr:
        match node:
            case ast.Constant(value=int() as value) if not isinstance(value, bool):
                return ast.Constant(float(value))
            case ast.BinOp(left=left, op=ast.Pow() as op, right=right):
                return ast.BinOp(convert(left), op, right)
            case ast.BinOp(left=left, op=op, right=right):
                return ast.BinOp(convert(left), op, convert(right))
            case ast.UnaryOp(op=op, operand=operand):
                return ast.UnaryOp(op, convert(operand))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ast.IfExp(test, convert(body), convert(orelse))
        return node

    return ast.unparse(convert(ast.parse(text, mode="eval").body))


def settle(text: str) -> str:
    """Return `text` with conditions on constants decided.

    >>> settle("x if y != 0 or 2 >= 1 else 0.0")
    'x'
    """
    return ast.unparse(_Settle().visit(ast.parse(text, mode="eval").body))


class _Settle(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        if any(isinstance(inner, ast.Name | ast.Call | ast.Subscript) for inner in ast.walk(node)):
            return node
        return ast.Constant(eval(compile(ast.Expression(node), "<condition>", "eval")))

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        decisive = isinstance(node.op, ast.Or)
        parts = [self.visit(part) for part in node.values]
        constants = [part.value for part in parts if isinstance(part, ast.Constant)]
        if decisive in constants:
            return ast.Constant(decisive)
        parts = [part for part in parts if not isinstance(part, ast.Constant)]
        if not parts:
            return ast.Constant(not decisive)
        return parts[0] if len(parts) == 1 else ast.BoolOp(node.op, parts)

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        test = self.visit(node.test)
        if isinstance(test, ast.Constant):
            return self.visit(node.body if test.value else node.orelse)
        return ast.IfExp(test, self.visit(node.body), self.visit(node.orelse))


@cache
def product(first: str, second: str) -> str:
    """Return the product of two texts, simplified; "" if it is zero.

    >>> product("y_bar", "-1.0")
    '-y_bar'
    """
    text = simplify(f"({first}) * ({second})")
    return "" if text in ("0.0", "-0.0", "0", "-0") else text


def total(terms: list[str]) -> str:
    """Return the sum of texts, with a minus sign where a term has one in front.

    What all are divided by last divides the sum.

    >>> total(["a", "-b", "c if d else e"])
    'a - b + (c if d else e)'
    >>> total(["a * b", "a * b"])
    '2.0 * a * b'
    >>> total(["a / c", "-b / c"])
    '(a - b) / c'
    """
    if len(terms) > 1 and len(set(terms)) == 1:
        match ast.parse(terms[0], mode="eval").body:
            case ast.BinOp(op=ast.Mult() | ast.Div()) | ast.Name() | ast.Subscript() | ast.Call():
                return f"{len(terms)}.0 * {terms[0]}"
    signed = [(terms[0], False), *map(split_sign, terms[1:])]
    trees = [ast.parse(text, mode="eval").body for text, _ in signed]
    divisors = {_divisor(tree) for tree in trees}
    is_drawn_out = len(trees) > 1 and len(divisors) == 1 and None not in divisors
    parts = [tree.left for tree in trees] if is_drawn_out else trees
    done = parts[0]
    for part, (_, negated) in zip(parts[1:], signed[1:], strict=True):
        done = ast.BinOp(done, ast.Sub() if negated else ast.Add(), part)
    if is_drawn_out:
        done = ast.BinOp(done, ast.Div(), trees[0].right)
    return ast.unparse(done)


def _divisor(tree: ast.expr) -> str | None:
    """Return the variable that a quotient is divided by last."""
    match tree:
        case ast.BinOp(op=ast.Div(), right=ast.Name(id=name)):
            return name
    return None


def drawn_out(factor: str, terms: list[str]) -> list[str]:
    """Return terms that are all products of `factor` as one of them, others as they are.

    >>> drawn_out("x_bar", ["x_bar * y * cos(x)", "x_bar * (1.0 - t)"])
    ['x_bar * (y * cos(x) + (1.0 - t))']
    >>> drawn_out("x_bar", ["x_bar", "x_bar * y"])
    ['x_bar', 'x_bar * y']
    """
    rests = [_rest(factor, ast.parse(term, mode="eval").body) for term in terms]
    if len(terms) == 1 or None in rests:
        return terms
    return [product(factor, total([ast.unparse(rest) for rest in rests]))]


def _rest(factor: str, tree: ast.expr) -> ast.expr | None:
    """Return what a product that begins with the variable `factor` multiplies it by."""
    match tree:
        case ast.BinOp(left=ast.Name(id=name), op=ast.Mult(), right=rest) if name == factor:
            return rest
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            rest = _rest(factor, left)
            return rest and ast.BinOp(rest, op, right)
    return None


def may_be_infinite(derivative: str) -> bool:
    """Say whether a partial has ∞ for one of its values, as that of √a at 0."""
    return "inf" in names(derivative)


def guarded(factor: str, term: str) -> str:
    """Return `term`, a product with `factor`, but 0 where the factor is 0 beside an infinity.

    >>> guarded("x", "t_bar * x")
    'x and t_bar * x'
    """
    is_constant = not names(factor)
    return (
        term
        if is_constant
        else f"({factor}) and {term}"
        if " " in factor
        else f"{factor} and {term}"
    )


@cache
def split_sign(term: str) -> tuple[str, bool]:
    """Return a text without the minus sign in front of it, and whether it had one."""
    match ast.parse(term, mode="eval").body:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return ast.unparse(operand), True
        case ast.BinOp(
            left=ast.UnaryOp(op=ast.USub(), operand=first),
            op=ast.Mult() | ast.Div() as op,
            right=second,
        ):
            return ast.unparse(ast.BinOp(first, op, second)), True
    return term, False


RESULT = "result_0"
"""Stands in partials for the value of an operation that has no name yet."""


def reads(tree: Tree) -> set[str]:
    """Return the names that the adjoint of `tree` reads; `RESULT` for the value of the whole."""
    found: set[str] = set()
    if isinstance(tree, Ref):
        return set(tree.index_uses)
    for op in operations(tree):
        for place, arg in enumerate(op.args):
            if is_active(arg):
                found |= names(partial(op, place, op.name or RESULT))
                found |= arg.index_uses if isinstance(arg, Ref) else set()
    return found


def hold_operands(
    tree: Tree, fresh: Callable[[str], str], *, in_loop: bool, for_tangent: bool
) -> None:
    """Name the inner operations of `tree` whose values its partials need.

    In a loop a cheap operation on variables is not named but written out again: multiplying
    twice costs less than storing and fetching.
    """
    for op in operations(tree):
        probes = [
            arg if _is_literal(arg) else Value(f"operand_{place}")
            for place, arg in enumerate(op.args)
        ]
        needed = {
            name
            for place, arg in enumerate(op.args)
            if is_active(arg)
            for name in names(partial(Op(op.rule, probes), place, RESULT))
        }
        for place, operand in enumerate(op.args):
            has_use = f"operand_{place}" in needed or (for_tangent and "inf" in needed)
            if isinstance(operand, Op) and has_use:
                _hold(operand, fresh, in_loop)
        if RESULT in needed and op is not tree:
            _hold(op, fresh, in_loop=False)


def hold_result(tree: Tree, fresh: Callable[[str], str]) -> None:
    """Name the value of the whole of `tree` if its partials need it."""
    if RESULT in reads(tree):
        _hold(tree, fresh, in_loop=False)


def _is_literal(tree: Tree) -> bool:
    return isinstance(tree, Value) and not tree.uses


def _hold(op: Op, fresh: Callable[[str], str], in_loop: bool) -> None:
    """Have the value of `op` at hand for the derivative."""
    if op.name is not None:
        return
    plain = all(isinstance(arg, Ref | Value) for arg in op.args)
    op.recomputed = in_loop and plain and op.rule in _CHEAP
    if not op.recomputed:
        op.name = fresh("t")
