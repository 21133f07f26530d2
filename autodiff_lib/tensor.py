"""Reverse mode on arrays: a `Tensor` remembers what it was made from.

A program is written in plain NumPy: `np.sin(x) @ w`. NumPy hands every call that meets a traced
array to it (`array_protocol.py`), the call becomes primitives (`numpy_api`), and a primitive
knows how to treat values, tangents and cotangents (`primitives.py`).

`Tensor` is what `Var` is for numbers: a sweep walks the graph back in reverse order of
creation. Cotangents may come in batches, with axes in front of the value's own, so that a whole
Jacobian takes one sweep. The values that a sweep reads must stay as they are (`locking.py`).
"""

import itertools
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

import autodiff_lib.numpy_api  # noqa: F401, it registers NumPy's functions
from autodiff_lib.array_protocol import TracedArray
from autodiff_lib.broadcasting import Array
from autodiff_lib.errors import InputError
from autodiff_lib.locking import SMALL, lock, owned_by_numpy, read_only
from autodiff_lib.primitives import Primitive, Structured, evaluate, has_own_rules
from autodiff_lib.tags import GROUND, Tag, differentiation
from autodiff_lib.tracing import Traced, is_of

_serials = itertools.count()
_by_serial = attrgetter("serial")
_new = object.__new__


class Tensor(TracedArray):
    """An array that records the operations it goes through.

    Attributes:
        primal: the value, a read-only array of floats. Another may be assigned: the operations
            to come use it, and sweeps over those recorded before use the old one.
        operands: what it was made from; empty for an input.
        primals: their values one level further out.
        active: which of them belong to this differentiation.
        adjoint: the derivative, in this array, of what `backward` was last called on.

    >>> x = Tensor([1.0, 2.0, 3.0])
    >>> np.sum(x * x).backward()
    >>> x.adjoint
    array([2., 4., 6.])
    """

    __slots__ = (
        "_adjoint",
        "_mark",
        "_own",
        "_recorded",
        "_sweep",
        "active",
        "operands",
        "params",
        "primal",
        "primals",
        "primitive",
        "serial",
        "tag",
    )

    def __init__(self, primal: Any, *, tag: Tag = GROUND) -> None:
        """Make an input of the graph.

        Raises:
            InputError: when `primal` is no array of floats.
        """
        primal = captured(primal, tag)
        if primal.dtype.kind != "f" or has_own_rules(primal):
            raise InputError(_not_floats(primal))
        self.primal = read_only(primal)
        self.operands = self.primals = self.active = ()
        self.primitive: Primitive | None = None
        self.params: dict = {}
        self.tag = tag
        self.serial = next(_serials)
        self._mark = self._sweep = None

    @property
    def adjoint(self) -> Array:
        """The latest sweep's adjoint; zeros where its output does not depend on this array."""
        if self._sweep is not None and self._sweep is self.tag.sweep:
            return self._adjoint
        return np.zeros(self.shape, self.dtype)

    def lift_array(self, primitive: Primitive, operands: Sequence[Any], params: dict) -> Any:
        tag = self.tag
        primals, active, plain = [], [], True
        for operand in operands:
            is_active = False
            if isinstance(operand, Traced):
                if operand.tag is tag:
                    operand, is_active = operand.primal, True
                plain = plain and not isinstance(operand, Traced)
            elif primitive.reads and isinstance(operand, np.ndarray):
                operand = captured(operand, tag)
            primals.append(operand)
            active.append(is_active)
        result = _new(Tensor)
        result.primal = result._recorded = read_only(evaluate(primitive, primals, params, plain))
        result.operands, result.primals, result.active = operands, primals, active
        result.primitive, result.params, result.tag = primitive, params, tag
        result.serial, result._mark, result._sweep = next(_serials), None, None
        return result

    def backward(self, seed: Any = None) -> None:
        """Propagate the adjoint `seed` back to all that this array was made from.

        `seed` has the shape of this array, or further axes in front: a batch. It may be left
        out for a single number. Every sweep starts from zero: nothing is added to the adjoints
        of an earlier one.

        Raises:
            InputError: when the seed has another shape, or is missing for more than a number.
        """
        if seed is None:
            if self.shape != ():
                raise InputError(f"an array of shape {self.shape} needs a seed of that shape")
            seed = 1.0
        backward([self], [seed if isinstance(seed, Traced) else np.asarray(seed, self.dtype)])

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
    if has_own_rules(array):
        return (
            f"a {type(array).__name__} cannot be differentiated in, for it has rules of its own: "
            "pass np.asarray(x), and use np.where for a mask"
        )
    return f"an array of dtype {array.dtype} cannot be differentiated in: pass one of floats"


