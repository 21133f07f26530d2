"""Expressions of the rule table's language in LaTeX, for notebooks that typeset them."""

import ast
from collections.abc import Mapping

from autodiff_lib.expressions import parse

_SUM, _PRODUCT, _PREFIX, _POWER, _ATOM = 1, 2, 3, 4, 5

_COMPARISONS = {
    ast.Gt: ">",
    ast.Lt: "<",
    ast.GtE: r"\ge",
    ast.LtE: r"\le",
    ast.Eq: "=",
    ast.NotEq: r"\ne",
}
_OWN = ("sin", "cos", "tan", "sinh", "cosh", "tanh")
_FUNCTIONS = {name: "\\" + name for name in _OWN} | {
    "log": r"\ln",
    "log2": r"\log_{2}",
    "log10": r"\log_{10}",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "sigmoid": r"\sigma",
    "maximum": r"\max",
    "minimum": r"\min",
}
# fmt: off
_GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
    "omega",
)
# fmt: on
_NAMES = {"inf": r"\infty", "nan": r"\mathrm{NaN}"} | {name: "\\" + name for name in _GREEK}


def latex(text: str | ast.expr, labels: Mapping[str, str] | None = None) -> str:
    """Return `text` in LaTeX, with names replaced by `labels`; it may have been parsed before.

    A label goes in as it is, so it should be an atom. Digits at the end of a name are a subscript.

    >>> print(latex("sin(x1) / (2 * sqrt(a + b))"))
    \\frac{\\sin\\left(x_{1}\\right)}{2 \\cdot \\sqrt{a + b}}
    >>> print(latex("-y ** 2", {"y": "v_{-1}"}))
    -v_{-1}^{2}
    """
    return _show(parse(text) if isinstance(text, str) else text, labels or {}, 0)


def _show(node: ast.expr, labels: Mapping[str, str], context: int) -> str:
    """Return `node` in LaTeX, in brackets where it binds looser than its `context`."""
    match node:
        case ast.Name(id=name):
            return labels[name] if name in labels else _name(name)
        case ast.Constant(value=value):
            return _number(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _bracket(f"-{_show(operand, labels, _PREFIX)}", _PREFIX, context)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
            after = _SUM if isinstance(sign, ast.Add) else _PRODUCT
            second = _signless(right, labels, after)
            between = " + " if isinstance(sign, ast.Add) else " - "
            return _bracket(_show(left, labels, _SUM) + between + second, _SUM, context)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            product = rf"{_show(left, labels, _PRODUCT)} \cdot {_signless(right, labels, _PRODUCT)}"
            return _bracket(product, _PRODUCT, context)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            fraction = rf"\frac{{{_show(left, labels, 0)}}}{{{_show(right, labels, 0)}}}"
            return _bracket(fraction, _PRODUCT, context)
        case (
            ast.BinOp(left=base, op=ast.Pow(), right=exponent)
            | ast.Call(func=ast.Name(id="pow"), args=[base, exponent])
        ):
            power = f"{_show(base, labels, _ATOM)}^{{{_show(exponent, labels, 0)}}}"
            return _bracket(power, _POWER, context)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, [_show(argument, labels, 0) for argument in arguments], context)
        case ast.IfExp():
            return _bracket(_cases(node, labels), 0, context)
        case ast.Compare(left=left, ops=[comparison], comparators=[right]):
            sign = _COMPARISONS[type(comparison)]
            return f"{_show(left, labels, _SUM)} {sign} {_show(right, labels, _SUM)}"
        case ast.BoolOp(op=operator, values=parts):
            word = "and" if isinstance(operator, ast.And) else "or"
            return rf" \text{{ {word} }} ".join(_show(part, labels, _SUM) for part in parts)
    raise ValueError(f"no LaTeX for {ast.unparse(node)!r}")


def _signless(node: ast.expr, labels: Mapping[str, str], context: int) -> str:
    """Return what follows an operator: in brackets, too, where it begins with a sign."""
    text = _show(node, labels, context)
    return _bracket(text, 0, 1) if text.startswith("-") else text


def _call(name: str, arguments: list[str], context: int) -> str:
    match name, arguments:
        case "sqrt", [argument]:
            return rf"\sqrt{{{argument}}}"
        case "cbrt", [argument]:
            return rf"\sqrt[3]{{{argument}}}"
        case "abs", [argument]:
            return rf"\left|{argument}\right|"
        case "exp", [argument]:
            return _bracket(f"e^{{{argument}}}", _POWER, context)
        case "exp2", [argument]:
            return _bracket(f"2^{{{argument}}}", _POWER, context)
    function = _FUNCTIONS.get(name, rf"\operatorname{{{name}}}")
    return rf"{function}\left({', '.join(arguments)}\right)"


def _cases(node: ast.expr, labels: Mapping[str, str]) -> str:
    rows = []
    while isinstance(node, ast.IfExp):
        rows.append(rf"{_show(node.body, labels, 0)} & {_show(node.test, labels, 0)}")
        node = node.orelse
    rows.append(rf"{_show(node, labels, 0)} & \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _name(name: str) -> str:
    stem = name.rstrip("0123456789")
    letters = _NAMES.get(stem.rstrip("_"), stem.rstrip("_").replace("_", r"\_"))
    if not letters.startswith("\\") and len(letters) > 1:
        letters = rf"\mathrm{{{letters}}}"
    return f"{letters}_{{{name[len(stem) :]}}}" if stem != name else letters


def _number(value: float) -> str:
    text = f"{value:g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"\left({mantissa} \cdot 10^{{{int(exponent)}}}\right)"
    return text


def _bracket(text: str, strength: int, context: int) -> str:
    return rf"\left({text}\right)" if strength < context else text
