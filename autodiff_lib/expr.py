"""`Expr`: a formula as a tree, which operators and functions build from symbols.

An expression is a symbol, a number, an operation of the rule table on expressions, or a choice
between two. A symbol has no value, so a comparison is neither true nor false: it is a `Condition`.
"""

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from autodiff_lib.errors import InputError, NotDifferentiableError
from autodiff_lib.expressions import formula, insert, parse, pretty
from autodiff_lib.floats import NAMESPACE
from autodiff_lib.latex import latex
from autodiff_lib.methods import generate_methods
from autodiff_lib.rules import RULES, Elementwise
from autodiff_lib.tracing import Tag, Traced, compiled, real
from autodiff_lib.walks import postorder, tree_size

_LONGEST = 5_000  # nodes in a formula that is written out


def _condition(name: str, value: str) -> Elementwise:
    return Elementwise(name, value, ("0.0", "0.0"))


CHOICE = Elementwise("choice", "b if a else c", ())
"""The head of a choice. Its operands are a condition and two expressions."""

# fmt: off
_CONDITIONS = {
    ast.Lt:  _condition("less", "a < b"),   ast.LtE:   _condition("less_equal", "a <= b"),
    ast.Gt:  _condition("greater", "a > b"), ast.GtE:   _condition("greater_equal", "a >= b"),
    ast.Eq:  _condition("equal", "a == b"), ast.NotEq: _condition("not_equal", "a != b"),
    ast.And: _condition("and", "a and b"),  ast.Or:    _condition("or", "a or b"),
}
# fmt: on
_OPERATIONS = {
    type(parse(RULES[name].value).op): RULES[name] for name in ("add", "sub", "mul", "div", "neg")
} | {ast.Pow: RULES["pow"]}


class _Symbols(Tag):
    """The level of symbols: around every differentiation, so that any engine may run on them."""

    __slots__ = ()

    def encloses(self, other: Tag) -> bool:
        return other is not self


SYMBOLS = _Symbols()
SYMBOLS.serial = -1


class Condition:
    """A comparison of two expressions, or two conditions joined by "and" or "or"."""

    __slots__ = ("head", "operands")

    def __init__(self, head: Elementwise, operands: tuple) -> None:
        self.head = head
        self.operands = operands

    def __bool__(self) -> NoReturn:
        raise NotDifferentiableError(
            f"whether {self} is open while the symbols have no values, so a program cannot branch "
            "on it: differentiate the program at a point with grad, or write one formula, with "
            "maximum or relu for example"
        )

    def __str__(self) -> str:
        return _short(self)

    __repr__ = __str__


