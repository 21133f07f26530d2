"""The rows of the rule table as functions on arrays.

A row is written for numbers. On arrays its functions are NumPy's, and a condition chooses
element by element. The same functions serve traced arrays, for which NumPy's functions ask
the traced array itself.
"""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autodiff_lib import floats
from autodiff_lib.expressions import names
from autodiff_lib.rules import RULES, Elementwise
from autodiff_lib.tracing import apply, value_of

PLUS, MINUS = "1.0", "-1.0"
"""Partials that need no multiplication."""


def value_on_arrays(row: Elementwise) -> Callable:
    """Return the value of `row` as a function of plain arrays and numbers."""
    return _OWN.get(row.name) or getattr(np, row.ufunc)


def partial_on_arrays(row: Elementwise, text: str) -> Any:
    """Return a partial of `row` as a function of its inputs and its value, or PLUS or MINUS."""
    for constant in (PLUS, MINUS):
        if text == constant:
            return constant
    return eval(f"lambda {', '.join(row.inputs)}, y: {on_arrays(text)}", _NAMESPACE)


def on_arrays(text: str) -> str:
    """Return the expression `text` with conditions that choose element by element.

    What depends on no array becomes a Python float: such a number gives way to the type of
    the array that it meets, so that float32 stays float32. NumPy takes longer over an int.

    >>> on_arrays("1.0 if a > b or b == 0 else 0.0")
    'select((a > b) | (b == 0.0), 1.0, 0.0, y)'
    >>> on_arrays("y * sqrt(4.0)")
    'y * 2.0'
    """
    return ast.unparse(_OnArrays().visit(ast.parse(text, mode="eval").body))


class _OnArrays(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Constant(float(node.value))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return self._folded(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return self._folded(node)

    def _folded(self, node: ast.expr) -> ast.expr:
        text = ast.unparse(node)
        if names(text) & {"a", "b", "y"}:
            return self.generic_visit(node)
        return ast.Constant(float(eval(text, dict(floats.NAMESPACE))))

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        arguments = [node.test, node.body, node.orelse, ast.Name("y", ast.Load())]
        return ast.Call(ast.Name("select", ast.Load()), arguments, [])

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        sign = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        result, *others = node.values
        for other in others:
            result = ast.BinOp(result, sign, other)
        return result


def select(condition: Any, yes: Any, no: Any, like: Any) -> Any:
    """Return `yes` where the condition holds, else `no`, as numbers of the type of `like`.

    Where all choose alike, the choice is returned as it is: it broadcasts. Between two constants
    the condition itself looks up a table: np.where takes several times as long.
    """
    condition = np.asarray(condition)
    count = np.count_nonzero(condition)
    if count == condition.size:
        return yes
    if not count:
        return no
    kind = value_of(like).dtype.type
    yes, no = (kind(choice) if isinstance(choice, float) else choice for choice in (yes, no))
    if not (isinstance(yes, kind) and isinstance(no, kind)):
        return np.where(condition, yes, no)
    if yes == 1 and no == 0:
        return condition.astype(kind)
    return np.array([no, yes]).take(condition.view(np.int8))


@np.errstate(over="ignore")
def sigmoid(a: Any) -> Any:
    """Return 1 / (1 + exp(−a)). Where exp overflows, the quotient has its right limit, 0."""
    return 1.0 / (1.0 + np.exp(-a))


def softplus(a: Any) -> Any:
    """Return log(1 + exp(a)) without overflow."""
    return np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))


def relu(a: Any) -> Any:
    """Return a where it is positive, else 0."""
    return np.maximum(a, 0)


def erf(a: Any) -> Any:
    """Return the error function of every element. NumPy has none, so Python's is called."""
    array = np.asarray(a)
    values = [math.erf(number) for number in array.ravel().tolist()]
    return np.array(values, dtype=np.result_type(array, np.float32)).reshape(array.shape)


_OWN = {"sigmoid": sigmoid, "softplus": softplus, "relu": relu, "erf": erf, "pow": operator.pow}


def _dispatching(row: Elementwise) -> Callable:
    """Return the function of a row that NumPy lacks, for traced arrays too."""
    return lambda *operands: apply(row, *operands)


_NAMESPACE = {
    **{
        name: getattr(np, row.ufunc) if row.ufunc else _dispatching(row)
        for name, row in RULES.items()
    },
    "pow": operator.pow,
    "floor_divide": np.floor_divide,
    "trunc": np.trunc,
    "select": select,
    "inf": math.inf,
    "nan": math.nan,
    "pi": math.pi,
}
"""What the names in a partial mean on arrays."""
