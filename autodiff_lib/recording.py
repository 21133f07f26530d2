"""A function run once and recorded: its Jacobian can then be multiplied from either side.

`push` takes tangents of the inputs to tangents of the outputs (J·ẋ), `pull` takes cotangents
of the outputs back to the inputs (ȳᵀ·J). Both walk the same graph, one in the order in which
it was made, one against it.

Numbers are recorded with `Var`; where an array comes in, everything is recorded with `Tensor`.
"""

import weakref
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from autodiff_lib import numbers_engine
from autodiff_lib.errors import EscapedError, InputError, OutputError, ScalarMeetsArrayError
from autodiff_lib.tags import Tag, differentiation
from autodiff_lib.tracing import Traced
from autodiff_lib.trees import as_given, leaves, rebuild


class Recording:
    """`f` recorded at `args`, as a function of the arguments that `argnums` names.

    Attributes:
        inputs: the traced leaves of those arguments.
        outputs: the leaves of the result; one that depends on no input is no traced value.
        primals: the values of `outputs`.
        value: the result of `f`, in its containers.

    Raises:
        InputError: when a leaf to differentiate in is no float and no array of floats.
        OutputError: when the result has a leaf that is no number and no array.
    """

    def __init__(self, f: Callable, args: Sequence[Any], argnums: Sequence[int]) -> None:
        places = [_place(number, len(args)) for number in argnums]
        self.arguments = [args[place] for place in places]
        self.leaves = leaves(self.arguments)
        self.engine = _arrays_engine() if any(map(_is_array, self.leaves)) else numbers_engine
        try:
            self._record(f, args, places)
        except ScalarMeetsArrayError:
            if self.engine is not numbers_engine:
                raise
            self.engine = _arrays_engine()
            self._record(f, args, places)

    def _record(self, f: Callable, args: Sequence[Any], places: Sequence[int]) -> None:
        with differentiation() as tag:
            self._tag = tag
            self.inputs = [self.engine.variable(leaf, tag) for leaf in self.leaves]
            traced = list(args)
            for place, argument in zip(places, rebuild(self.arguments, self.inputs), strict=True):
                traced[place] = argument
            result = f(*traced)
            self.outputs = leaves(result)
            self.primals = [_primal(output, tag) for output in self.outputs]
            self.value = rebuild(result, self.primals)
            unlock, tag.on_close = tag.on_close, []
        if unlock:
            # `pull` reads the arrays that were locked, as long as anyone can call it.
            weakref.finalize(self, _undo, unlock)

    def pull(self, cotangents: Sequence[Any]) -> list[Any]:
        """Return a cotangent for each leaf of the inputs, from one for each of the outputs.

        Arrays of cotangents may have a batch of axes in front, the same in all.
        """
        found = self.engine.pull(self._tag, self.inputs, self.outputs, cotangents)
        return [as_given(x, leaf) for x, leaf in zip(found, self.leaves, strict=True)]

    def push(self, tangents: Sequence[Any]) -> list[Any]:
        """Return a tangent for each leaf of the outputs, from one for each of the inputs.

        Arrays of tangents may have a batch of axes in front, the same in all.
        """
        return self.engine.push(self._tag, self.inputs, tangents, self.outputs)

    @property
    def input_size(self) -> int:
        """How many numbers the inputs hold."""
        return sum(_size(leaf) for leaf in self.leaves)

    @property
    def output_size(self) -> int:
        """How many numbers the outputs hold."""
        return sum(_size(primal) for primal in self.primals)

    def columns(self) -> list[list[Any]]:
        """Return ∂output/∂input for each output and each input, pushing a tangent a column."""
        return self.engine.columns(self)

    def rows(self) -> list[list[Any]]:
        """Return ∂output/∂input for each output and each input, pulling a cotangent a row."""
        return self.engine.rows(self)


def _arrays_engine() -> ModuleType:
    """Return the engine for arrays, which needs NumPy."""
    from autodiff_lib import arrays_engine

    return arrays_engine


def _undo(actions: list[Callable[[], None]]) -> None:
    for action in reversed(actions):
        action()


def _place(number: int, count: int) -> int:
    """Return argument number `number` of `count`, counted from 0."""
    if not -count <= number < count:
        raise InputError(f"argnums names argument {number}, but only {count} were given")
    return number % count


def _size(leaf: Any) -> int:
    return getattr(leaf, "size", 1)


def _is_array(leaf: Any) -> bool:
    """Say whether a leaf needs the engine for arrays: anything with a shape."""
    return hasattr(leaf, "shape") and hasattr(leaf, "dtype")


def _primal(output: Any, tag: Tag) -> Any:
    """Return the value of an output one level out."""
    if isinstance(output, Traced):
        if output.tag is tag:
            return output.primal
        if not output.tag.is_open:
            raise EscapedError(
                "the function returned a value of a differentiation that has ended; return "
                "what it computes from its own arguments"
            )
        return output
    if isinstance(output, int | float) or _is_array(output):
        return output
    raise OutputError(
        f"the function returned {output!r} of type {type(output).__name__}; "
        "return numbers or arrays, in lists, tuples or dicts if need be"
    )
