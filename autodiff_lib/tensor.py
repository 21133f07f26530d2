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
from autodiff_lib.broadcasting import Array, Shape
from autodiff_lib.errors import FreedError, InputError
from autodiff_lib.locking import SMALL, bases, lock, owned_by_numpy, read_only
from autodiff_lib.primitives import Primitive, Structured, evaluate, has_own_rules
from autodiff_lib.tags import GROUND, Tag, differentiation
from autodiff_lib.tracing import Traced, is_of

_serials = itertools.count()
_by_serial = attrgetter("serial")
_new = object.__new__


class Node:
    """What sweeps need of an array: how it was made, and of what.

    It holds those values only that the rule of a primitive reads. The others can go as soon as
    the program has done with them.

    Attributes:
        operands: the nodes that it was made from, None for what is constant; empty for an input.
        primals: the operands' values one level further out; for one that is not read, its node,
            which has the shape and the type.
        active: which of them belong to this differentiation.
    """

    __slots__ = (
        "_adjoint",
        "_mark",
        "_owns",
        "_sweep",
        "_value",
        "active",
        "dtype",
        "operands",
        "params",
        "primals",
        "primitive",
        "serial",
        "shape",
        "tag",
    )

    def __init__(self, value: Array, tag: Tag) -> None:
        """Make an input of the graph."""
        self.operands = self.primals = self.active = ()
        self.primitive: Primitive | None = None
        self.params: dict = {}
        self._value, self.shape, self.dtype = value, value.shape, value.dtype
        self.tag, self.serial, self._mark, self._sweep = tag, next(_serials), None, None

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def value(self) -> Any:
        """The value; or the node, which has the shape and the type, where a rule needs no more."""
        return self if self._value is None else self._value

    @property
    def adjoint(self) -> Array:
        """The latest sweep's adjoint; zeros where its output does not depend on this array."""
        if self._sweep is None or self._sweep is not self.tag.sweep:
            return np.zeros(self.shape, self.dtype)
        if self._adjoint is None:
            raise FreedError(
                "a transform keeps the adjoints of its inputs only: make Tensors and call backward"
            )
        return self._adjoint


class Tensor(TracedArray):
    """An array that records the operations it goes through.

    Attributes:
        primal: the value, a read-only array of floats.
        node: its place in the graph.

    >>> x = Tensor([1.0, 2.0, 3.0])
    >>> np.sum(x * x).backward()
    >>> x.adjoint
    array([2., 4., 6.])
    """

    __slots__ = ("node", "primal", "tag")

    def __init__(self, primal: Any, *, tag: Tag = GROUND) -> None:
        """Make an input of the graph.

        Raises:
            InputError: when `primal` is no array of floats.
        """
        primal = captured(primal, tag)
        if primal.dtype.kind != "f" or has_own_rules(primal):
            raise InputError(_not_floats(primal))
        self.primal = read_only(primal)
        self.node = Node(primal, tag)
        self.tag = tag

    @property
    def adjoint(self) -> Array:
        """The derivative, in this array, of what `backward` was last called on."""
        return self.node.adjoint

    def lift_array(self, primitive: Primitive, operands: Sequence[Any], params: dict) -> Any:
        tag = self.tag
        values, nodes, primals, active, plain = [], [], [], [], True
        for operand, is_read in zip(operands, primitive.reads, strict=False):
            value, node = operand, None
            if isinstance(operand, Traced):
                if operand.tag is tag:
                    value, node = operand.primal, operand.node
                if type(value) is not np.ndarray:
                    plain = plain and not isinstance(value, Traced)
            elif is_read and isinstance(operand, np.ndarray):
                value = captured(operand, tag)
            values.append(value)
            nodes.append(node)
            primals.append(value if is_read or node is None else node)
            active.append(node is not None)
        result, node = _new(Tensor), _new(Node)
        y = result.primal = read_only(evaluate(primitive, values, params, plain))
        result.node, result.tag = node, tag
        node._value = y if primitive.reads_result else None
        node.shape, node.dtype = y.shape, y.dtype
        node.operands, node.primals, node.active = nodes, primals, active
        node.primitive, node.params, node.tag = primitive, params, tag
        node.serial, node._mark, node._sweep = next(_serials), None, None
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
    if array.size <= SMALL or tag is GROUND:
        return _kept(array)
    chain = bases(array)
    if not owned_by_numpy(chain):
        return _kept(array)
    if id(chain[-1]) not in tag.locked or any(link.flags.writeable for link in chain):
        unlock = lock(array)
        if unlock is not None:
            tag.on_close.append(unlock)
            tag.locked.add(id(chain[-1]))
    return array


