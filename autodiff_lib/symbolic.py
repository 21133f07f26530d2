"""Symbolic differentiation: from an expression to the expression of its derivative.

`diff` applies the chain rule to a tree. The partial derivatives are those of the rule table,
as expressions; for + and · they are the sum and the product rule. What comes out can be read,
simplified and differentiated again, and it **swells**: the product rule writes both factors
twice, so a product nested n deep has a derivative whose tree grows with 2ⁿ or n². `share` stores
equal parts once; `count_nodes` measures both.

A program with branches or loops over values is no expression. For that there is `grad`.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 1.1.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from autodiff_lib.errors import InputError, OutputError
from autodiff_lib.expr import CHOICE, Condition, Expr, as_expr, choose, read
from autodiff_lib.rules import RULES
from autodiff_lib.simplification import simplify
from autodiff_lib.tracing import Traced, compiled, real
from autodiff_lib.walks import Shelf, postorder, tree_size

__all__ = [
    "Expr",
    "count_nodes",
    "diff",
    "evaluate",
    "expression",
    "share",
    "simplify",
    "symbols",
]

_ZERO, _ONE = Expr(0.0), Expr(1.0)


def symbols(names: str, count: int | None = None) -> tuple[Expr, ...]:
    """Return the symbols called `names`, or with a `count` so many that are numbered from 1.

    Raises:
        InputError: for what is no name.

    >>> symbols("x y")
    (x, y)
    >>> symbols("x", 3)
    (x₁, x₂, x₃)
    """
    words = names.split() if isinstance(names, str) else [names]
    for word in words:
        if not (isinstance(word, str) and word.isidentifier()):
            raise InputError(f"symbols are called by names like x or x1, got {word!r}")
    if count is not None:
        words = [f"{word}{number}" for word in words for number in range(1, count + 1)]
    return tuple(map(Expr, words))


def expression(f: Callable, *arguments: Any) -> Any:
    """Run `f` on symbols and return the expression that it computes.

    Args:
        f: a function that uses operators, `autodiff_lib.math` and NumPy's functions.
        arguments: symbols, or lists of them; if none are given, a symbol for each parameter
            that has no default.

    Returns:
        An expression; a list or a tuple of them where `f` returns one.

    Raises:
        InputError: when no arguments are given and `f` takes any number of them.
        OutputError: when `f` returns something else.
        NotDifferentiableError: when `f` branches on a symbol's value, or asks for it.

    >>> expression(lambda x, y: x * y + x**2)
    x·y + x²
    """
    result = f(*(arguments or _parameters(f)))
    try:
        if type(result) in (list, tuple):
            return type(result)(map(as_expr, result))
        return as_expr(result)
    except InputError as error:
        raise OutputError(f"the function computes no expression: {error}") from None


def _parameters(f: Callable) -> tuple[Expr, ...]:
    """Return a symbol for each parameter of `f` that must be given."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        raise InputError(f"the parameters of {f!r} are not known: {_GIVE_SYMBOLS}") from None
    needed = [parameter for parameter in parameters if parameter.default is parameter.empty]
    for parameter in needed:
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            raise InputError(f"the function takes {parameter}: {_GIVE_SYMBOLS}")
    return tuple(Expr(parameter.name) for parameter in needed)


_GIVE_SYMBOLS = "call expression(f, x, y) with symbols for its arguments"


def diff(expr: Expr, symbol: Expr) -> Expr:
    """Return the derivative of `expr` in `symbol`, as the rules give it: not simplified.

    An operand that does not depend on `symbol` has no term. Where a rule's derivative has cases,
    so has the result. Every part of `expr` is differentiated once, however often it occurs.

    Raises:
        InputError: when `symbol` is none, or `expr` is no expression.

    >>> from autodiff_lib.math import sin
    >>> x, y = symbols("x y")
    >>> diff(x * sin(y), y)
    x·cos(y)·1
    >>> diff(x**3 * sin(x), x)
    sin(x)·3·x^(3 − 1)·1 + x³·cos(x)·1
    """
    expr, name = as_expr(expr), _name(symbol)
    derivatives: dict[int, Expr | None] = {}
    for node in postorder(expr):
        derivatives[id(node)] = _derivative(node, name, derivatives)
    return _or_zero(derivatives[id(expr)])


