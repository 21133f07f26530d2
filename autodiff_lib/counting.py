"""Counting operations: what a derivative costs, in units of what the function costs.

Work is counted in moves, additions, multiplications and nonlinear operations. Weights turn the
counts into time; a bound that holds for all weights with μ ≥ π ≥ 1 and ν ≥ 2π holds on every
machine that they describe. The counts come from the rows of the rule table. Conventions:

- A move reads or writes one number in memory. A number that was read is at hand until the
  statement is done; constants are part of the statement. An operation thus makes one move for
  each operand and one for its result. Setting inputs and fetching outputs is not counted.
- `+`, `−` and a change of sign are additions, `·` is a multiplication; `/`, powers and every
  function are nonlinear operations. What holds no variable is computed beforehand. Of several
  branches the one that costs most counts, its condition does not.
- A tangent v̇ = Σ ∂φ/∂u · u̇ moves each u̇ and v̇. A partial ±1 needs no multiplication, a partial
  0 no term. The partials are computed once, in the same statement as the value, for all tangents.
- A return sweep sets v̄ to zero beforehand, reads it, and reads and writes the adjoint of each
  operand; it reads again whatever the partials need. They are computed once for all cotangents.

For the elementals of the book, all unary functions with a derivative that costs as much as
they do, that gives, with p tangents or q cotangents:

              value    value and p tangents            value and q cotangents
    constant  μ        (1+p)μ                          (1+q)μ
    u ± w     3μ+1     (1+p)(3μ+1)                     (3+6q)μ + 1+2q
    u · w     3μ+π     (3+3p)μ + p + (1+2p)π           (5+6q)μ + 2q + (1+2q)π
    φ(u)      2μ+ν     (2+2p)μ + pπ + 2ν               (3+4q)μ + q + qπ + 2ν

Divided by the value's, a tangent entry is at most 1 + 1.5p, reached by the product at
μ = π = 1, and the sum's is 1 + p; a cotangent entry is at most 1.5 + 2.5q, reached there too,
and the sum's is 1 + 2q. So the largest of a column lies between 2 and 5/2 for one tangent and
between 3 and 4 for one cotangent. Rows of the table whose partials take more than one function
or division cost more: asin and atan2 go up to 3.5 and 4.4, and to 4.5 and 5.6.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, sections 2.5 and
3.1 to 3.3.
"""

import ast
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache, reduce
from operator import add

from autodiff_lib.errors import InputError
from autodiff_lib.expressions import parse
from autodiff_lib.floats import NAMESPACE
from autodiff_lib.rules import RULES, Elementwise
from autodiff_lib.scalar import Var
from autodiff_lib.trace import Trace

CONSTANT = Elementwise("constant", "0.0", ())
"""The operation v = c, which has no row in the rule table as it has no operands."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How long each kind of operation takes, an addition taking 1."""

    move: float = 1.0
    multiplication: float = 1.0
    nonlinear: float = 2.0


@dataclass(frozen=True, slots=True)
class Work:
    """How many operations of each kind there are.

    >>> Work(moves=3, additions=1) + 2 * Work(moves=1)
    Work(moves=5, additions=1, multiplications=0, nonlinear=0)
    """

    moves: int = 0
    additions: int = 0
    multiplications: int = 0
    nonlinear: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(*map(add, astuple(self), astuple(other)))

    def __rmul__(self, times: int) -> "Work":
        return Work(*(times * count for count in astuple(self)))

    def time(self, weights: Weights = Weights()) -> float:
        """Return how long the work takes.

        >>> Work(moves=3, multiplications=1).time(Weights(move=2.0, multiplication=1.5))
        7.5
        """
        return (
            self.moves * weights.move
            + self.additions
            + self.multiplications * weights.multiplication
            + self.nonlinear * weights.nonlinear
        )


def value_work(of: str | Elementwise | Trace) -> Work:
    """Return the work of computing the value.

    Args:
        of: a rule or its name, `CONSTANT`, or the trace of a program, whose operations are added.

    Raises:
        InputError: when it is none of these.

    >>> value_work("mul")
    Work(moves=3, additions=0, multiplications=1, nonlinear=0)
    """
    return _sum([operation.value for operation in _operations(of)])


def tangent_work(of: str | Elementwise | Trace, tangents: int = 1) -> Work:
    """Return the work of computing the value and that many tangents in one forward sweep.

    Arguments and errors are those of `value_work`; nor can there be less than no tangents.

    >>> tangent_work("mul").time() / value_work("mul").time()
    2.5
    """
    _check_count(tangents, "tangents")
    return _sum([operation.with_tangents(tangents) for operation in _operations(of)])


def adjoint_work(of: str | Elementwise | Trace, cotangents: int = 1) -> Work:
    """Return the work of computing the value and pulling that many cotangents back.

    Arguments and errors are those of `value_work`; nor can there be less than no cotangents.

    >>> adjoint_work("mul").time() / value_work("mul").time()
    4.0
    """
    _check_count(cotangents, "cotangents")
    return _sum([operation.with_cotangents(cotangents) for operation in _operations(of)])


