"""Forward mode on arrays: a `TensorDual` carries its tangent along with its value.

It is what `Dual` is for numbers. A batch of tangents, one a direction, stands in axes in front
of the value's own, so that a whole Jacobian takes one run of the program.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

import autodiff_lib.numpy_api  # noqa: F401, it registers NumPy's functions
from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.broadcasting import Array
from autodiff_lib.locking import read_only
from autodiff_lib.primitives import Primitive, evaluate
from autodiff_lib.tags import GROUND, Tag
from autodiff_lib.tracing import Traced


class TensorDual(TracedArray):
    """An array with a tangent, or a batch of tangents in front axes.

    Attributes:
        primal: the value, an array of floats, or an array that an outer level traces.
        tangent: its derivative along the directions, of shape (…, *primal.shape).

    >>> x = TensorDual(np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    >>> x * x
    TensorDual(array([1., 4.]), array([2., 0.]))
    """

    __slots__ = ("primal", "tag", "tangent")

    def __init__(self, primal: Array, tangent: Array, *, tag: Tag = GROUND) -> None:
        self.primal = read_only(primal)
        self.tangent = tangent
        self.tag = tag

    def lift_array(self, primitive: Primitive, operands: Sequence[Any], params: dict) -> Any:
        tag = self.tag
        primals, tangents, plain = [], [], True
        for operand in operands:
            primal, tangent = operand, None
            if isinstance(operand, Traced):
                if operand.tag is tag:
                    primal, tangent = operand.primal, operand.tangent
                if type(primal) is not np.ndarray:
                    plain = plain and not isinstance(primal, Traced)
            primals.append(primal)
            tangents.append(tangent)
        y = evaluate(primitive, primals, params, plain)
        y_dot = _pushed(primitive, primals, tangents, y, params)
        return TensorDual(y, y_dot, tag=tag)

    def __repr__(self) -> str:
        return f"TensorDual({self.primal!r}, {self.tangent!r})"


@np.errstate(all="ignore")
def _pushed(
    primitive: Primitive,
    primals: Sequence[Array],
    tangents: Sequence[Array | None],
    y: Array,
    params: dict,
) -> Array:
    """Return the tangent of a result, without the warnings that its value did not give."""
    return primitive.push(primals, tangents, y, params)
