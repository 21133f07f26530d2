"""Arrays that are differentiated: `Tensor` in reverse mode, `TensorDual` in forward mode.

A program is written in plain NumPy: `np.sin(x) @ w`. NumPy hands every call that meets a traced
array to it (`array_protocol.py`), the call becomes primitives (`numpy_api.py`), and a primitive
knows how to treat values, tangents and cotangents (`primitives.py`).

`Tensor` is what `Var` is for numbers: it remembers its operands, and a sweep walks the graph
back in reverse order of creation. Cotangents and tangents may come in batches, with axes in
front of the value's own, so that a whole Jacobian takes one sweep.

While a graph is recorded, the arrays that its derivatives will read must stay as they are:
small ones are copied, larger ones are locked, which makes NumPy refuse a write to them. A view
that was taken before the lock, and is written to afterwards, goes unnoticed.
"""

import itertools
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

import autodiff_lib.numpy_api  # noqa: F401, it registers NumPy's functions
from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.errors import InputError
from autodiff_lib.primitives import Array, Primitive, Structured, bind
from autodiff_lib.tags import GROUND, Tag, differentiation
from autodiff_lib.tracing import Traced, is_of, peeled

SMALL = 1024
"""Up to so many numbers a captured array is copied rather than locked."""

_serials = itertools.count()
_by_serial = attrgetter("serial")


class TensorDual(TracedArray):
    """An array with a tangent, or a batch of tangents in front axes.

    Attributes:
        primal: the value.
        tangent: its derivative along the directions, of shape (…, *primal.shape).
    """

    __slots__ = ("primal", "tag", "tangent")

    def __init__(self, primal: Array, tangent: Array, *, tag: Tag = GROUND) -> None:
        self.primal = primal
        self.tangent = tangent
        self.tag = tag

    def lift_array(self, primitive: Primitive, operands: Sequence[Any], params: dict) -> Any:
        tag = self.tag
        primals = [peeled(operand, tag) for operand in operands]
        tangents = [operand.tangent if is_of(operand, tag) else None for operand in operands]
        y = bind(primitive, *primals, **params)
        with np.errstate(all="ignore"):
            y_dot = primitive.push(primals, tangents, y, params)
        return TensorDual(y, y_dot, tag=tag)

    def __repr__(self) -> str:
        return f"TensorDual({self.primal!r}, {self.tangent!r})"


class Tensor(TracedArray):
    """An array that records the operations it goes through.

    Attributes:
        primal: the value, an array of floats.
        operands: what it was made from; empty for an input.
        adjoint: the derivative, in this array, of what `backward` was last called on.

    >>> x = Tensor([1.0, 2.0, 3.0])
    >>> np.sum(x * x).backward()
    >>> x.adjoint
    array([2., 4., 6.])
    """

    __slots__ = ("_adjoint", "_sweep", "operands", "params", "primal", "primitive", "serial", "tag")

    def __init__(self, primal: Any, *, tag: Tag = GROUND) -> None:
        """Make an input of the graph.

        Raises:
            InputError: when `primal` is no array of floats.
        """
        self.primal = captured(primal, tag)
        if self.dtype.kind != "f":
            raise InputError(_not_floats(self.primal))
        self.operands: Sequence[Any] = ()
        self.primitive: Primitive | None = None
        self.params: dict = {}
        self.tag = tag
        self.serial = next(_serials)
        self._sweep = None

    @property
    def adjoint(self) -> Array:
        """The latest sweep's adjoint; zeros where its output does not depend on this array."""
        if self._sweep is not None and self._sweep is self.tag.sweep:
            return self._adjoint
        return np.zeros(self.shape, self.dtype)

    def lift_array(self, primitive: Primitive, operands: Sequence[Any], params: dict) -> Any:
        tag = self.tag
        if primitive.reads:
            operands = [
                captured(operand, tag) if isinstance(operand, np.ndarray) else operand
                for operand in operands
            ]
        result = Tensor.__new__(Tensor)
        result.primal = bind(primitive, *[peeled(x, tag) for x in operands], **params)
        result.operands = operands
        result.primitive = primitive
        result.params = params
        result.tag = tag
        result.serial = next(_serials)
        result._sweep = None
        return result

    def peeled(self) -> tuple[list[Array], list[bool]]:
        """Return the operands one level further out, and which of them this level traces."""
        active = [is_of(operand, self.tag) for operand in self.operands]
        primals = [
            operand.primal if is_active else operand
            for operand, is_active in zip(self.operands, active, strict=True)
        ]
        return primals, active

    def backward(self, seed: Any = None) -> None:
        """Propagate the adjoint `seed` back to all that this array was made from.

        `seed` has the shape of this array, or further axes in front: a batch. It may be left
        out for a single number. Every sweep starts from zero.
        """
        if seed is None:
            if self.shape != ():
                raise InputError(f"an array of shape {self.shape} needs a seed of that shape")
            seed = np.ones((), self.dtype)
        backward([self], [np.asarray(seed, self.dtype)])

    def __repr__(self) -> str:
        return f"Tensor({self.primal!r})"


