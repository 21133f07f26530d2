"""Products of arrays: matrix times matrix, matrix times vector, sums over named axes.

Stacks of operands, and batches of tangents in front of them, broadcast against each other.

Source: M. B. Giles, Collected matrix derivative results for forward and reverse mode
algorithmic differentiation, 2008.
"""

from collections.abc import Sequence

import numpy as np

from autodiff_lib.broadcasting import Array, Shape, align, in_type_of, unbroadcast
from autodiff_lib.primitives import Bilinear, Primitive, bind

MATMUL = Bilinear(
    "matmul",
    np.matmul,
    (
        lambda y_bar, b, shape: unbroadcast(y_bar @ b.mT, shape, max(len(shape), b.ndim)),
        lambda y_bar, a, shape: unbroadcast(a.mT @ y_bar, shape, max(len(shape), a.ndim)),
    ),
)
"""The product of (stacks of) matrices, both with equally many axes."""


def _matvec(a: Array, x: Array) -> Array:
    """Return a·x with one call of BLAS wherever there is one matrix, or one vector."""
    if x.ndim == 1:
        return a @ x
    if a.ndim == 2:
        return x @ a.T
    return (a @ x[..., np.newaxis])[..., 0]


def _matrix_bar(y_bar: Array, x: Array, shape: Shape) -> Array:
    outer = y_bar[..., :, np.newaxis] * x[..., np.newaxis, :]
    return unbroadcast(outer, shape, max(len(shape), x.ndim + 1))


def _vector_bar(y_bar: Array, a: Array, shape: Shape) -> Array:
    return unbroadcast(bind(MATVEC, a.mT, y_bar), shape, max(len(shape), a.ndim - 1))


MATVEC = Bilinear("matvec", _matvec, (_matrix_bar, _vector_bar), lost_axes=(1, 0))
"""The product of (stacks of) matrices and (stacks of) vectors."""


class Einsum(Primitive):
    """A sum of products, multilinear: in each operand alone it is linear.

    `inputs` and `output` name the axes, one letter each. A letter stands in an operand at most
    once, and in some other operand or in the output too.
    """

    name = "einsum"
    reads_result = False

    def value(self, *operands: Array, inputs: Sequence[str], output: str) -> Array:
        subscripts = ",".join("..." + letters for letters in inputs) + "->..." + output
        return np.einsum(subscripts, *operands, optimize=len(operands) > 1)

    def push(
        self, primals: Sequence[Array], tangents: Sequence[Array | None], y: Array, params: dict
    ) -> Array:
        total, front = None, y.ndim - len(params["output"])
        for place, tangent in enumerate(tangents):
            if tangent is not None:
                ndim, core = primals[place].ndim, len(params["inputs"][place])
                moved = align(tangent, ndim, core + front)
                operands = [*primals[:place], moved, *primals[place + 1 :]]
                term = bind(self, *operands, **params)
                total = term if total is None else total + term
        return in_type_of(y, total)

    def pull(
        self, primals: Sequence[Array], active: Sequence[bool], y: Array, params: dict, y_bar: Array
    ) -> Sequence[Array | None]:
        inputs, output = params["inputs"], params["output"]
        front = y.ndim - len(output)
        shares: list[Array | None] = [None for _ in primals]
        for place, is_active in enumerate(active):
            if is_active:
                others = [*primals[:place], *primals[place + 1 :]]
                letters = [output, *inputs[:place], *inputs[place + 1 :]]
                share = bind(self, y_bar, *others, inputs=letters, output=inputs[place])
                shape = primals[place].shape
                shares[place] = unbroadcast(share, shape, len(inputs[place]) + front)
        return shares


EINSUM = Einsum()
