"""The adjoint program: the function, and then its statements backwards, with adjoints.

Going forward the program keeps what the way back needs: overwritten values, the branches taken,
how often a loop began. Outside loops these are variables of their own; inside they go on a
stack, from which the way back takes them in the opposite order.

Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 3.2.
"""

from collections.abc import Callable

from autodiff_lib.source import emitting
from autodiff_lib.source.accumulation import Accumulation, refs
from autodiff_lib.source.analysis import ToBeRecorded, hold_values, useful
from autodiff_lib.source.emitting import Sweeps, indented, names
from autodiff_lib.source.partials import (
    RESULT,
    reads,
)
from autodiff_lib.source.program import (
    Append,
    Assign,
    Break,
    Call,
    CopyList,
    For,
    Function,
    If,
    NewList,
    Ref,
    Statement,
    Tree,
    Verbatim,
    While,
    leaves_early,
)

Derived = Callable[[Call], tuple[str, Function]]


_INNER = " "
"""Stands behind the `break` of an inner loop, to tell it from those of the loop around it."""


class AdjointWriter:
    """Writes the adjoint program of one function.

    With `split` the reverse sweep is a function that the program returns, for a caller to run
    when its own reverse sweep arrives at the call.
    """

    def __init__(
        self, function: Function, name: str, derived: Derived, *, split: bool = False
    ) -> None:
        self._function = function
        self._name = name
        self._derived = derived
        self._split = split
        self._fresh = function.fresh
        self._varied = function.varied
        self._ranks = function.ranks
        self._adjoints = Accumulation(function)

    def lines(self) -> list[str]:
        """Return the lines of the program."""
        function = self._function
        outputs = [name for name in function.outputs if name in self._varied]
        useful(function.body, set(outputs), self._varied)
        hold_values(function, recompute=True)
        analysis = ToBeRecorded(function)
        seed, seeding = self._seeding()
        self._adjoints.live = set(outputs)
        forward, reverse = self._block(function.body)
        inputs = {parameter.name for parameter in function.active}
        reverse = seeding + reverse + self._adjoints.materialise(inputs - self._adjoints.live)
        values, keeping = self._values()
        start = emitting.conversions(function)
        start += ["stack = []"] * self._adjoints.uses_stack
        start += [f"{name} = None" for name in sorted(analysis.undefined)]
        bars = [self._adjoints.bar(parameter.name) for parameter in function.active]
        bars_text = f"({', '.join(bars)}{',' * (len(bars) == 1)})"
        forward = start + forward + keeping
        if self._split:
            return self._split_lines(forward, reverse, values, bars_text)
        head = emitting.signature(function.parameters, [], [seed])
        end = [f"return {values}, {bars_text}"]
        return [f"def {self._name}({head}):", *indented([*forward, "", *reverse, *end])]

    def _split_lines(
        self, forward: list[str], reverse: list[str], values: str, bars: str
    ) -> list[str]:
        pullback = self._fresh("pullback")
        head = emitting.signature(self._function.parameters, [], [])
        shared = names(forward, stored=True) | {p.name for p in self._function.parameters}
        shared &= names(reverse, stored=True)
        outside = [f"nonlocal {', '.join(sorted(shared))}"] * bool(shared)
        inner = indented([*outside, *reverse, f"return {bars}"])
        body = [*forward, "", f"def {pullback}(seed):", *inner, "", f"return {values}, {pullback}"]
        return [f"def {self._name}({head}):", *indented(body)]

    # The ends of the sweeps

    def _seeding(self) -> tuple[str, list[str]]:
        """Return the parameter for the seed, and the lines that give the outputs' adjoints."""
        function = self._function
        names, lines = list(function.outputs), []
        active = [name for name in names if name in self._varied]
        if not function.is_tuple and not self._ranks.get(names[0]):
            if active:
                lines.append(f"{self._adjoints.bar(names[0])} = float(seed)")
            return "seed=1.0", lines
        parts = [self._fresh(f"seed_{n}") for n in range(1, len(names) + 1)]
        if function.is_tuple:
            lines.append(f"{', '.join(parts)}{',' * (len(parts) == 1)} = seed")
        else:
            parts = ["seed"]
        given: set[str] = set()
        for name, part in zip(names, parts, strict=True):
            if name not in self._varied:
                continue
            bar = self._adjoints.bar(name)
            if self._ranks.get(name):
                text = f"[float(s) for _, s in zip({name}, {part}, strict=True)]"
                if name in given:
                    text = f"[a + float(s) for a, s in zip({bar}, {part}, strict=True)]"
                lines.append(f"{bar} = {text}")
            else:
                lines.append(f"{bar} {'+=' if name in given else '='} float({part})")
            given.add(name)
        return "seed", lines

    def _values(self) -> tuple[str, list[str]]:
        """Return the outputs' text, and lines that keep what the reverse sweep would change."""
        texts, lines = [], []
        for name in self._function.outputs:
            if name in self._adjoints.restored:
                kept = self._fresh("value")
                copy = f"{name}.copy()" if self._ranks.get(name) else name
                lines.append(f"{kept} = {copy}")
                texts.append(kept)
            else:
                texts.append(name)
        return emitting.result(self._function, texts), lines

    def _block(self, body: list[Statement]) -> Sweeps:
        """Return the sweeps over a block, from its last statement to its first."""
        forward: list[str] = []
        reverse: list[str] = []
        for statement in reversed(body):
            ahead, back = self._statement(statement)
            forward[:0] = ahead
            reverse += back
        return forward, reverse

    def _statement(self, statement: Statement) -> Sweeps:
        match statement:
            case Assign():
                return self._assign(statement)
            case NewList():
                return self._new_list(statement)
            case CopyList():
                return self._copy_list(statement)
            case Append():
                return self._append(statement)
            case Call():
                return self._call(statement)
            case If():
                return self._if(statement)
            case For() | While():
                return self._loop(statement)
            case Break():
                return ["break"], []
            case Verbatim(text=text):
                return [text.text], []
        raise AssertionError(statement)

    def _assign(self, statement: Assign) -> Sweeps:
        target, tree = statement.target, statement.tree
        compute, kept = self._held(statement, [tree])
        is_saved = target.name in statement.saved
        result = target.text
        if not self._matters(statement, target.name):
            save, restore = self._adjoints.keep([target.text] if is_saved else [])
            return [*compute, *save, f"{target.text} = {tree.text}"], restore
        lines: list[str] = []
        if RESULT in reads(tree) and is_saved:
            result = self._fresh(f"{target.name}_new")
            lines.append(f"{result} = {target.text}")
        save, restore = self._adjoints.keep(([target.text] if is_saved else []) + kept)
        forward = [*compute, *save, f"{target.text} = {tree.text}"]
        return forward, lines + restore + self._adjoints.adjoint_of(target, tree, result)

    def _matters(self, statement: Statement, name: str) -> bool:
        """Say whether the adjoint of `name`, which `statement` writes, has come to be written.

        It has not where all that it would be multiplied with turned out to be zero.
        """
        return statement.live and name in self._adjoints.live

    def _held(self, statement: Statement, trees: list[Tree]) -> Sweeps:
        """Return the lines that compute inner values, and the names of those to be kept."""
        inner = [op for tree in trees for op in emitting.held(tree)] if statement.live else []
        needed = set().union(*map(reads, trees)) if inner and self._adjoints.depth else set()
        lines = [f"{op.name} = {op.definition}" for op in inner]
        return lines, [op.name for op in inner if op.name in needed]

    def _new_list(self, statement: NewList) -> Sweeps:
        name, items = statement.name, statement.items
        matters = self._matters(statement, name)
        compute, kept = self._held(statement, items)
        kept = kept if matters else []
        text = statement.text.text if statement.text else f"[{', '.join(i.text for i in items)}]"
        save, lines = self._adjoints.keep([name] * (name in statement.saved) + kept)
        forward = [*compute, *save, f"{name} = {text}"]
        bar = self._adjoints.bar(name)
        self._adjoints.live.discard(name)
        if matters and any(ref.name == name for item in items for ref in refs(item)):
            bar = self._fresh(f"{name}_bar_new")
            lines = [f"{bar} = {self._adjoints.bar(name)}", *lines]
        for place, item in enumerate(items if matters else []):
            lines += self._adjoints.pass_on(item, f"{bar}[{place}]", RESULT)
        return forward, lines

    def _copy_list(self, statement: CopyList) -> Sweeps:
        name, source = statement.name, statement.source
        saves, restores = self._adjoints.keep([name] if name in statement.saved else [])
        forward = [*saves, f"{name} = {statement.text}"]
        matters = self._matters(statement, name)
        if not matters or name == source:
            self._adjoints.live -= {name} - {source} if matters else {name}
            return forward, restores
        lines = self._adjoints.add_list(source, self._adjoints.bar(name))
        self._adjoints.live.discard(name)
        return forward, lines + restores

    def _append(self, statement: Append) -> Sweeps:
        name, tree = statement.name, statement.tree
        self._adjoints.restored.add(name)
        matters = self._matters(statement, name)
        compute, kept = self._held(statement, [tree])
        kept = kept if matters else []
        save, restore = self._adjoints.keep(kept)
        forward = [*compute, *save, f"{name}.append({tree.text})"]
        if not matters:
            return forward, [*restore, f"{name}.pop()"]
        last, bar = self._fresh(f"{name}_last"), self._fresh(f"{name}_bar_last")
        popped = f"{last} = {name}.pop()" if RESULT in reads(tree) else f"{name}.pop()"
        lines = [*restore, popped, f"{bar} = {self._adjoints.bar(name)}.pop()"]
        return forward, lines + self._adjoints.pass_on(tree, bar, last)

    def _call(self, call: Call) -> Sweeps:
        arguments = ", ".join(
            f"{keyword}={arg.text}" if by_name else arg.text
            for keyword, arg, by_name in zip(
                call.keywords, call.args, emitting.by_keyword(call), strict=True
            )
        )
        targets = ", ".join(call.targets)
        saves, restores = self._adjoints.keep([name for name in call.targets if name in call.saved])
        if not call.live:
            self._adjoints.live -= set(call.targets)
            return [*saves, f"{targets} = {call.name}({arguments})"], restores
        name, callee = self._derived(call)
        pullback = self._fresh(f"{call.f.__name__}_pullback")
        left = f"({targets},)" if callee.is_tuple and len(call.targets) == 1 else targets
        left = f"({targets})" if len(call.targets) > 1 else left
        forward = [*saves, f"{left}, {pullback} = {name}({arguments})"]
        lines = []
        if self._adjoints.depth:
            self._adjoints.uses_stack = True
            forward.append(f"stack.append({pullback})")
            lines.append(f"{pullback} = stack.pop()")
        seeds = [
            (
                self._adjoints.bar(target)
                if target in self._adjoints.live and target in self._varied
                else "0.0"
            )
            for target in call.targets
        ]
        parts = [self._fresh(f"{call.keywords[place]}_part") for place in call.actives]
        left = ", ".join(parts) + "," * (len(parts) == 1)
        lines.append(f"{left} = {pullback}({emitting.result(callee, seeds)})")
        self._adjoints.live -= set(call.targets)
        lines += restores
        for place, part in zip(call.actives, parts, strict=True):
            arg = call.args[place]
            if self._ranks.get(arg.name) and not arg.index:
                lines += self._adjoints.add_list(arg.name, part)
            else:
                lines += self._adjoints.add(arg, [part])
        return forward, lines

    def _if(self, statement: If) -> Sweeps:
        after = set(self._adjoints.live)
        then, then_back = self._block(statement.then)
        live_then, self._adjoints.live = self._adjoints.live, after
        orelse, else_back = self._block(statement.orelse)
        live_else = self._adjoints.live
        else_back += self._adjoints.materialise(live_then - live_else)
        self._adjoints.live = live_then
        then_back += self._adjoints.materialise(live_else - live_then)
        test = statement.test.text
        if not then_back and not else_back:
            return emitting.if_lines(test, then, orelse), []
        if self._adjoints.depth:
            self._adjoints.uses_stack = True
            then = _push_at_ends(then, "stack.append(True)")
            orelse = _push_at_ends(orelse, "stack.append(False)")
            return emitting.if_lines(test, then, orelse), emitting.if_lines(
                "stack.pop()", then_back, else_back
            )
        if test in self._function.flags:
            return emitting.if_lines(test, then, orelse), emitting.if_lines(
                test, then_back, else_back
            )
        branch = self._fresh("branch")
        forward = [f"{branch} = {test}", *emitting.if_lines(branch, then, orelse)]
        return forward, emitting.if_lines(branch, then_back, else_back)

    def _loop(self, loop: For | While) -> Sweeps:
        heads = sorted(loop.saved)
        saves, restores = self._adjoints.keep(heads)
        start = self._adjoints.materialise(set(loop.needed) - self._adjoints.live)
        self._adjoints.depth += 1
        forward, reverse = self._block(loop.body)
        forward = [line + _INNER * (line.lstrip() == "break") for line in forward]
        firsts, lasts = self._items(loop, reverse) if isinstance(loop, For) else ([], [])
        lasts += self._adjoints.materialise(set(loop.needed) - self._adjoints.live)
        self._adjoints.depth -= 1
        self._adjoints.live = set(loop.needed)
        reverse = firsts + reverse + lasts
        if isinstance(loop, For):
            head = emitting.loop_head(loop.index, loop.steps, loop.head)
            self._adjoints.restored |= {loop.index, *(name for name, _ in loop.items)}
        else:
            head = f"while {loop.test.text}:"
        if not reverse:
            return [*saves, head, *indented(forward or ["pass"])], restores
        if isinstance(loop, For) and not leaves_early(loop.body):
            back = f"for {loop.index} in reversed({loop.steps.text}):"
            ahead = [head, *indented(forward or ["pass"])]
            return [*saves, *ahead], [*start, back, *indented(reverse), *restores]
        count = self._fresh("count")
        ahead = [f"{count} = 0", head, *indented([f"{count} += 1", *forward])]
        times = count
        if self._adjoints.depth:
            self._adjoints.uses_stack = True
            ahead.append(f"stack.append({count})")
            times = "stack.pop()"
        if isinstance(loop, For):
            back = f"for {loop.index} in reversed({loop.steps.text}[:{times}]):"
        else:
            back = f"for _ in range({times}):"
        return [*saves, *ahead], [*start, back, *indented(reverse), *restores]

    def _items(self, loop: For, reverse: list[str]) -> Sweeps:
        """Return what starts and ends a reverse iteration over elements of lists."""
        used = names(reverse)
        firsts = [f"{n} = {items}[{loop.index}]" for n, items in loop.items if n in used]
        lasts: list[str] = []
        for name, items in loop.items:
            if name in self._adjoints.live and name in self._varied:
                self._adjoints.live.discard(name)
                lasts += self._adjoints.add(
                    Ref(items, f"[{loop.index}]"), [self._adjoints.bar(name)]
                )
        return firsts, lasts


def _push_at_ends(lines: list[str], line: str) -> list[str]:
    """Add a line at every end of a block: its last line, and each `break` out of its loop."""
    done = []
    for given in lines:
        if given.lstrip() == "break":
            done.append(given.replace("break", line))
        done.append(given)
    return done if lines and lines[-1] == "break" else [*done, line]
