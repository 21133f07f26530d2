"""Mutants: an answer with one slip in it, written as its author would have written the slip."""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from grading.audit.operators import OPERATORS, Surroundings, Wrong
from grading.cases import SOLUTION_MARKS, reference_solution

Place = tuple[ast.AST, str, int | None]  # a parent, its field, and the place in that


@dataclass(frozen=True)
class Mutant:
    """A wrong answer for one cell: `source` is the whole cell, without the solution's marks.

    `was` and `now` are the lines that differ, stripped; they are the key of an author's word that
    the mutant is right all the same.
    """

    cell: str
    operator: str
    source: str
    was: str
    now: str

    def diff(self) -> str:
        """Return the change as lines to read."""
        lines = [f"- {line}" for line in self.was.split("\n") if line]
        return "\n".join([*lines, *(f"+ {line}" for line in self.now.split("\n") if line)])


def mutants(cell: str, source: str) -> list[Mutant]:
    """Return every mutant of the solution in the answer cell `cell`, none of them twice.

    `source` is the cell as its author has it: between the marks of a solution where there are any,
    else the whole of it, is mutated. Formatted texts, annotations and docstrings are left alone.
    A cell that is no plain Python (one with a magic, say) has no mutants.

    >>> [mutant.now for mutant in mutants("half", "def half(x):\\n    return x / 2")]
    ['return x * 2', 'return x', 'return 2', 'return 2 / x', 'return -(x / 2)', 'return x / 3', \
'return x / 1']
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    text = _Text(source)
    around = Surroundings.of(tree)
    original = reference_solution(source)
    found: dict[str, Mutant] = {}
    for node, place in _places(tree, _solution_lines(source)):
        for name, (kinds, function) in OPERATORS.items():
            if not isinstance(node, kinds):
                continue
            for wrong in function(node, around):
                changed = _written(text, tree, node, place, wrong)
                if changed is None:
                    continue
                answer = reference_solution(changed)
                was, now = _changed_lines(original, answer)
                found.setdefault(_meaning(answer), Mutant(cell, name, answer, was, now))
    found.pop(_meaning(original), None)
    return list(found.values())


def _solution_lines(source: str) -> set[int]:
    """Return the numbers of the lines that may be mutated."""
    begin, end = SOLUTION_MARKS
    inside, lines, marked = False, set(), False
    for number, line in enumerate(source.split("\n"), 1):
        if line.strip() == begin:
            inside = marked = True
        elif line.strip() == end:
            inside = False
        elif inside:
            lines.add(number)
    return lines if marked else set(range(1, source.count("\n") + 2))


def _places(tree: ast.AST, lines: set[int]) -> Iterator[tuple[ast.AST, Place]]:
    """Yield the nodes of `tree` that lie within `lines`, each with its place, from above."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns"):
            continue
        parts = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, part in parts:
            if not isinstance(part, ast.AST) or isinstance(part, ast.JoinedStr):
                continue
            if hasattr(part, "lineno") and {part.lineno, part.end_lineno} <= lines:
                yield part, (tree, field, place)
            yield from _places(part, lines)


class _Text:
    """A source by the places of its syntax tree's nodes, which count bytes."""

    def __init__(self, source: str) -> None:
        self.source = source.encode()
        self.starts = [0]
        for line in source.split("\n"):
            self.starts.append(self.starts[-1] + len(line.encode()) + 1)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where `node` begins and ends, its decorators included."""
        decorators = getattr(node, "decorator_list", [])
        start = self.starts[node.lineno - 1] + node.col_offset
        if decorators:
            start = self.starts[decorators[0].lineno - 1] + decorators[0].col_offset - 1
        return start, self.starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.AST) -> str:
        """Return what is written there for `node`."""
        start, end = self.span(node)
        return self.source[start:end].decode()

    def replaced(self, node: ast.AST, text: str) -> str:
        """Return the source with `text` in the place of `node`."""
        start, end = self.span(node)
        return (self.source[:start] + text.encode() + self.source[end:]).decode()

    def indentation(self, node: ast.AST) -> int:
        """Return in which column `node` begins."""
        start = self.span(node)[0]
        return start - max(place for place in self.starts if place <= start)


def _written(text: _Text, tree: ast.AST, node: ast.AST, place: Place, wrong: Wrong) -> str | None:
    """Return the source with `wrong` for `node`, or None where that would not be what was meant."""
    meant = _meant(tree, place, wrong)
    if isinstance(wrong, list):
        margin = "\n" + " " * text.indentation(node)
        texts = [text.of(node) if part is node else _unparsed(part) for part in wrong]
        again = [_unparsed(part) for part in wrong]
        candidates = [
            margin.join(texts),
            margin.join(line for part in again for line in part.split("\n")),
        ]
    else:
        bare = _unparsed(wrong)
        candidates = [bare, f"({bare})"]
    for candidate in candidates:
        changed = text.replaced(node, candidate)
        try:
            if ast.dump(ast.parse(changed)) == meant:
                compile(changed, "<mutant>", "exec")
                return changed
        except (SyntaxError, ValueError):
            continue
    return None


def _meant(tree: ast.AST, place: Place, wrong: Wrong) -> str:
    """Return the syntax tree with `wrong` at `place`, as text."""
    parent, field, index = place
    before = getattr(parent, field)
    if index is None:
        after = wrong
    else:
        new = wrong if isinstance(wrong, list) else [wrong]
        after = [*before[:index], *new, *before[index + 1 :]]
    setattr(parent, field, after)
    try:
        return ast.dump(tree)
    finally:
        setattr(parent, field, before)


def _unparsed(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node))


def _meaning(source: str) -> str:
    return ast.dump(ast.parse(source))


def _changed_lines(before: str, after: str) -> tuple[str, str]:
    """Return the lines that differ, those before and those after.

    With lines that are only added goes the one above them, to tell where they stand.
    """
    old, new = before.split("\n"), after.split("\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changes = [code[1:] for code in matcher.get_opcodes() if code[0] != "equal"]
    if not changes:
        return "", ""
    first, last = changes[0], changes[-1]
    start, new_start = first[0], first[2]
    if start == last[1] or new_start == last[3]:
        start, new_start = max(start - 1, 0), max(new_start - 1, 0)
    was, now = old[start : last[1]], new[new_start : last[3]]
    return "\n".join(map(str.strip, was)), "\n".join(map(str.strip, now))
