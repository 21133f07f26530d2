"""Reverse mode on a tape: the operations of a program, recorded in a Wengert list.

A `Var` holds its graph as objects that point to one another. A `TapeVar` holds nothing but its
place on the tape, where the same graph stands as numbers in columns. That takes less memory
and less time, lets the record be read line by line, replayed at other inputs and given back
at once; but it keeps every operation, needed or not, for as long as it is kept itself.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 6.1.
"""

from collections.abc import Sequence
from typing import Any

from autodiff_lib.errors import FreedError, InputError, ReplayError
from autodiff_lib.expressions import formula
from autodiff_lib.replay import Guard, constant_text, label, replayed
from autodiff_lib.tables import Table
from autodiff_lib.tags import GROUND, differentiation
from autodiff_lib.tapevar import TapeVar
from autodiff_lib.tracing import Traced, enclosing, real, value_of
from autodiff_lib.wengert import INPUT, NONE, RULE_OF, WengertList

DIGITS = 6


class Tape(WengertList):
    """A record of operations, made inside a `with` block and used as often as need be.

    A record takes 33 bytes, or 36 with the room that growing arrays keep; each comparison of
    recorded values takes a small tuple besides, a `Guard`.

    >>> from autodiff_lib.math import sin
    >>> with Tape() as tape:
    ...     x, y = tape.variable(0.5, "x"), tape.variable(4.2, "y")
    ...     z = x * y + sin(x)
    >>> [f"{partial:.6f}" for partial in tape.gradient(z, [x, y])]
    ['5.077583', '0.500000']
    >>> print(tape)
    record  formula     value  partials
    v₀      x        0.500000
    v₁      y        4.200000
    v₂      v₀·v₁    2.100000  4.200000, 0.500000
    v₃      sin(v₀)  0.479426  0.877583
    v₄      v₂ + v₃  2.579426  1.000000, 1.000000
    """

    def __init__(self) -> None:
        super().__init__()
        self.tag = GROUND
        self.guards: list[Guard] = []
        self._names: dict[int, str] = {}
        self._block = None
        self._freed = False
        self.takes_floats = False  # whether the methods of `TapeVar` may write floats

    def __enter__(self) -> "Tape":
        if self._block is not None:
            raise InputError("a tape records one `with` block; make another Tape() for the next")
        self._block = differentiation()
        self.tag = self._block.__enter__()
        self.takes_floats = True
        return self

    def __exit__(self, *error: Any) -> None:
        self.takes_floats = False
        self._block.__exit__(*error)

    def variable(self, value: Any, name: str = "") -> TapeVar:
        """Return an input of the record, called `name` in tables.

        Raises:
            InputError: outside the tape's `with` block, or when `value` is no real number.
            FreedError: when the tape has been freed.
        """
        self.expect_unfreed()
        if self._block is None or not self.tag.is_open:
            raise InputError("a tape records inside its block only: `with Tape() as tape:`")
        place = self.append(INPUT, (), (), enclosing(value, self.tag))
        if name:
            self._names[place] = name
        return TapeVar(self, place)

    def append(self, *record: Any) -> int:
        place = super().append(*record)
        self.takes_floats = self.on_floats
        return place

    def gradient(self, output: TapeVar, inputs: Any) -> Any:
        """Return ∂output/∂input: a number for one input, a list for a list of them.

        The inputs may be any recorded values.

        Raises:
            InputError: for what this tape did not record.
            FreedError: when the tape has been freed.
        """
        if isinstance(inputs, TapeVar):
            return self.vjp([output], [1.0], [inputs])[0]
        return self.vjp([output], [1.0], inputs)

    def vjp(
        self, outputs: Sequence[TapeVar], cotangents: Sequence[Any], inputs: Sequence[TapeVar]
    ) -> list[Any]:
        """Return ȳᵀ·∂outputs/∂inputs by one reverse sweep, for one cotangent ȳᵢ an output.

        Raises:
            InputError: for what this tape did not record, or cotangents of another number.
            FreedError: when the tape has been freed.
        """
        adjoints = self.reverse(self._seeds(outputs, cotangents, "outputs", "cotangents"))
        return [adjoints[self._place(x)] for x in inputs]

    def jvp(
        self, inputs: Sequence[TapeVar], tangents: Sequence[Any], outputs: Sequence[TapeVar]
    ) -> list[Any]:
        """Return ∂outputs/∂inputs·ẋ by one forward sweep, for one tangent ẋᵢ an input.

        Raises:
            InputError: for what this tape did not record, or tangents of another number.
            FreedError: when the tape has been freed.
        """
        moved = self.forward(self._seeds(inputs, tangents, "inputs", "tangents"))
        return [moved[self._place(y)] for y in outputs]

    def replay(self, *inputs: Any) -> None:
        """Evaluate the record anew at `inputs`, one for each `variable`, in their order.

        Every value and partial is overwritten, so `primal`, `gradient` and the table then speak
        of the new point. For what a replay sees of branches, read `autodiff_lib.replay`.

        Raises:
            InputError: when the inputs are too few or too many, or no real numbers.
            ReplayError: when the program would take another branch, or is still being recorded.
                The record is then as it was.
            FreedError: when the tape has been freed.

        >>> with Tape() as tape:
        ...     x = tape.variable(3.0)
        ...     y = x * x if x > 0 else -x
        >>> tape.replay(5.0)
        >>> y.primal, tape.gradient(y, x)
        (25.0, 10.0)
        >>> tape.replay(-5.0)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        autodiff_lib.errors.ReplayError: the tape holds while v₀ > 0, and v₀ is −5 now: record ...
        """
        self.expect_unfreed()
        if self.tag.is_open:
            raise ReplayError("the tape is still recording: replay it after its `with` block")
        expected = self.codes.count(INPUT)
        if len(inputs) != expected:
            raise InputError(f"got {len(inputs)} inputs for {expected} variables; give one each")
        numbers = [x if isinstance(x, Traced) else real(x) for x in inputs]
        anew = replayed(self, self.guards, numbers)
        self.left_partials, self.right_partials = anew.left_partials, anew.right_partials
        self.values = anew.values

    def free(self) -> None:
        """Give the memory of the record back. Whatever needs it raises from now on."""
        self.clear()
        self.guards.clear()
        self._freed = True
        self.takes_floats = False

    def table(self, most: int = 200) -> Table:
        """Return the record, a line an operation: formula, value, partial in each operand.

        Of more than `most` operations, those in the middle are left out.
        """
        last = len(self) - most // 2 if len(self) > most else 0
        first = most - most // 2 if len(self) > most else 0
        rows = [self._row(place) for place in range(first)]
        rows += [("…", f"{last - first} more", "", "")] if last else []
        rows += [self._row(place) for place in range(last, len(self))]
        guards = list(dict.fromkeys(map(str, self.guards)))
        caption = f"holds while {', '.join(guards)}" if guards else ""
        heading = ("record", "formula", "value", "partials")
        return Table(heading, tuple(rows), numeric=("value",), caption=caption)

    def _row(self, place: int) -> tuple[str, ...]:
        operands = self._operands(place)
        partials = ", ".join(_digits(partial) for operand, partial in operands if operand != NONE)
        return label(place), self._formula(place), _digits(self.values[place]), partials

    def __str__(self) -> str:
        return str(self.table())

    def __repr__(self) -> str:
        return f"<Tape of {len(self)} records>"

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _operands(self, place: int) -> list[tuple[int, Any]]:
        """Return the place of each operand with its partial, or with its value if constant."""
        if self.codes[place] == INPUT:
            return []
        operands = [
            (self.lefts[place], self.left_partials[place]),
            (self.rights[place], self.right_partials[place]),
        ]
        return operands[: len(RULE_OF[self.codes[place]].inputs)]

    def _formula(self, place: int) -> str:
        code = self.codes[place]
        if code == INPUT:
            return self._names.get(place, label(place))
        operands = [
            label(operand) if operand != NONE else constant_text(constant)
            for operand, constant in self._operands(place)
        ]
        return formula(RULE_OF[code].value, dict(zip("ab", operands, strict=False)))

    def _seeds(
        self, values: Sequence[Any], seeds: Sequence[Any], of: str, what: str
    ) -> dict[int, Any]:
        """Return the seed at each place; those of a value that is named twice add up."""
        self.expect_unfreed()
        if len(values) != len(seeds):
            raise InputError(f"got {len(values)} {of} and {len(seeds)} {what}; give each its own")
        total: dict[int, Any] = {}
        for value, seed in zip(values, seeds, strict=True):
            place = self._place(value)
            seed = seed if isinstance(seed, Traced) else real(seed)
            total[place] = total[place] + seed if place in total else seed
        return total

    def _place(self, value: Any) -> int:
        if isinstance(value, TapeVar) and value.tape is self:
            return value.index
        if isinstance(value, TapeVar):
            raise InputError("a value of another tape: ask the tape that recorded it, value.tape")
        raise InputError(
            f"this tape has no record of {value!r} of type {type(value).__name__}; give what it "
            "returned from `variable`, or what was computed from that"
        )

    def expect_unfreed(self) -> None:
        """Raise FreedError when the tape has been freed."""
        if self._freed:
            raise FreedError("this tape was freed: record the program again on a new Tape()")


def _digits(value: Any) -> str:
    return f"{value_of(value):.{DIGITS}f}".replace("-", "−")
