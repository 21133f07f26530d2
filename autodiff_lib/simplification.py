"""Simplification of expressions, by local laws that never make them larger.

A node is rewritten when its operands have been. Laws that only reorder, a·2 to 2·a, bring numbers
together for the next one. There are many more laws than these, and no best set: which of two
equal expressions is the simpler one is in general undecidable (D. Richardson, Some undecidable
problems involving elementary functions of a real variable, J. Symbolic Logic 33, 1968).
"""

import math
from collections import defaultdict
from typing import Any

from autodiff_lib.expr import CHOICE, Condition, Expr, as_expr, choose, joined, read
from autodiff_lib.rules import RULES
from autodiff_lib.tracing import compiled
from autodiff_lib.walks import Shelf, postorder

# What a letter in a law stands for: c and d for numbers, n for a negative one, u for anything
# else, a and b for everything.
_LETTERS = {
    "a": lambda node: True,
    "b": lambda node: True,
    "c": lambda node: node.is_number,
    "d": lambda node: node.is_number,
    "n": lambda node: node.is_number and node.head < 0,
    "u": lambda node: not node.is_number,
}

# fmt: off
LAWS = (
    # zero and one
    ("a + 0",         "a"),
    ("0 + a",         "a"),
    ("a - 0",         "a"),
    ("0 - a",         "-a"),
    ("0 * a",         "0"),
    ("a * 0",         "0"),
    ("1 * a",         "a"),
    ("a * 1",         "a"),
    ("0 / a",         "0"),
    ("a / 1",         "a"),
    ("a ** 1",        "a"),
    ("a ** 0",        "1"),
    # equal parts
    ("a + a",         "2 * a"),
    ("a - a",         "0"),
    ("u * u",         "u ** 2"),
    ("a / a",         "1"),
    # signs
    ("--a",           "a"),
    ("-1 * a",        "-a"),
    ("a * -1",        "-a"),
    ("a + -b",        "a - b"),
    ("-a + b",        "b - a"),
    ("a - -b",        "a + b"),
    ("a + n",         "a - -n"),
    ("a - n",         "a + -n"),
    ("a + n * b",     "a - -n * b"),
    ("a - n * b",     "a + -n * b"),
    ("(-a) * b",      "-(a * b)"),
    ("a * (-b)",      "-(a * b)"),
    ("-(c * a)",      "-c * a"),
    ("(-a) / b",      "-(a / b)"),
    # numbers to the front, quotients to the outside
    ("u * c",         "c * u"),
    ("c * (d * u)",   "(c * d) * u"),
    ("u * (c * b)",   "c * (u * b)"),
    ("(c * u) * b",   "c * (u * b)"),
    ("a * (b / u)",   "(a * b) / u"),
    ("(a / u) * b",   "(a * b) / u"),
)
# fmt: on
"""The laws: what is on the left becomes what is on the right. The first that fits is taken."""


def simplify(expr: Expr, generic: bool = False) -> Expr:
    """Return an expression of the same value that has as many nodes or fewer.

    Numbers are computed (not quotients or functions of them: 1/3 stays); 0 and 1 are left out;
    signs are drawn together; a + a, a − a, a·a and a/a become 2·a, 0, a² and 1. The value stays
    the same wherever that of `expr` is finite; but for rounding, overflow on the way, and the
    sign of zeros.

    Args:
        expr: an expression.
        generic: take the branch that holds at almost every point, a ≠ b, where cases differ by
            a = b: the derivative of √x is then 0.5 / √x without a case for x = 0.

    >>> from autodiff_lib.symbolic import diff, symbols
    >>> x, y = symbols("x y")
    >>> simplify(diff(x**3 * y + x, x))
    3·y·x² + 1
    """
    simplifier = _Simplifier(generic)
    done: dict[int, Any] = {}
    root = as_expr(expr)
    for node in postorder(root):
        done[id(node)] = simplifier.node(node, tuple(done[id(part)] for part in node.operands))
    return done[id(root)]


class _Simplifier:
    """Makes nodes from simplified operands. Equal nodes are one object: `is` compares them."""

    def __init__(self, generic: bool) -> None:
        self._generic = generic
        self._shelf = Shelf()

    def node(self, node: Expr | Condition, operands: tuple) -> Any:
        """Return `node` on other operands, simplified."""
        if isinstance(node, Condition):
            return self._condition(node, operands)
        if node.head is CHOICE:
            test, then, otherwise = operands
            return then if then is otherwise else self._keep(choose(test, then, otherwise))
        if operands:
            return self._make(node.head.name, *operands)
        return self._keep(node)

    def _keep(self, node: Any) -> Any:
        return self._shelf.keep(node)

    def _number(self, value: float) -> Expr:
        return self._keep(Expr(value))

    def _condition(self, node: Condition, operands: tuple) -> Condition | bool:
        if self._generic and node.head.name in ("equal", "not_equal"):
            return node.head.name == "not_equal"
        condition = joined(node.head, operands)
        return self._keep(condition) if isinstance(condition, Condition) else condition

    def _make(self, name: str, *operands: Expr) -> Expr:
        """Return the operation called `name`, or what the laws make of it."""
        if name in _FOLDED and all(operand.is_number for operand in operands):
            folded = _folded(name, *(operand.head for operand in operands))
            if folded is not None:
                return self._number(folded)
        node = Expr(RULES[name], operands)
        for left, right in _BY_OPERATION[name]:
            found: dict[str, Expr] = {}
            if _fits(left, node, found):
                return self._build(right, found)
        return self._keep(node)

    def _build(self, law: Expr, found: dict[str, Expr]) -> Expr:
        """Return one side of a law, with what was found in place of its letters."""
        if law.is_symbol:
            return found[law.head]
        if law.is_number:
            return self._number(law.head)
        return self._make(law.operation, *(self._build(part, found) for part in law.operands))


def _fits(law: Expr, node: Expr, found: dict[str, Expr]) -> bool:
    """Return whether `node` has the form of a side of a law; record what each letter stands for."""
    if law.is_symbol:
        return _LETTERS[law.head](node) and found.setdefault(law.head, node) is node
    if law.is_number:
        return node.is_number and node.head == law.head
    return node.operation == law.operation and all(
        _fits(part, operand, found)
        for part, operand in zip(law.operands, node.operands, strict=True)
    )


def _by_operation() -> dict[str, list[tuple[Expr, Expr]]]:
    letters = {letter: Expr(letter) for letter in _LETTERS}
    laws = defaultdict(list)
    for sides in LAWS:
        left, right = (read(side, letters) for side in sides)
        laws[left.operation].append((left, right))
    return laws


_BY_OPERATION = _by_operation()
_FOLDED = ("add", "sub", "mul", "neg", "pow")


def _folded(name: str, *numbers: float) -> float | None:
    """Return an operation on numbers; None for a root, or where digits are lost on the way."""
    if name == "pow" and not numbers[1].is_integer():
        return None
    try:
        value = compiled(RULES[name], RULES[name].value, on_floats=True)(*numbers)
    except (ArithmeticError, ValueError):
        return None
    underflows = name in ("mul", "pow") and abs(value) < 1e-300 and 0 not in numbers
    return value if math.isfinite(value) and not underflows else None