def expression_work(text: str) -> Work:
    """Return the additions, multiplications and nonlinear operations of a rule's expression.

    >>> expression_work("1 - y * y")
    Work(moves=0, additions=1, multiplications=1, nonlinear=0)
    """
    return _walk(parse(text))


@dataclass(frozen=True, slots=True)
class _Operation:
    """What one operation costs: its value, its partials, and each use of those."""

    value: Work
    partials: Work  # computing them once
    reread: int  # how many numbers a return sweep must read for that
    each_tangent: Work
    each_cotangent: Work

    def with_tangents(self, count: int) -> Work:
        return self.value + self.partials + count * self.each_tangent if count else self.value

    def with_cotangents(self, count: int) -> Work:
        if not count:
            return self.value
        shared = self.partials + Work(moves=self.reread)
        return self.value + shared + count * self.each_cotangent


def _operations(of: str | Elementwise | Trace) -> list[_Operation]:
    """Return the costs of every operation of a program, or of the one that a rule describes."""
    if isinstance(of, Trace):
        own = {node.rule for node in of.operations} - RULES.keys()
        if own:
            raise InputError(
                f"{', '.join(sorted(own))} has a rule of its own, of which the work is not known: "
                "trace the function without it"
            )
        return [
            _operation(
                RULES[node.rule].value,
                sum(partial is not None for partial in node.partials),
                _partials(of, node),
            )
            for node in of.operations
        ]
    rule = RULES.get(of) if isinstance(of, str) else of
    if not isinstance(rule, Elementwise):
        raise InputError(f"{of!r} is no rule of the table; give the name of one, or a trace")
    return [_operation(rule.value, len(rule.inputs), rule.partials)]


def _partials(trace: Trace, node: Var) -> tuple[str, ...]:
    """Return the partials of `node`, constants filled in and conditions decided where any are."""
    partials = RULES[node.rule].partials
    if None in node.partials or any(" if " in partial for partial in partials):
        return tuple(partial for _, partial in trace.partial_formulas(node))
    return partials


@lru_cache(maxsize=4096)
def _operation(value: str, operands: int, partials: tuple[str, ...]) -> _Operation:
    """Return the costs of an operation with so many variable operands and these partials."""
    trees = [tree for tree in map(parse, partials) if _constants(tree) != {0.0}]
    factors = [tree for tree in trees if not _constants(tree) <= {-1.0, 0.0, 1.0}]
    terms = len(trees)
    is_negated = terms == 1 and _constants(trees[0]) == {-1.0}
    return _Operation(
        value=expression_work(value) + Work(moves=operands + 1),
        partials=_sum([_walk(tree) for tree in factors]),
        reread=len(set().union(*map(_variables, trees))),
        each_tangent=Work(
            moves=terms + 1,
            additions=is_negated if terms == 1 else max(terms - 1, 0),
            multiplications=len(factors),
        ),
        each_cotangent=Work(
            moves=2 + 2 * terms if terms else 1, additions=terms, multiplications=len(factors)
        ),
    )


def _walk(tree: ast.expr) -> Work:
    """Return the work of an expression's operations; moves are not its affair."""
    if not _variables(tree):
        return Work()
    match tree:
        case ast.Name():
            return Work()
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Work(additions=1) + _walk(operand)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            return Work(additions=1) + _walk(left) + _walk(right)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return Work(multiplications=1) + _walk(left) + _walk(right)
        case ast.BinOp(left=left, op=ast.Div() | ast.Pow(), right=right):
            return Work(nonlinear=1) + _walk(left) + _walk(right)
        case ast.Call(args=arguments):
            return Work(nonlinear=1) + _sum([_walk(argument) for argument in arguments])
        case ast.IfExp(body=body, orelse=orelse):
            return Work(*map(max, astuple(_walk(body)), astuple(_walk(orelse))))
    raise ValueError(f"cannot count the operations of {ast.unparse(tree)!r}")


def _constants(tree: ast.expr) -> set[float]:
    """Return the values of an expression whose branches are all constant; else {nan}."""
    if isinstance(tree, ast.IfExp):
        return _constants(tree.body) | _constants(tree.orelse)
    if _variables(tree):
        return {NAMESPACE["nan"]}
    return {float(eval(ast.unparse(tree), NAMESPACE))}


def _variables(tree: ast.expr) -> set[str]:
    """Return which of `a`, `b` and `y` an expression mentions."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & {"a", "b", "y"}


def _sum(works: Sequence[Work]) -> Work:
    return reduce(add, works, Work())


def _check_count(count: int, what: str) -> None:
    if not isinstance(count, int) or count < 0:
        raise InputError(f"expected how many {what} there are, 0 or more, got {count!r}")