def _not_floats(array: np.ndarray) -> str:
    """Say what to do about an array that cannot be differentiated in."""
    match array.dtype.kind:
        case "i" | "u" | "b":
            return (
                f"an array of {array.dtype} cannot be differentiated in: "
                "convert it with np.asarray(x, dtype=float)"
            )
        case "c":
            return (
                "an array of complex numbers cannot be differentiated in: "
                "take real and imaginary parts as two arrays"
            )
    return f"an array of dtype {array.dtype} cannot be differentiated in: pass one of floats"


def captured(value: Any, tag: Tag) -> Any:
    """Return a value as an array whose numbers stay as they are until a sweep has read them."""
    if isinstance(value, Traced):
        return value
    array = np.asarray(value)
    if array is not value or not array.flags.writeable:
        return array
    if array.size <= SMALL or tag is GROUND:
        return array.copy()
    lock(array, tag)
    return array


def lock(array: np.ndarray, tag: Tag) -> None:
    """Make `array`, and what it is a view of, read-only until the differentiation has ended."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            array.flags.writeable = False
            tag.on_close.append(lambda locked=array: locked.setflags(write=True))
        array = array.base


def backward(
    outputs: Sequence[Tensor], seeds: Sequence[Array], wanted: Sequence[Tensor] = ()
) -> None:
    """Set the adjoint of every array behind `outputs` to Σ seedᵢ · ∂outputᵢ/∂array.

    Seeds have their output's shape, with the same batch axes, if any, in front of all. The
    adjoints of arrays in `wanted` are set even where no output depends on them.

    Raises:
        InputError: when a seed has another shape, or the outputs are of different levels.
    """
    tag = outputs[0].tag
    for output, seed in zip(outputs, seeds, strict=True):
        if output.tag is not tag:
            raise InputError("the outputs belong to different differentiations")
        if np.shape(seed)[np.ndim(seed) - output.ndim :] != output.shape:
            raise InputError(
                f"a seed of shape {np.shape(seed)} does not fit an output of shape {output.shape}"
            )
    tag.sweep = sweep = object()
    order = creation_order(outputs)
    for node in order:
        node._adjoint = None
        node._sweep = sweep
    for output, seed in zip(outputs, seeds, strict=True):
        _accumulate(output, seed)
    with np.errstate(all="ignore"):
        for node in reversed(order):
            if node.operands and node._adjoint is not None:
                _pull_back(node)
    front = np.shape(seeds[0])[: np.ndim(seeds[0]) - outputs[0].ndim]
    for node in wanted:
        if node._sweep is not sweep or node._adjoint is None:
            node._sweep, node._adjoint = sweep, np.zeros(front + node.shape, node.dtype)


def _pull_back(node: Tensor) -> None:
    """Hand the adjoint of `node` on to its operands."""
    primals, active = node.peeled()
    shares = node.primitive.pull(primals, active, node.primal, node.params, node._adjoint)
    for operand, is_active, share in zip(node.operands, active, shares, strict=True):
        if is_active and share is not None:
            _accumulate(operand, share)


def _accumulate(node: Tensor, share: Array) -> None:
    """Add `share` to the adjoint of `node`, in the type of its value."""
    if share.dtype != node.dtype:
        share = share.astype(node.dtype)
    node._adjoint = share if node._adjoint is None else node._adjoint + share


def creation_order(outputs: Iterable[Tensor]) -> list[Tensor]:
    """Return the arrays that `outputs` depend on, themselves included, as they were made."""
    found = {id(output): output for output in outputs}
    waiting = list(found.values())
    while waiting:
        node = waiting.pop()
        for operand in node.operands:
            if is_of(operand, node.tag) and id(operand) not in found:
                found[id(operand)] = operand
                waiting.append(operand)
    return sorted(found.values(), key=_by_serial)


def _transpose(rule: Any, zeros: Sequence[Array | None], y_bar: Array) -> list[Array | None]:
    """Return the transpose of the linear map `rule`, applied to `y_bar`.

    A linear map is its own derivative, so running it in reverse, anywhere, transposes it.
    """
    with differentiation() as tag:
        tangents = [None if zero is None else Tensor(zero, tag=tag) for zero in zeros]
        y_dot = rule(*tangents)
        if isinstance(y_dot, Tensor) and y_dot.tag is tag:
            backward([y_dot], [y_bar])
        return [None if tangent is None else tangent.adjoint for tangent in tangents]


Structured.transpose = staticmethod(_transpose)