class Expr(Traced):
    """An expression, made from symbols by operators, `autodiff_lib.math` and NumPy's functions.

    Attributes:
        head: the name of a symbol, a float, or the row of an operation; `CHOICE` for a choice.
        operands: the expressions that an operation is applied to.

    >>> from autodiff_lib.math import sin
    >>> x = Expr("x")
    >>> x * sin(x) ** 2 / 3
    x·sin(x)² / 3
    >>> (x * 3).head.name, (x * 3).operands
    ('mul', (x, 3))
    """

    __slots__ = ("head", "operands")

    tag = SYMBOLS

    def __init__(self, head: str | float | Elementwise, operands: tuple = ()) -> None:
        self.head = head
        self.operands = operands

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> "Expr":
        return cls(rule, tuple(map(as_expr, operands)))

    @property
    def operation(self) -> str:
        """The name of the operation, empty for symbols and numbers."""
        return self.head.name if isinstance(self.head, Elementwise) else ""

    @property
    def is_symbol(self) -> bool:
        return isinstance(self.head, str)

    @property
    def is_number(self) -> bool:
        return isinstance(self.head, float)

    @property
    def primal(self) -> NoReturn:
        self._refuse("primal")

    def __lt__(self, other: Any) -> Condition | bool:
        return _compare(ast.Lt, self, other)

    def __le__(self, other: Any) -> Condition | bool:
        return _compare(ast.LtE, self, other)

    def __gt__(self, other: Any) -> Condition | bool:
        return _compare(ast.Gt, self, other)

    def __ge__(self, other: Any) -> Condition | bool:
        return _compare(ast.GtE, self, other)

    def __eq__(self, other: Any) -> Condition | bool:
        return _compare(ast.Eq, self, other)

    def __ne__(self, other: Any) -> Condition | bool:
        return _compare(ast.NotEq, self, other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return bool(self != 0.0)

    def __str__(self) -> str:
        """Return the formula; of an expression too large to read, its size."""
        return _short(self)

    __repr__ = __str__

    def latex(self) -> str:
        """Return the formula in LaTeX.

        Raises:
            InputError: when the expression is too large to be written out.

        >>> print((Expr("x") / Expr("y1") ** 2).latex())
        \\frac{x}{y_{1}^{2}}
        """
        return _written(self, latex)

    def _repr_latex_(self) -> str:
        try:
            return f"$\\displaystyle {self.latex()}$"
        except InputError:
            return str(self)

    def _refuse(self, what: str, instead: str = "") -> NoReturn:
        raise NotDifferentiableError(
            f"{what} would need the value of {self}, which has none before evaluate; for functions "
            "use those of autodiff_lib.math"
        )


def as_expr(value: Any) -> Expr:
    """Return an expression as it is, and a number as an expression.

    Raises:
        InputError: when it is neither.
    """
    return value if isinstance(value, Expr) else Expr(real(value))


def choose(test: Condition | bool, then: Expr, otherwise: Expr) -> Expr:
    """Return the choice between two expressions, or one of them where `test` is decided."""
    if isinstance(test, Condition):
        return Expr(CHOICE, (test, then, otherwise))
    return then if test else otherwise


def joined(head: Elementwise, operands: tuple) -> Condition | bool:
    """Return the condition with this head, decided if that needs no symbol's value."""
    if head.name not in ("and", "or"):
        left, right = operands
        if left.is_number and right.is_number:
            return compiled(head, head.value, on_floats=True)(left.head, right.head)
        return Condition(head, operands)
    decisive = head.name == "or"  # a part that is so decides the whole
    if any(part is decisive for part in operands):
        return decisive
    undecided = tuple(part for part in operands if isinstance(part, Condition))
    if len(undecided) == 2:
        return Condition(head, undecided)
    return undecided[0] if undecided else not decisive


def _compare(sign: type, left: Any, right: Any) -> Condition | bool:
    return joined(_CONDITIONS[sign], (as_expr(left), as_expr(right)))


def read(text: str, names: Mapping[str, Expr]) -> Expr:
    """Return the expression that `text`, of the rule table, means with expressions for its names.

    >>> x = Expr("x")
    >>> read("b * a ** (b - 1) if a != 0 or b >= 1 else 0.0", {"a": x, "b": as_expr(2)})
    2·x^(2 − 1)
    """
    return _read(parse(text), names)


def _read(node: ast.expr, names: Mapping[str, Expr]) -> Any:
    inner = lambda part: _read(part, names)  # noqa: E731
    match node:
        case ast.Constant(value=value):
            return as_expr(value)
        case ast.Name(id=name):
            return names[name] if name in names else as_expr(NAMESPACE[name])
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
            return as_expr(-value)
        case ast.UnaryOp(op=op, operand=operand):
            return Expr(_OPERATIONS[type(op)], (inner(operand),))
        case ast.BinOp(left=left, op=op, right=right):
            return Expr(_OPERATIONS[type(op)], (inner(left), inner(right)))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return Expr(RULES[name], tuple(map(inner, arguments)))
        case ast.IfExp(test=test, body=then, orelse=otherwise):
            return choose(inner(test), inner(then), inner(otherwise))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return joined(_CONDITIONS[type(op)], (inner(left), inner(right)))
        case ast.BoolOp(op=op, values=[left, right]):
            return joined(_CONDITIONS[type(op)], (inner(left), inner(right)))
    raise ValueError(f"no expression for {ast.unparse(node)!r}")


def _written(root: Expr | Condition, write: Callable) -> str:
    """Return what `write` makes of the syntax tree of `root`."""
    size = tree_size(root)
    advice = "count_nodes and share say more about it"
    if size > _LONGEST:
        raise InputError(f"an expression of {size} nodes is too large to write out; {advice}")
    trees: dict[int, ast.expr] = {}
    labels = {}
    for node in postorder(root):
        operands = [trees[id(operand)] for operand in node.operands]
        if isinstance(node.head, str):
            trees[id(node)] = ast.Name(node.head)
            labels[node.head] = pretty(node.head)
        elif isinstance(node.head, float):
            trees[id(node)] = _number(node.head)
        else:
            trees[id(node)] = insert(node.head.value, dict(zip("abc", operands, strict=False)))
    try:
        return write(trees[id(root)], labels if write is formula else {})
    except RecursionError:
        raise InputError(
            f"an expression nested this deep cannot be written out; {advice}"
        ) from None


def _number(value: float) -> ast.expr:
    """Return a number's syntax tree, with its sign and its name, as one writes it."""
    if value < 0 or (value == 0 and math.copysign(1.0, value) < 0):
        return ast.UnaryOp(ast.USub(), _number(-value))
    name = {math.pi: "pi", math.inf: "inf"}.get(value, "nan" if math.isnan(value) else None)
    return ast.Name(name) if name else ast.Constant(value)


def _short(root: Expr | Condition) -> str:
    try:
        return _written(root, formula)
    except InputError:
        return f"⟨an expression of {tree_size(root)} nodes⟩"


generate_methods(Expr)
