"""Linear algebra on matrices, or stacks of them in the last two axes.

Source: M. B. Giles, Collected matrix derivative results for forward and reverse mode
algorithmic differentiation, 2008. For the Cholesky factor: I. Murray, Differentiation of the
Cholesky decomposition, arXiv:1602.07527, 2016.
"""

from collections.abc import Sequence

import numpy as np

from autodiff_lib.broadcasting import Array, align, in_type_of, unbroadcast
from autodiff_lib.primitives import Primitive, Structured, bind


def _t(matrix: Array) -> Array:
    return np.swapaxes(matrix, -1, -2)


class Solve(Primitive):
    """y = a⁻¹b. In b it is linear, with the transpose a⁻ᵀ; a change of a acts as −ȧy in b does."""

    name = "solve"

    def value(self, a: Array, b: Array) -> Array:
        return np.linalg.solve(a, b)

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        a_dot, b_dot = (
            None if tangent is None else align(tangent, primal.ndim, y.ndim)
            for primal, tangent in zip(primals, tangents, strict=True)
        )
        if a_dot is None:
            return in_type_of(y, bind(self, primals[0], b_dot))
        change = -(a_dot @ y)
        right = change if b_dot is None else b_dot + change
        return in_type_of(y, bind(self, primals[0], right))

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        a, b = primals
        b_bar = bind(self, _t(a), y_bar)
        return [
            unbroadcast(-(b_bar @ _t(y)), a.shape, y.ndim) if active[0] else None,
            unbroadcast(b_bar, b.shape, y.ndim) if active[1] else None,
        ]


SOLVE = Solve()
"""The solution of a·y = b, for stacks with equally many axes."""


def _relative_change(a: Array, a_dot: Array) -> Array:
    """Return tr(a⁻¹ȧ), the derivative of log |det a|."""
    return np.trace(bind(SOLVE, a, a_dot), axis1=-2, axis2=-1)


DET = Structured("det", np.linalg.det, lambda a, a_dot, y: y * _relative_change(a[0], a_dot[0]))
LOGDET = Structured(
    "logdet",
    lambda a: np.linalg.slogdet(a)[1],
    lambda a, a_dot, y: _relative_change(a[0], a_dot[0]),
)


def _cholesky_rule(primals: Sequence[Array], tangents: Sequence[Array], y: Array) -> Array:
    """Return y·Φ(y⁻¹ ȧ y⁻ᵀ), Φ the lower triangle with half the diagonal.

    As NumPy does, it reads the lower triangle of a alone.
    """
    size = y.shape[-1]
    lower, strictly = np.tri(size, dtype=bool), np.tri(size, k=-1, dtype=bool)
    a_dot = np.where(lower, tangents[0], 0.0) + _t(np.where(strictly, tangents[0], 0.0))
    inner = bind(SOLVE, y, _t(bind(SOLVE, y, a_dot)))
    half = np.tri(size, k=-1) + 0.5 * np.eye(size)
    return y @ (_t(inner) * half)


CHOLESKY = Structured("cholesky", np.linalg.cholesky, _cholesky_rule)
