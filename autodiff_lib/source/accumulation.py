"""Adjoints on the way back: what a statement adds to them, and what is kept for it.

An adjoint that is still zero is not written: its first contribution is an assignment. `live`
holds the variables whose adjoints have been written.
"""

from collections.abc import Callable

from autodiff_lib.source import emitting
from autodiff_lib.source.emitting import Sweeps
from autodiff_lib.source.partials import (
    RESULT,
    drawn_out,
    guarded,
    may_be_infinite,
    partial,
    product,
    split_sign,
    total,
)
from autodiff_lib.source.program import Function, Op, Ref, Tree, is_active


class Accumulation:
    """The adjoints of one function: their names, and the lines that add to them.

    Attributes:
        live: the variables whose adjoints have been written, where the way back has come to.
        restored: the variables that the way back gives earlier values.
        depth: in how many loops the statement stands.
        uses_stack: whether anything is kept on the stack.
    """

    def __init__(self, function: Function) -> None:
        self._fresh: Callable[[str], str] = function.fresh
        self._ranks = function.ranks
        self._bars: dict[str, str] = {}
        self._lines: list[str] = []
        self.live: set[str] = set()
        self.restored: set[str] = set()
        self.depth = 0
        self.uses_stack = False

    def bar(self, name: str) -> str:
        if name not in self._bars:
            self._bars[name] = self._fresh(f"{name}_bar")
        return self._bars[name]

    def materialise(self, names: set[str]) -> list[str]:
        """Return the lines that set adjoints to zero which are zero but have not been written."""
        lines = [
            f"{self.bar(name)} = {emitting.zeros(name, self._ranks.get(name, 0))}"
            for name in sorted(names)
        ]
        self.live |= names
        return lines

    def keep(self, texts: list[str]) -> Sweeps:
        """Return the lines that save values, of variables or elements, and restore them."""
        self.restored |= {text.partition("[")[0] for text in texts}
        if not texts:
            return [], []
        if self.depth:
            self.uses_stack = True
            together = ", ".join(texts)
            pushed = together if len(texts) == 1 else f"({together})"
            return [f"stack.append({pushed})"], [f"{together} = stack.pop()"]
        kept = [self._fresh(f"{text.partition('[')[0]}_old") for text in texts]
        pairs = list(zip(kept, texts, strict=True))
        return [f"{k} = {t}" for k, t in pairs], [f"{t} = {k}" for k, t in reversed(pairs)]

    def adjoint_of(self, target: Ref, tree: Tree, result: str) -> list[str]:
        """Return the lines that pass the adjoint of `target` on to what `tree` reads."""
        bar = self.bar(target.name) + target.index
        others = {ref for ref in refs(tree) if ref.name == target.name and ref != target}
        lines = []
        if others:
            taken = self._fresh(f"{target.name}_bar_i")
            lines, bar = [f"{taken} = {bar}", f"{bar} = 0.0"], taken
        self._lines = []
        terms: dict[Ref, list[str]] = {}
        self._propagate(tree, bar, result, terms)
        lines += self._lines
        own = terms.pop(target, []) if not others else []
        if not target.index:
            self.live.discard(target.name)
        for ref, texts in terms.items():
            lines += self.add(ref, texts)
        if others:
            return lines
        if own == [bar]:
            self.live.add(target.name)
        elif own:
            lines += _assignment(bar, drawn_out(bar, own))
            self.live.add(target.name)
        elif target.index:
            lines.append(f"{bar} = 0.0")
        return lines

    def _propagate(
        self,
        tree: Tree,
        bar: str,
        result: str,
        terms: dict[Ref, list[str]],
        is_infinite: bool = False,
    ) -> None:
        """Collect in `terms` what each variable in `tree` gets from the adjoint `bar`.

        `is_infinite` says that `bar` has met a partial that may be infinite.
        """
        if isinstance(tree, Ref):
            terms.setdefault(tree, []).append(bar)
        if not isinstance(tree, Op):
            return
        active = [place for place, arg in enumerate(tree.args) if is_active(arg)]
        factors = {place: partial(tree, place, tree.name or result) for place in active}
        infinite = {place for place in active if may_be_infinite(factors[place])}
        is_shared = len(active) > 1 and any(factor != "1.0" for factor in factors.values())
        if not _is_name(bar) and (is_shared or infinite):
            name = self._fresh(f"{tree.name or 't'}_bar")
            self._lines.append(f"{name} = {bar}")
            bar = name
        for place in active:
            passed = product(bar, factors[place])
            if passed and place in infinite:
                passed = f"{bar} and {passed}"
            elif passed and is_infinite:
                passed = guarded(factors[place], passed)
            if passed:
                flag = is_infinite or place in infinite
                self._propagate(tree.args[place], passed, RESULT, terms, flag)

    def add(self, ref: Ref, texts: list[str]) -> list[str]:
        """Return the lines that add to an adjoint, or set it if it is still zero."""
        bar = self.bar(ref.name) + ref.index
        if ref.index:
            before = self.materialise({ref.name} - self.live)
            return before + [line for text in texts for line in _increment(bar, text)]
        if ref.name in self.live:
            return [line for text in texts for line in _increment(bar, text)]
        self.live.add(ref.name)
        return _assignment(bar, texts)

    def pass_on(self, tree: Tree, bar: str, result: str) -> list[str]:
        """Return the lines that add to the adjoints of what `tree` reads."""
        self._lines, terms = [], {}
        self._propagate(tree, bar, result, terms)
        lines = self._lines
        for ref, texts in terms.items():
            lines = lines + self.add(ref, texts)
        return lines

    def add_list(self, name: str, text: str) -> list[str]:
        """Return the lines that add a list to the adjoint of a list."""
        bar = self.bar(name)
        if name in self.live:
            if self._ranks[name] == 1:
                return [f"{bar} = [a + b for a, b in zip({bar}, {text}, strict=True)]"]
            rows = f"zip({bar}, {text}, strict=True)"
            return [f"{bar} = [[a + b for a, b in zip(u, v, strict=True)] for u, v in {rows}]"]
        self.live.add(name)
        return [f"{bar} = {text}"]


def refs(tree: Tree) -> list[Ref]:
    if isinstance(tree, Ref):
        return [tree]
    return [ref for arg in tree.args for ref in refs(arg)] if isinstance(tree, Op) else []


def _is_name(text: str) -> bool:
    return text.isidentifier() or text.replace("[", "").replace("]", "").isidentifier()


def _increment(bar: str, text: str) -> list[str]:
    positive, negated = split_sign(text)
    return [f"{bar} {'-=' if negated else '+='} {positive}"]


def _assignment(bar: str, texts: list[str]) -> list[str]:
    """Return the lines that set an adjoint to a sum: one line if it is short."""
    whole = f"{bar} = {total(texts)}"
    if len(whole) <= emitting.WIDTH:
        return [whole]
    first, *rest = texts
    return [f"{bar} = {first}", *(line for text in rest for line in _increment(bar, text))]
