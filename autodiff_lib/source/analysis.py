"""Which statements the derivative needs, and which values must be kept for it.

Two passes over the statements. The first runs backwards and marks what an output depends on:
the adjoint of anything else is zero. The second, *to-be-recorded analysis*, runs forwards with
the set of variables whose present values the reverse sweep will read. Only an assignment that
overwrites one of them must save it.

Source: L. Hascoët, U. Naumann and V. Pascual, "To be recorded" analysis in reverse-mode automatic
differentiation, Future Generation Computer Systems 21, 2005.
"""

from autodiff_lib.source import partials
from autodiff_lib.source.program import (
    Append,
    Assign,
    Call,
    CopyList,
    For,
    Function,
    If,
    NewList,
    Op,
    Ref,
    Statement,
    Tree,
    While,
    blocks,
    operations,
    trees,
)


def active_names(tree: Tree) -> set[str]:
    """Return the active variables and lists in `tree`."""
    if isinstance(tree, Ref):
        return {tree.name}
    return set().union(*map(active_names, tree.args)) if isinstance(tree, Op) else set()


def useful(block: list[Statement], after: set[str], varied: set[str]) -> set[str]:
    """Mark what `after`, the variables useful after `block`, depends on; return those before it."""
    live = set(after)
    for statement in reversed(block):
        match statement:
            case Assign(target=target, tree=tree):
                statement.live = target.name in live & varied
                if statement.live and not target.index:
                    live.discard(target.name)
                if statement.live:
                    live |= active_names(tree)
            case NewList(name=name, items=items):
                statement.live = name in live & varied
                live.discard(name)
                if statement.live:
                    live = live.union(*map(active_names, items))
            case CopyList(name=name, source=source):
                statement.live = name in live & varied
                live.discard(name)
                if statement.live:
                    live.add(source)
            case Append(name=name, tree=tree):
                statement.live = name in live & varied
                if statement.live:
                    live |= active_names(tree)
            case Call(targets=targets, args=args):
                statement.live = bool(statement.actives and live & set(targets) & varied)
                live -= set(targets)
                if statement.live:
                    live = live.union(*map(active_names, args))
            case If(then=then, orelse=orelse):
                live = useful(then, live, varied) | useful(orelse, live, varied)
            case For() | While():
                live = _useful_in_loop(statement, live, varied)
    return live


def _useful_in_loop(loop: For | While, after: set[str], varied: set[str]) -> set[str]:
    head: set[str] = set(after)
    while True:
        start = useful(loop.body, head, varied)
        if isinstance(loop, For):
            for name, items in loop.items:
                if name in start & varied:
                    start = start - {name} | {items}
        if start <= head:
            loop.needed = frozenset(head & varied)
            return head
        head |= start


def mark_all(block: list[Statement]) -> None:
    """Mark every statement as live: a tangent program carries all of them forward."""
    for statement in block:
        statement.live = True
        for inner in blocks(statement):
            mark_all(inner)


def hold_values(function: Function, *, recompute: bool) -> None:
    """Name the inner operations whose values the derivative needs.

    With `recompute`, for an adjoint, the cheap ones inside loops are left for the derivative to
    write out again.
    """

    def block(body: list[Statement], in_loop: bool) -> None:
        for statement in body:
            for tree in trees(statement) if statement.live else ():
                partials.hold_operands(
                    tree, function.fresh, in_loop=in_loop, for_tangent=not recompute
                )
            match statement:
                case Assign(target=Ref(name=name), tree=tree) | Append(name=name, tree=tree):
                    if not recompute and name in partials.reads(tree):
                        partials.hold_result(tree, function.fresh)
                case NewList(items=items) if statement.live:
                    for item in items:
                        partials.hold_result(item, function.fresh)
            for inner in blocks(statement):
                block(inner, in_loop or (recompute and not isinstance(statement, If)))

    block(function.body, False)


def _structure(name: str) -> str:
    """Return what stands in a set of needs for a list itself, whatever its elements are."""
    return f"{name}[]"


class ToBeRecorded:
    """Finds the values to save, and marks the statements that overwrite them.

    Afterwards `undefined` holds the variables that have no value yet where one is first saved.
    """

    def __init__(self, function: Function) -> None:
        self.undefined: set[str] = set()
        self._ranks = function.ranks
        self._assigned = {parameter.name for parameter in function.parameters}
        lists = {_structure(p.name) for p in function.parameters if p.rank}
        self._block(function.body, lists)

    def _block(self, block: list[Statement], needed: set[str]) -> set[str]:
        """Return what the reverse sweep needs of the values after `block`, given those before."""
        for statement in block:
            needed = self._after(statement, needed)
        return needed

    def _after(self, statement: Statement, needed: set[str]) -> set[str]:
        held = {op.name for tree in trees(statement) for op in operations(tree)}
        reads = set().union(*map(partials.reads, trees(statement))) if statement.live else set()
        reads -= held
        match statement:
            case Assign(target=Ref(name=name, index="")):
                after = self._overwrite(statement, [name], needed | reads)
                return after | ({name} if partials.RESULT in reads else set())
            case Assign(target=target):
                needed = needed | reads
                if target.name in needed:
                    statement.saved.add(target.name)
                if statement.live or statement.saved:
                    needed = needed | target.index_uses
                return needed | ({target.name} if partials.RESULT in reads else set())
            case NewList(name=name):
                return self._overwrite(statement, [name], needed | reads) | {_structure(name)}
            case CopyList(name=name):
                return self._overwrite(statement, [name], needed) | {_structure(name)}
            case Append():
                return needed | reads
            case Call(targets=targets, args=args):
                needed = self._overwrite(statement, targets, needed)
                if statement.live:
                    lists = {arg.name for arg in args if isinstance(arg, Ref) and not arg.index}
                    lists |= {name for arg in args for name in arg.uses}
                    needed = needed | {name for name in lists if self._ranks.get(name)}
                    needed = needed.union(*(a.index_uses for a in args if isinstance(a, Ref)))
                return needed
            case If(then=then, orelse=orelse):
                assigned = set(self._assigned)
                after_then = self._block(then, needed)
                assigned, self._assigned = self._assigned, assigned
                after_else = self._block(orelse, needed)
                self._assigned &= assigned
                return after_then | after_else
            case For() | While():
                return self._after_loop(statement, needed)
        return needed

    def _after_loop(self, loop: For | While, needed: set[str]) -> set[str]:
        heads: set[str] = set()
        assigned = set(self._assigned)
        if isinstance(loop, For):
            heads = {loop.index, *(name for name, _ in loop.items)}
            needed = self._overwrite(loop, sorted(heads), needed)
        head = set(needed)
        while True:
            self._assigned = assigned | heads
            after = self._block(loop.body, head)
            if after - heads <= head:
                break
            head |= after - heads
        self._assigned = assigned
        if isinstance(loop, For):
            for name in loop.steps.uses:
                head.add(_structure(name) if self._ranks.get(name) else name)
            head |= {items for name, items in loop.items if name in after}
        return head

    def _overwrite(self, statement: Statement, names: list[str], needed: set[str]) -> set[str]:
        """Have `statement` save those of `names` that are needed; return the needs left over."""
        lost = [name for name in names if needed & {name, _structure(name)}]
        statement.saved |= set(lost)
        self.undefined |= set(lost) - self._assigned
        self._assigned |= set(names)
        return needed - set(names) - {_structure(name) for name in names}