def _derivative(
    node: Expr | Condition, name: str, derivatives: Mapping[int, Expr | None]
) -> Expr | None:
    """Return the derivative of `node` from those of its operands, None where it is constant."""
    if isinstance(node, Condition) or node.is_number:
        return None
    if node.is_symbol:
        return _ONE if node.head == name else None
    inner = [derivatives[id(operand)] for operand in node.operands]
    if all(derivative is None for derivative in inner):
        return None
    if node.head is CHOICE:
        return choose(node.operands[0], _or_zero(inner[1]), _or_zero(inner[2]))
    names = dict(zip("ab", node.operands, strict=False)) | {"y": node}
    terms = [
        _term(read(partial, names), derivative)
        for partial, derivative in zip(node.head.partials, inner, strict=True)
        if derivative is not None
    ]
    return terms[0] if len(terms) == 1 else Expr(RULES["add"], tuple(terms))


def _term(partial: Expr, derivative: Expr) -> Expr:
    """Return partial · derivative; a partial of 1 is left out, or no sum rule would be seen."""
    if partial.is_number and partial.head == 1:
        return derivative
    return Expr(RULES["mul"], (partial, derivative))


def _or_zero(derivative: Expr | None) -> Expr:
    return _ZERO if derivative is None else derivative


def evaluate(expr: Expr, values: Mapping[Expr | str, Any]) -> Any:
    """Return the value of `expr` with `values` for its symbols.

    Every part is computed once, however often it occurs, and of a choice one side only.

    Args:
        expr: an expression.
        values: a number for each symbol, or symbol's name; or a value that an engine traces.

    Raises:
        InputError: when a symbol has no value, or one that is no number.

    >>> x, y = symbols("x y")
    >>> evaluate(x / y, {x: 3.0, "y": 4.0})
    0.75
    """
    given = {
        key if isinstance(key, str) else _name(key): _number(value) for key, value in values.items()
    }
    expr = as_expr(expr)
    results: dict[int, Any] = {}
    waiting: list[Expr | Condition] = [expr]
    while waiting:
        node = waiting[-1]
        needed = _needed(node, results)
        missing = [operand for operand in needed if id(operand) not in results]
        waiting.extend(missing)
        if not missing:
            waiting.pop()
            results[id(node)] = _value(node, given, [results[id(operand)] for operand in needed])
    return results[id(expr)]


def _number(value: Any) -> Any:
    return value if isinstance(value, Traced) else real(value)


def _needed(node: Expr | Condition, results: Mapping[int, Any]) -> tuple:
    """Return the operands whose values `node` needs next: of a choice, the test first."""
    if node.head is not CHOICE:
        return node.operands
    test, then, otherwise = node.operands
    if id(test) not in results:
        return (test,)
    return (test, then if results[id(test)] else otherwise)


def _value(node: Expr | Condition, given: Mapping[str, Any], operands: list) -> Any:
    """Return the value of `node` from those of its operands."""
    if isinstance(node.head, float):
        return node.head
    if isinstance(node.head, str):
        if node.head in given:
            return given[node.head]
        raise InputError(f"the symbol {node} has no value; give it one, {{{node.head!r}: 1.0}} say")
    if node.head is CHOICE:
        return operands[1]
    on_floats = all(type(operand) is float for operand in operands)
    return compiled(node.head, node.head.value, on_floats)(*operands)


def count_nodes(expr: Expr, shared: bool = False) -> int:
    """Return how many symbols, numbers and operations `expr` has.

    Args:
        expr: an expression.
        shared: count equal parts once, as if they were stored once.

    >>> x, y = symbols("x y")
    >>> square = (x + y) * (x + y)
    >>> count_nodes(square), count_nodes(square, shared=True)
    (7, 4)
    """
    expr = as_expr(expr)
    return sum(1 for _ in postorder(share(expr))) if shared else tree_size(expr)


def share(*exprs: Expr) -> Any:
    """Return expressions equal to `exprs` in which equal parts are the same object.

    Several expressions share with one another as well. One gives one, several a tuple.

    >>> x, y = symbols("x y")
    >>> left, right = share((x + y) * 2, (x + y) / 3)
    >>> left.operands[0] is right.operands[0]
    True
    """
    shelf = Shelf()
    kept: dict[int, Any] = {}
    roots = tuple(map(as_expr, exprs))
    for node in postorder(*roots):
        operands = tuple(kept[id(operand)] for operand in node.operands)
        kept[id(node)] = shelf.keep(type(node)(node.head, operands))
    return kept[id(roots[0])] if len(roots) == 1 else tuple(kept[id(root)] for root in roots)


def _name(symbol: Any) -> str:
    if isinstance(symbol, Expr) and symbol.is_symbol:
        return symbol.head
    raise InputError(f"expected a symbol, such as symbols makes, got {symbol!r}")
