"""What a function is once it has been read: elemental statements over numbers and lists.

Expressions are trees of rule-table operations. Whatever carries no derivative, such as integers,
conditions and constants, is kept as the Python text that it was, in a `Value`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from autodiff_lib.expressions import substitute
from autodiff_lib.rules import RULES


@dataclass(frozen=True)
class Value:
    """A passive expression: its text, and the variables that it uses."""

    text: str
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ref:
    """An active variable `x`, or an element `x[i]` of an active list."""

    name: str
    index: str = ""
    index_uses: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return self.name + self.index

    @property
    def uses(self) -> frozenset[str]:
        return self.index_uses | {self.name}


@dataclass(eq=False)
class Op:
    """A row of the rule table applied to operands.

    `name` is the variable that holds its value, where a derivative needs it; `recomputed` is
    true where the derivative writes the operation out again instead.
    """

    rule: str
    args: list["Tree"]
    name: str | None = None
    recomputed: bool = False

    @property
    def definition(self) -> str:
        """The operation as Python, in the names of its operands."""
        rule, texts = RULES[self.rule], tuple(arg.text for arg in self.args)
        value = "a ** b" if rule.name == "pow" and _is_whole(self.args[1]) else rule.value
        return _filled_in(value, rule.inputs, texts)

    @property
    def text(self) -> str:
        return self.name or self.definition

    @property
    def uses(self) -> frozenset[str]:
        return frozenset().union(*(arg.uses for arg in self.args))


@cache
def _filled_in(text: str, inputs: tuple[str, ...], operands: tuple[str, ...]) -> str:
    return substitute(text, dict(zip(inputs, operands, strict=True)))


Tree = Value | Ref | Op


def _is_whole(exponent: Tree) -> bool:
    """Say whether an exponent is an integer literal, so that ** cannot give a complex number."""
    return isinstance(exponent, Value) and exponent.text.lstrip("-").isdigit()


def operations(tree: Tree) -> Iterator[Op]:
    """Yield the operations of `tree`, operands first."""
    if isinstance(tree, Op):
        for arg in tree.args:
            yield from operations(arg)
        yield tree


def is_active(tree: Tree) -> bool:
    """Say whether `tree` depends on an active variable."""
    return not isinstance(tree, Value)


@dataclass(eq=False)
class Statement:
    """The base of statements. `live` and `saved` are filled in by the analysis.

    Attributes:
        line: the line of the file that it comes from.
        live: whether an output depends on its result.
        saved: the variables that it overwrites while the reverse sweep needs their values.
    """

    line: int
    live: bool = field(default=False, init=False)
    saved: set[str] = field(default_factory=set, init=False)


@dataclass(eq=False)
class Assign(Statement):
    """`target = tree`, for a variable or an element of a list."""

    target: Ref
    tree: Tree


@dataclass(eq=False)
class NewList(Statement):
    """`name = [items]`, or, without active items, `name = text`."""

    name: str
    items: list[Tree]
    text: Value | None = None


@dataclass(eq=False)
class CopyList(Statement):
    """`name = text`, where `text` copies the list `source`."""

    name: str
    source: str
    text: str


@dataclass(eq=False)
class Append(Statement):
    """`name.append(tree)`"""

    name: str
    tree: Tree


@dataclass(eq=False)
class Call(Statement):
    """`targets = f(args)` for a user's function `f`, called `name` in the program.

    `args` are what is given for the parameters `keywords`, in their order.
    """

    targets: list[str]
    f: Callable
    name: str
    keywords: list[str]
    args: list[Value | Ref]

    @property
    def actives(self) -> tuple[int, ...]:
        """The places of the active arguments."""
        return tuple(place for place, arg in enumerate(self.args) if is_active(arg))


@dataclass(eq=False)
class If(Statement):
    """`if test: then; else: orelse`"""

    test: Value
    then: list[Statement]
    orelse: list[Statement]


@dataclass(eq=False)
class For(Statement):
    """A loop of `index` over the range `steps`.

    Each of `items`, a pair (variable, list), is an element that the loop's head reads. `head` is
    the text of the loop as it was written. `needed` is filled in by the analysis: the variables
    whose adjoints live where an iteration ends.
    """

    index: str
    steps: Value
    items: list[tuple[str, str]]
    head: str
    body: list[Statement]
    needed: frozenset[str] = field(default=frozenset(), init=False)


@dataclass(eq=False)
class While(Statement):
    """`while test: body`; `needed` as in `For`."""

    test: Value
    body: list[Statement]
    needed: frozenset[str] = field(default=frozenset(), init=False)


@dataclass(eq=False)
class Break(Statement):
    """`break`, always the last statement of a block."""


@dataclass(eq=False)
class Verbatim(Statement):
    """A statement without a derivative, `raise` or `assert`."""

    text: Value


def blocks(statement: Statement) -> list[list[Statement]]:
    """Return the blocks inside a statement."""
    match statement:
        case If(then=then, orelse=orelse):
            return [then, orelse]
        case For(body=body) | While(body=body):
            return [body]
    return []


def trees(statement: Statement) -> list[Tree]:
    """Return the expression trees of a statement."""
    match statement:
        case Assign(tree=tree) | Append(tree=tree):
            return [tree]
        case NewList(items=items):
            return items
    return []


def leaves_early(body: list[Statement]) -> bool:
    """Say whether a loop with this body may end by `break`."""
    return any(
        isinstance(statement, Break)
        or (
            isinstance(statement, If)
            and (leaves_early(statement.then) or leaves_early(statement.orelse))
        )
        for statement in body
    )


@dataclass(frozen=True)
class Parameter:
    """A parameter of the function: `rank` 0 for a number, 1 for a list, 2 for a list of lists."""

    name: str
    default: str | None
    keyword_only: bool
    active: bool
    rank: int


@dataclass
class Function:
    """A function that has been read.

    Attributes:
        name: its name.
        parameters: its parameters, in order.
        body: its statements.
        outputs: the variables that it returns.
        is_tuple: whether it returns a tuple.
        varied: the variables that depend on active parameters.
        ranks: the rank of each list variable.
        fresh: gives a name that the function does not use.
        flags: the variables that say whether a loop has returned.
        added: the names of the parameters that a derivative program adds, by the parameters'.
    """

    name: str
    parameters: list[Parameter]
    body: list[Statement]
    outputs: list[str]
    is_tuple: bool
    varied: set[str]
    ranks: dict[str, int]
    fresh: Callable[[str], str]
    flags: set[str]
    added: dict[str, str] = field(default_factory=dict)

    @property
    def active(self) -> list[Parameter]:
        return [parameter for parameter in self.parameters if parameter.active]
