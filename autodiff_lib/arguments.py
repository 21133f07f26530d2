"""The arguments of a call, and which of them are differentiated in."""

from collections.abc import Sequence
from typing import Any

from autodiff_lib.errors import InputError
from autodiff_lib.trees import as_given, leaves, rebuild

Argnums = int | Sequence[int]


class Arguments:
    """`args`, of which those that `argnums` names, or all, are differentiated in.

    Attributes:
        chosen: those arguments, in the order of `argnums`.
        leaves: what is in their containers.

    Raises:
        InputError: when one of them is missing.

    >>> call = Arguments(([1.0, 2.0], "data"), 0)
    >>> call.leaves, call.replaced([3.0, 4.0]), call.derivatives([0.5, 0.25])
    ([1.0, 2.0], [[3.0, 4.0], 'data'], [0.5, 0.25])
    """

    __slots__ = ("argnums", "args", "chosen", "leaves", "places")

    def __init__(self, args: Sequence[Any], argnums: Argnums | None = None) -> None:
        self.args = args
        self.argnums = range(len(args)) if argnums is None else argnums
        numbers = (argnums,) if isinstance(argnums, int) else self.argnums
        self.places = [_place(number, len(args)) for number in numbers]
        self.chosen = [args[place] for place in self.places]
        self.leaves = leaves(self.chosen)

    @property
    def size(self) -> int:
        """How many numbers the leaves hold."""
        return sum([getattr(leaf, "size", 1) for leaf in self.leaves])

    def replaced(self, inputs: Sequence[Any]) -> list[Any]:
        """Return all arguments, with `inputs` for the leaves."""
        args = list(self.args)
        for place, argument in zip(self.places, rebuild(self.chosen, inputs), strict=True):
            args[place] = argument
        return args

    def derivatives(self, found: Sequence[Any]) -> Any:
        """Return derivatives in the containers of the arguments, of one of them or of several."""
        if isinstance(self.argnums, int):
            return rebuild(self.chosen[0], found)
        return tuple(rebuild(self.chosen, found))

    def as_given(self, blocks: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return rows of derivatives in the leaves, as floats where those are floats."""
        return [list(map(as_given, row, self.leaves)) for row in blocks]


def _place(number: int, count: int) -> int:
    """Return argument number `number` of `count`, counted from 0."""
    if not -count <= number < count:
        raise InputError(f"argnums names argument {number}, but only {count} were given")
    return number % count