def captured(value: Any, tag: Tag) -> Any:
    """Return a value as an array whose numbers stay as they are until a sweep has read them.

    Arrays of the ground level, which never ends, are copied at any size, and so are those in
    memory that NumPy does not own, for it could not lock that.
    """
    if isinstance(value, Traced):
        return value
    array = value if isinstance(value, np.ndarray) else np.asarray(value)
    if array is not value:
        return array
    if array.size <= SMALL or tag is GROUND or not owned_by_numpy(array):
        return array.copy() if array.flags.writeable or array.base is not None else array
    unlock = lock(array)
    if unlock is not None:
        tag.on_close.append(unlock)
    return array


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
        if seed.shape[seed.ndim - output.ndim :] != output.shape:
            raise InputError(
                f"a seed of shape {seed.shape} does not fit an output of shape {output.shape}"
            )
    tag.sweep = sweep = object()
    order = creation_order(outputs)
    for node in order:
        node._adjoint = None
        node._own = False
        node._sweep = sweep
    for output, seed in zip(outputs, seeds, strict=True):
        _accumulate(output, seed)
    with np.errstate(all="ignore"):
        for node in reversed(order):
            if node.primitive is not None and node._adjoint is not None:
                _pull_back(node)
    front = seeds[0].shape[: seeds[0].ndim - outputs[0].ndim]
    for node in (*order, *wanted):
        if node._sweep is not sweep or node._adjoint is None:
            node._sweep, node._adjoint = sweep, np.zeros(front + node.shape, node.dtype)


def _pull_back(node: Tensor) -> None:
    """Hand the adjoint of `node` on to its operands."""
    operands, active = node.operands, node.active
    shares = node.primitive.pull(node.primals, active, node._recorded, node.params, node._adjoint)
    for place, share in enumerate(shares):
        if share is not None and active[place]:
            _accumulate(operands[place], share)


def _accumulate(node: Tensor, share: Array) -> None:
    """Add `share` to the adjoint of `node`, in the type of its value.

    A share may be an array that other nodes have too. A sum is the node's own: the next share
    is added in its place.
    """
    dtype = node.primal.dtype
    if share.dtype != dtype:
        share = share.astype(dtype)
    adjoint = node._adjoint
    if adjoint is None:
        node._adjoint = share
    elif node._own and type(share) is np.ndarray and share.shape == adjoint.shape:
        np.add(adjoint, share, adjoint)
    else:
        node._adjoint = adjoint = adjoint + share
        node._own = type(adjoint) is np.ndarray


def creation_order(outputs: Iterable[Tensor]) -> list[Tensor]:
    """Return the arrays that `outputs` depend on, themselves included, as they were made."""
    mark = object()
    found: list[Tensor] = []
    for output in outputs:
        if output._mark is not mark:
            output._mark = mark
            found.append(output)
    for node in found:  # which grows while it is read
        for operand, is_active in zip(node.operands, node.active, strict=True):
            if is_active and operand._mark is not mark:
                operand._mark = mark
                found.append(operand)
    found.sort(key=_by_serial)
    return found


def _transpose(rule: Any, zeros: Sequence[Array | None], y_bar: Array) -> list[Array | None]:
    """Return the transpose of the linear map `rule`, applied to `y_bar`.

    A linear map is its own derivative, so running it in reverse, anywhere, transposes it.
    """
    with differentiation() as tag:
        tangents = [None if zero is None else Tensor(zero, tag=tag) for zero in zeros]
        y_dot = rule(*tangents)
        if not is_of(y_dot, tag):
            return list(zeros)
        inputs = [tangent for tangent in tangents if tangent is not None]
        backward([y_dot], [y_bar], wanted=inputs)
        return [None if tangent is None else tangent.adjoint for tangent in tangents]


Structured.transpose = staticmethod(_transpose)
