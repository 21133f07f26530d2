"""A function run once and recorded: its Jacobian can then be multiplied from either side.

`push` takes tangents of the inputs to tangents of the outputs (J·ẋ), `pull` takes cotangents
of the outputs back to the inputs (ȳᵀ·J). Both walk the same graph, one in the order in which
it was made, one against it. `pushed` and `pushed_columns` need no graph: they compute J·ẋ, and
all of J, along with the value.

Numbers are traced with `Var` and `Dual`; where an array comes in, everything is traced with
`Tensor` and `TensorDual`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from types import ModuleType
from typing import Any

from autodiff_lib import numbers_engine
from autodiff_lib.arguments import Arguments
from autodiff_lib.errors import (
    EscapedError,
    OutputError,
    OverwriteError,
    ScalarMeetsArrayError,
)
from autodiff_lib.tags import Tag, differentiation
from autodiff_lib.tracing import Traced, enclosing, is_of
from autodiff_lib.trees import as_given, leaves, rebuild


class Recording:
    """`f` recorded, as a function of those `arguments` that are differentiated in.

    As long as it lives, arrays that the sweeps will read stay locked; `with` ends that sooner.

    Attributes:
        leaves: what is in the containers of those arguments.
        inputs: the traced leaves of those arguments.
        outputs: the leaves of the result; one that depends on no input is no traced value.
        primals: the values of `outputs`.
        aux: with `has_aux`, the second of the pair that `f` returned, its values.

    Raises:
        InputError: when a leaf to differentiate in is no float and no array of floats.
        OutputError: when the result has a leaf that is no number and no array.
    """

    def __init__(self, f: Callable, arguments: Arguments, has_aux: bool = False) -> None:
        self._unlock: list[Callable[[], None]] = []
        self.arguments = arguments
        self.leaves = self.arguments.leaves
        self.aux = None

        def record(engine: ModuleType) -> None:
            self.engine = engine
            self._record(f, has_aux)

        with_engine_for(self.leaves, record)

    def _record(self, f: Callable, has_aux: bool) -> None:
        with differentiation() as tag:
            self._tag = tag
            variable = self.engine.variable
            self.inputs = [variable(leaf, tag) for leaf in self.leaves]
            self.result = _run(f, self.arguments.replaced(self.inputs), tag)
            if has_aux:
                self.result, self.aux = _pair(self.result)
                self.aux = rebuild(self.aux, [_released(x, tag) for x in leaves(self.aux)])
            self.outputs = leaves(self.result)
            self.primals = [primal_of(output, tag) for output in self.outputs]
            self._unlock, tag.on_close = tag.on_close, []

    def __enter__(self) -> "Recording":
        return self

    def __exit__(self, *error: object) -> None:
        while self._unlock:
            self._unlock.pop()()

    def __del__(self) -> None:
        self.__exit__()

    @property
    def value(self) -> Any:
        """The result of `f`, in its containers, for the user to keep and overwrite."""
        return rebuild(self.result, [_released(x, self._tag) for x in self.outputs])

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
        return self.arguments.size

    @property
    def output_size(self) -> int:
        """How many numbers the outputs hold."""
        return sum(_size(primal) for primal in self.primals)

    def columns(self) -> list[list[Any]]:
        """Return ∂output/∂input for each output and each input, pushing a tangent a column."""
        blocks = self.engine.columns(self.push, self.inputs, self.primals)
        return self.arguments.as_given(blocks)

    def rows(self) -> list[list[Any]]:
        """Return ∂output/∂input for each output and each input, pulling a cotangent a row."""
        blocks = self.engine.rows(self.pull, self.inputs, self.primals)
        return self.arguments.as_given(blocks)


def pushed(f: Callable, args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Return f(*args), and the tangent of each of its leaves, by forward mode.

    `tangents` has one for each leaf of `args`.

    Raises:
        InputError, OutputError: as `Recording` does.
    """
    given = leaves(args)

    def run(engine: ModuleType) -> tuple[Any, list[Any]]:
        with differentiation() as tag:
            duals = [engine.dual(*pair, tag) for pair in zip(given, tangents, strict=True)]
            result = _run(f, rebuild(args, duals), tag)
            outputs = leaves(result)
            primals = [primal_of(output, tag) for output in outputs]
            moved = engine.tangents(tag, outputs, tangents)
            value = rebuild(result, [_released(x, tag) for x in outputs])
        return value, [as_given(x, y) for x, y in zip(moved, primals, strict=True)]

    return with_engine_for(given, run)