def _kept(array: np.ndarray) -> np.ndarray:
    """Return a copy of an array that somebody may write to."""
    return array.copy() if array.flags.writeable or array.base is not None else array


@np.errstate(all="ignore")
def backward(
    outputs: Sequence[Tensor], seeds: Sequence[Array], inputs: Sequence[Tensor] | None = None
) -> None:
    """Set the adjoint of every array behind `outputs` to Σ seedᵢ · ∂outputᵢ/∂array.

    Seeds have their output's shape, with the same batch axes, if any, in front of all. Where
    `inputs` are given, their adjoints are set, even where no output depends on them, and the
    memory of all others is given back along the way.

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
        node._sweep = sweep
    for output, seed in zip(outputs, seeds, strict=True):
        _accumulate(output.node, seed)
    for node in reversed(order):
        if node.primitive is not None and node._adjoint is not None:
            _pull_back(node)
            if inputs is not None:
                node._adjoint = None
    front = seeds[0].shape[: seeds[0].ndim - outputs[0].ndim]
    for node in order if inputs is None else [x.node for x in inputs]:
        if node._sweep is not sweep or node._adjoint is None:
            node._sweep, node._adjoint = sweep, np.zeros(front + node.shape, node.dtype)


def _pull_back(node: Node) -> None:
    """Hand the adjoint of `node` on to its operands."""
    y_bar, primitive = node._adjoint, node.primitive
    if primitive.add_to is not None and not isinstance(y_bar, Traced):
        (operand,) = node.operands
        if not isinstance(operand._adjoint, Traced):
            front = y_bar.shape[: y_bar.ndim - node.ndim]
            primitive.add_to(_own_adjoint(operand, front), y_bar, **node.params)
            return
    shares = primitive.pull(node.primals, node.active, node.value, node.params, y_bar)
    for operand, share in zip(node.operands, shares, strict=True):
        if operand is not None and share is not None:
            _accumulate(operand, share)


def _accumulate(node: Node, share: Array) -> None:
    """Add `share` to the adjoint of `node`, in the type of its value.

    The first share may be an array that other places see too. A sum is the node's own: further
    shares are added in its place.
    """
    if share.dtype != node.dtype:
        share = share.astype(node.dtype)
    adjoint = node._adjoint
    if adjoint is None:
        node._adjoint, node._owns = share, False
    elif node._owns and type(share) is np.ndarray and share.shape == adjoint.shape:
        np.add(adjoint, share, adjoint)
    else:
        node._adjoint = adjoint = adjoint + share
        node._owns = type(adjoint) is np.ndarray


def _own_adjoint(node: Node, front: Shape) -> np.ndarray:
    """Return the adjoint of `node`, plain so far, as an array in C order that nobody else sees."""
    if node._adjoint is None:
        node._adjoint = np.zeros(front + node.shape, node.dtype)
    elif not (node._owns and node._adjoint.flags.c_contiguous):
        node._adjoint = np.array(node._adjoint, order="C")
    node._owns = True
    return node._adjoint


def creation_order(outputs: Iterable[Tensor]) -> list[Node]:
    """Return the nodes that `outputs` depend on, their own included, as they were made."""
    mark = object()
    found: list[Node] = []
    for output in outputs:
        if output.node._mark is not mark:
            output.node._mark = mark
            found.append(output.node)
    for node in found:  # which grows while it is read
        for operand in node.operands:
            if operand is not None and operand._mark is not mark:
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
        backward([y_dot], [y_bar], inputs)
        return [None if tangent is None else tangent.adjoint for tangent in tangents]


Structured.transpose = staticmethod(_transpose)
