"""The slips of the pen that a mutation makes: one short function each, in a table.

An operator is given a node of an answer's syntax tree and yields what could have been written
there by mistake: an expression for an expression, statements for a statement. It need not know
whether that is wrong, nor whether it runs.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

Wrong = ast.expr | list[ast.stmt]
Function = Callable[[ast.AST, "Surroundings"], Iterator[Wrong]]

OPERATORS: dict[str, tuple[type[ast.AST] | tuple[type[ast.AST], ...], Function]] = {}


@dataclass(frozen=True)
class Surroundings:
    """What an operator may ask about the rest of the cell.

    `integers` are the names that count: variables of `range` and `enumerate`. `bound` are names
    with the number of places that bind them.
    """

    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    integers: frozenset[str] = frozenset()
    bound: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: ast.AST) -> "Surroundings":
        """Return what there is to know about the nodes of `tree`."""
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        bound: dict[str, int] = {}
        for node in ast.walk(tree):
            for name in _binds(node):
                bound[name] = bound.get(name, 0) + 1
        loops = (ast.For, ast.comprehension)
        counters = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, loops) and isinstance(node.iter, ast.Call)
            for target in _counters(ast.unparse(node.iter.func), node.target)
        }
        return cls(parents, frozenset(counters), bound)


def operator(name: str, *kinds: type[ast.AST]) -> Callable[[Function], Function]:
    """Enter a function into the table: it is asked about nodes of these `kinds`."""

    def enter(function: Function) -> Function:
        OPERATORS[name] = (kinds, function)
        return function

    return enter


# -- operators, constants, signs ---------------------------------------------------------------

_OTHERS: dict[type, Sequence[type]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}


@operator("another operator", ast.BinOp)
def _other_operator(node: ast.BinOp, around: Surroundings) -> Iterator[Wrong]:
    for other in _OTHERS.get(type(node.op), ()):
        yield ast.BinOp(node.left, other(), node.right)


@operator("a term or factor dropped", ast.BinOp)
def _dropped_operand(node: ast.BinOp, around: Surroundings) -> Iterator[Wrong]:
    yield node.left
    yield node.right


@operator("operands swapped", ast.BinOp)
def _swapped_operands(node: ast.BinOp, around: Surroundings) -> Iterator[Wrong]:
    orderly = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
    distance = isinstance(node.op, ast.Sub) and _is_call(around.parents.get(node), "abs")
    if isinstance(node.op, orderly) and not distance:
        yield ast.BinOp(node.right, node.op, node.left)


@operator("a transpose forgotten or too many", ast.BinOp, ast.Attribute)
def _transposed(node: ast.BinOp | ast.Attribute, around: Surroundings) -> Iterator[Wrong]:
    if isinstance(node, ast.Attribute):
        if node.attr == "T":
            yield node.value
    elif isinstance(node.op, ast.MatMult):
        yield ast.BinOp(_transpose(node.left), node.op, node.right)
        yield ast.BinOp(node.left, node.op, _transpose(node.right))


@operator("a sign", ast.UnaryOp, ast.BinOp)
def _sign(node: ast.UnaryOp | ast.BinOp, around: Surroundings) -> Iterator[Wrong]:
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            yield node.operand
    elif isinstance(node.op, (ast.Mult, ast.Div, ast.Pow, ast.MatMult)):
        outer = around.parents.get(node)
        if not isinstance(outer, (ast.BinOp, ast.UnaryOp)):
            yield ast.UnaryOp(ast.USub(), node)


@operator("another constant", ast.Constant)
def _constant(node: ast.Constant, around: Surroundings) -> Iterator[Wrong]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1) if value else ast.UnaryOp(ast.USub(), ast.Constant(1))
    elif isinstance(value, float):
        yield ast.Constant(2 * value if value else 1.0)
        yield ast.Constant(0.0 if value else 0.5)
    elif isinstance(value, str) and value and _is_key(node, around):
        yield ast.Constant(value + "_")


# -- conditions --------------------------------------------------------------------------------


@operator("another comparison", ast.Compare)
def _comparison(node: ast.Compare, around: Surroundings) -> Iterator[Wrong]:
    # Whether a distance may equal its tolerance is nobody's slip: it never does.
    distance = any(_is_call(part, "abs") for part in (node.left, *node.comparators))
    for place, sort in enumerate(node.ops):
        others = _OTHERS.get(type(sort), ())
        for other in others[1:] if distance and len(others) > 1 else others:
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


@operator("and, or, not", ast.BoolOp, ast.UnaryOp)
def _boolean(node: ast.BoolOp | ast.UnaryOp, around: Surroundings) -> Iterator[Wrong]:
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.Not):
            yield node.operand
        return
    yield ast.BoolOp(_OTHERS[type(node.op)][0](), node.values)
    for place in range(len(node.values)):
        rest = [*node.values[:place], *node.values[place + 1 :]]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


@operator("the wrong branch", ast.IfExp, ast.If, ast.While)
def _branch(node: ast.IfExp | ast.If | ast.While, around: Surroundings) -> Iterator[Wrong]:
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.If):
        yield node.body
        yield node.orelse or [ast.Pass()]
    else:
        yield [ast.Pass()]


# -- indices, slices, ranges -------------------------------------------------------------------


@operator("an index off by one", ast.Subscript)
def _index(node: ast.Subscript, around: Surroundings) -> Iterator[Wrong]:
    if isinstance(node.slice, ast.Name) and node.slice.id in around.integers:
        for near in _nearby(node.slice):
            yield ast.Subscript(node.value, near, node.ctx)


@operator("the bounds of a slice", ast.Slice)
def _slice(node: ast.Slice, around: Surroundings) -> Iterator[Wrong]:
    bounds = {"lower": node.lower, "upper": node.upper, "step": node.step}
    for name, bound in bounds.items():
        if bound is not None:
            yield ast.Slice(**{**bounds, name: None})
            for near in _nearby(bound):
                yield ast.Slice(**{**bounds, name: near})


@operator("the bounds of a range", ast.Call)
def _range(node: ast.Call, around: Surroundings) -> Iterator[Wrong]:
    if ast.unparse(node.func) in ("range", "np.arange") and not node.keywords:
        for place, bound in enumerate(node.args):
            for near in _nearby(bound):
                yield _call(node, [*node.args[:place], near, *node.args[place + 1 :]])


# -- calls, tuples, dictionaries ---------------------------------------------------------------

_PAIRS = (
    ("min", "max"),
    ("any", "all"),
    ("sin", "cos"),
    ("sinh", "cosh"),
    ("floor", "ceil"),
    ("argmin", "argmax"),
    ("minimum", "maximum"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("sum", "max"),
    ("mean", "sum"),
    ("append", "extend"),
    ("exp", "sqrt"),
    ("log", "exp"),
    ("vstack", "hstack"),
)


@operator("another function", ast.Call)
def _other_function(node: ast.Call, around: Surroundings) -> Iterator[Wrong]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    for pair in _PAIRS:
        if name not in pair:
            continue
        other = pair[1 - pair.index(name)]
        if isinstance(node.func, ast.Attribute):
            function = ast.Attribute(node.func.value, other, ast.Load())
        elif name in ("min", "max", "any", "all", "sum") and other != "mean":
            function = ast.Name(other, ast.Load())
        else:
            continue
        yield ast.Call(function, node.args, node.keywords)


@operator("a call forgotten", ast.Call)
def _forgotten_call(node: ast.Call, around: Surroundings) -> Iterator[Wrong]:
    idle = _is_call(node, "float")  # an integer or a truth value counts as the same number
    if idle or isinstance(around.parents.get(node), ast.Expr):
        return
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]
    elif isinstance(node.func, ast.Attribute):
        yield node.func.value


@operator("arguments swapped or dropped", ast.Call)
def _arguments(node: ast.Call, around: Surroundings) -> Iterator[Wrong]:
    if not _is_call(node, "zip"):  # mostly a sum of products, the same either way
        yield from (_call(node, args) for args in _swaps(node.args))
    if len(node.args) > 1:
        yield _call(node, node.args[:-1])
    for keyword in node.keywords:
        rest = [other for other in node.keywords if other is not keyword]
        yield ast.Call(node.func, node.args, rest)


@operator("neighbours swapped", ast.Tuple, ast.List)
def _neighbours(node: ast.Tuple | ast.List, around: Surroundings) -> Iterator[Wrong]:
    if isinstance(node.ctx, ast.Load):
        yield from (type(node)(items, node.ctx) for items in _swaps(node.elts))


@operator("an entry forgotten", ast.Dict)
def _forgotten_entry(node: ast.Dict, around: Surroundings) -> Iterator[Wrong]:
    for place in range(len(node.keys)):
        keys = [*node.keys[:place], *node.keys[place + 1 :]]
        yield ast.Dict(keys, [*node.values[:place], *node.values[place + 1 :]])


@operator("what is gone through", ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
def _comprehension(node: ast.ListComp, around: Surroundings) -> Iterator[Wrong]:
    for place, part in enumerate(node.generators):
        wrong = [ast.comprehension(part.target, some, part.ifs, 0) for some in _some(part.iter)]
        wrong += [
            ast.comprehension(part.target, part.iter, [o for o in part.ifs if o is not test], 0)
            for test in part.ifs
        ]
        for other in wrong:
            generators = [*node.generators[:place], other, *node.generators[place + 1 :]]
            yield _with(node, generators=generators)


# -- statements --------------------------------------------------------------------------------


@operator("what is added to is replaced, or added the other way", ast.AugAssign)
def _augmented(node: ast.AugAssign, around: Surroundings) -> Iterator[Wrong]:
    yield [ast.Assign([node.target], node.value, lineno=node.lineno)]
    for other in _OTHERS.get(type(node.op), ())[:1]:
        yield [ast.AugAssign(node.target, other(), node.value)]


@operator(
    "a line forgotten",
    *(ast.Expr, ast.Assign, ast.AugAssign, ast.Delete, ast.Raise, ast.Assert),
    *(ast.Break, ast.Continue),
)
def _forgotten_line(node: ast.stmt, around: Surroundings) -> Iterator[Wrong]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Assign):
        names = [part for part in node.targets if isinstance(part, ast.Name)]
        if any(around.bound[name.id] == 1 for name in names):
            return  # all that reads it would raise a NameError
    yield [ast.Pass()]


@operator("a loop over all but one", ast.expr)
def _iterated(node: ast.expr, around: Surroundings) -> Iterator[Wrong]:
    loop = around.parents.get(node)
    # Over `_` a loop only counts its turns, and its range has an operator of its own.
    counts = isinstance(loop, ast.For) and ast.unparse(loop.target) == "_"
    if isinstance(loop, ast.For) and node is loop.iter and not counts:
        yield from _some(node)


@operator("a loop left after its first turn, or an early return", ast.stmt)
def _left_early(node: ast.stmt, around: Surroundings) -> Iterator[Wrong]:
    loop = around.parents.get(node)
    ends = (ast.Break, ast.Return, ast.Raise, ast.Continue)
    if not isinstance(loop, (ast.For, ast.While)) or node is not loop.body[-1]:
        return
    if isinstance(node, ends):
        return
    yield [node, ast.Break()]
    body = getattr(around.parents.get(loop), "body", [])
    place = body.index(loop) if loop in body else len(body)
    if place + 1 < len(body) and isinstance(body[place + 1], ast.Return):
        yield [node, body[place + 1]]


@operator("a decorator forgotten", ast.FunctionDef)
def _forgotten_decorator(node: ast.FunctionDef, around: Surroundings) -> Iterator[Wrong]:
    for decorator in node.decorator_list:
        rest = [other for other in node.decorator_list if other is not decorator]
        yield [_with(node, decorator_list=rest)]


# -- what they share ---------------------------------------------------------------------------


def _transpose(node: ast.expr) -> ast.Attribute:
    return ast.Attribute(node, "T", ast.Load())


def _is_call(node: ast.AST | None, function: str) -> bool:
    name = isinstance(node, ast.Call) and ast.unparse(node.func)
    return name == function


def _call(node: ast.Call, args: list[ast.expr]) -> ast.Call:
    return ast.Call(node.func, args, node.keywords)


def _with(node: ast.AST, **changes: object) -> ast.AST:
    """Return a copy of `node` with these fields changed."""
    found = {name: getattr(node, name) for name in node._fields if hasattr(node, name)}
    return ast.copy_location(type(node)(**{**found, **changes}), node)


def _nearby(bound: ast.expr) -> Iterator[ast.expr]:
    """Yield one more and one less than `bound`; a constant has an operator of its own."""
    constants = [part for part in ast.walk(bound) if isinstance(part, ast.Constant)]
    if not constants:
        yield ast.BinOp(bound, ast.Add(), ast.Constant(1))
        yield ast.BinOp(bound, ast.Sub(), ast.Constant(1))


def _some(iterable: ast.expr) -> Iterator[ast.expr]:
    """Yield all but the first, and all but the last."""
    everything = ast.Call(ast.Name("list", ast.Load()), [iterable], [])
    one = ast.Constant(1)
    for part in (ast.Slice(lower=one), ast.Slice(upper=ast.UnaryOp(ast.USub(), one))):
        yield ast.Subscript(everything, part, ast.Load())


def _swaps(items: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
    """Yield `items` with two neighbours in each other's place, where that makes a difference."""
    for place in range(len(items) - 1):
        first, second = items[place : place + 2]
        starred = any(isinstance(item, ast.Starred) for item in (first, second))
        if not starred and ast.dump(first) != ast.dump(second):
            yield [*items[:place], second, first, *items[place + 2 :]]


def _is_key(node: ast.Constant, around: Surroundings) -> bool:
    """Say whether a text is one that code looks for, and not one for people."""
    parent = around.parents.get(node)
    if isinstance(parent, ast.Dict):
        return node in parent.keys
    return isinstance(parent, (ast.Subscript, ast.Compare))


def _counters(function: str, target: ast.expr) -> list[ast.Name]:
    if function == "enumerate" and isinstance(target, ast.Tuple):
        target = target.elts[0]
    counts = function in ("range", "enumerate") and isinstance(target, ast.Name)
    return [target] if counts else []


def _binds(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    return [node.arg] if isinstance(node, ast.arg) else []