def pushed_columns(f: Callable, arguments: Arguments) -> tuple[Any, list[list[Any]]]:
    """Return the result of f at `arguments`, traced, and ∂output/∂input for each leaf of both.

    The columns of the Jacobian come along with the value: all at once, and without a graph.

    Raises:
        InputError, OutputError: as `Recording` does.
    """

    def run(engine: ModuleType) -> tuple[Any, list[list[Any]]]:
        with differentiation() as tag:
            inputs = engine.spread(arguments.leaves, tag)
            result = _run(f, arguments.replaced(inputs), tag)
            outputs = leaves(result)
            for output in outputs:
                primal_of(output, tag)
            return result, engine.spread_columns(tag, inputs, outputs)

    result, blocks = with_engine_for(arguments.leaves, run)
    return result, arguments.as_given(blocks)


def _run(f: Callable, args: Sequence[Any], tag: Tag) -> Any:
    """Return f(*args).

    Raises:
        OverwriteError: when it writes to an array that is locked.
    """
    try:
        return f(*args)
    except ValueError as error:
        if tag.on_close and "read-only" in str(error) and not isinstance(error, OverwriteError):
            raise OverwriteError(
                "the function overwrites an array that its derivative depends on, and that is "
                f"locked until that is known ({error}): write to a copy, array.copy()"
            ) from error
        raise


def with_engine_for(given: Sequence[Any], run: Callable[[ModuleType], Any]) -> Any:
    """Return run(engine), with the engine that the leaves need, or that the program turns out to.

    A program of numbers may come to meet arrays. Then it is run again, with arrays from the
    start.
    """
    if not any(map(_is_array, given)):
        try:
            return run(numbers_engine)
        except ScalarMeetsArrayError:
            pass
    return run(_arrays_engine())


@cache
def _arrays_engine() -> ModuleType:
    """Return the engine for arrays, which needs NumPy: numbers do without."""
    from autodiff_lib import arrays_engine

    return arrays_engine


def _pair(result: Any) -> tuple[Any, Any]:
    if isinstance(result, tuple) and len(result) == 2:
        return result
    raise OutputError(
        f"with has_aux the function must return a pair, this one returned {result!r}: "
        "return (value, aux)"
    )


def _size(leaf: Any) -> int:
    return getattr(leaf, "size", 1)


def _is_array(leaf: Any) -> bool:
    """Say whether a leaf needs the engine for arrays: anything with a shape."""
    return hasattr(leaf, "shape") and hasattr(leaf, "dtype")


def primal_of(output: Any, tag: Tag) -> Any:
    """Return the value of an output one level out.

    Raises:
        EscapedError: when it was traced by a differentiation that has ended.
        OutputError: when it is no number and no array.
    """
    if isinstance(output, Traced):
        if output.tag is tag:
            return output.primal
        if not output.tag.is_open:
            raise EscapedError(
                "the function returned a value of a differentiation that has ended; return "
                "what it computes from its own arguments"
            )
        return enclosing(output, tag)
    if isinstance(output, int | float) or (_is_array(output) and output.dtype.kind in "biuf"):
        return output
    kind = getattr(output, "dtype", type(output).__name__)
    raise OutputError(
        f"the function returned {output!r} of type {kind}; "
        "return numbers or arrays of real numbers, in lists, tuples or dicts if need be"
    )


def _released(output: Any, tag: Tag) -> Any:
    """Return the value of an output one level out, not shared with what a sweep may read."""
    value = output.primal if is_of(output, tag) else output
    is_locked = hasattr(value, "flags") and getattr(value, "ndim", 0) and not value.flags.writeable
    return value.copy() if is_locked else value
