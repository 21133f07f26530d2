"""The matrix view: every operation of a program is a matrix, and modes are ways to multiply.

A program's state is the vector of all its variables, v₁₋ₙ … v₀ and v₁ … v_l, n + l numbers. The
operation vᵢ = φᵢ(…) changes one of them. Its state Jacobian is the identity but for one row,

    Aᵢ = I + eᵢ(∇φᵢ − eᵢ)ᵀ,

which has ∂φᵢ/∂vⱼ in column j, and 0 on the diagonal, for the old vᵢ is overwritten. With Pᵀ, which
puts the inputs into the state, and Q, which takes the outputs from it,

    F′ = Q · A_l · … · A₂ · A₁ · Pᵀ.

Multiplied from the right, with the n columns of Pᵀ, this is forward mode; from the left, with
the m rows of Q, it is reverse mode. A cotangent ȳ goes the same way through the transposed
product, x̄ = P · A₁ᵀ · … · A_lᵀ · Qᵀ · ȳ: the adjoint recursion v̄ⱼ += v̄ᵢ ∂φᵢ/∂vⱼ, v̄ᵢ = 0.

The matrices are lists of rows, and meant to be looked at: they hold (n + l)² numbers each.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, sections 2.2
and 3.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from autodiff_lib.errors import InputError
from autodiff_lib.trace import Trace
from autodiff_lib.tracing import product

Matrix = list[list[Any]]


@dataclass(frozen=True)
class StateJacobians:
    """The factors of a program's Jacobian. Make them with `state_jacobians`.

    Attributes:
        P: n × (n + l), picks the inputs from the state.
        A: the state Jacobians A₁ … A_l, each (n + l) × (n + l), in program order: A₁ is A[0].
        Q: m × (n + l), picks the outputs from the state.
    """

    P: Matrix
    A: list[Matrix]
    Q: Matrix

    def forward(self) -> Matrix:
        """Return F′, multiplied from the right: A₁·Pᵀ first, n tangents at once."""
        return reduce(_times_from_left, self._factors())

    def reverse(self) -> Matrix:
        """Return F′, multiplied from the left: Q·A_l first, m cotangents at once."""
        return reduce(matmul, reversed(self._factors()))

    def transposed(self) -> Matrix:
        """Return (F′)ᵀ = P·A₁ᵀ·…·A_lᵀ·Qᵀ, multiplied from the right as reverse mode does."""
        return reduce(_times_from_left, map(transpose, reversed(self._factors())))

    def _factors(self) -> list[Matrix]:
        """Return Pᵀ, A₁, …, A_l, Q."""
        return [transpose(self.P), *self.A, self.Q]


def state_jacobians(trace: Trace) -> StateJacobians:
    """Return the factors of the Jacobian of a program at its point.

    Raises:
        InputError: when the program has no output.

    >>> from autodiff_lib import trace
    >>> factors = state_jacobians(trace(lambda x, y: x * y, 2.0, 5.0))
    >>> factors.A
    [[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [5.0, 2.0, 0.0]]]
    >>> factors.Q
    [[0.0, 0.0, 1.0]]
    >>> factors.forward()
    [[5.0, 2.0]]
    """
    if not trace.outputs:
        raise InputError("the program has no output, so there is no Jacobian; return a number")
    place = {id(node): number for number, node in enumerate(trace.nodes)}
    size = len(place)
    factors = []
    for node in trace.operations:
        gradient: list[Any] = [0.0] * size
        for operand, partial in zip(node.operands, node.partials, strict=True):
            if partial is not None:
                gradient[place[id(operand)]] += partial
        matrix = _selection(range(size), size)
        matrix[place[id(node)]] = gradient
        factors.append(matrix)
    return StateJacobians(
        P=_selection([place[id(node)] for node in trace.inputs], size),
        A=factors,
        Q=_selection([place[id(node)] for node in trace.outputs], size),
    )


def _selection(places: Sequence[int], size: int) -> Matrix:
    """Return the matrix that picks the numbers at `places` from a vector."""
    return [[float(place == column) for column in range(size)] for place in places]


def matmul(left: Matrix, right: Matrix) -> Matrix:
    """Return the product of two matrices, in which a 0 makes a term 0 even beside ∞ or NaN.

    Raises:
        InputError: when the shapes do not fit.

    >>> matmul([[1.0, 2.0]], [[3.0], [4.0]])
    [[11.0]]
    """
    if any(len(row) != len(right) for row in left):
        raise InputError(
            f"a matrix of {len(left)} × {len(left[0])} cannot be multiplied by one of "
            f"{len(right)} × {len(right[0]) if right else 0}; the inner sizes must be equal"
        )
    columns = transpose(right)
    return [
        [sum((product(a, b) for a, b in zip(row, column, strict=True)), 0.0) for column in columns]
        for row in left
    ]


def _times_from_left(right: Matrix, left: Matrix) -> Matrix:
    return matmul(left, right)


def transpose(matrix: Matrix) -> Matrix:
    """Return the transposed matrix.

    >>> transpose([[1.0, 2.0]])
    [[1.0], [2.0]]
    """
    return [list(column) for column in zip(*matrix, strict=True)]
