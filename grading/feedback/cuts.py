"""What of a notebook is not for students: hidden tests and mark schemes."""

from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

Marks = tuple[str, str]


@dataclass(frozen=True)
class Cuts:
    """What to cut: lines between two marks, in tests and in what the author wrote."""

    hidden: Marks | None
    scheme: Marks | None

    def source(self, cell: NotebookNode) -> str:
        """Return the source of `cell` as a student may see it; a student's own stays whole."""
        if self.hidden and is_grade(cell) and not is_solution(cell):
            return without(cell.source, *self.hidden)
        if self.scheme and (is_locked(cell) or is_task(cell)):
            return without(cell.source, *self.scheme)
        return cell.source

    def outputs(self, cell: NotebookNode) -> list[NotebookNode]:
        """Return the outputs of `cell` without tracebacks that would quote what is cut."""
        if self.source(cell) == cell.source:
            return cell.outputs
        return [_without_traceback(output) for output in cell.outputs]


def cuts(config: Config, show_hidden: bool) -> Cuts:
    """Return what is to be cut in a course of this configuration."""
    if show_hidden:
        return Cuts(None, None)
    tests, scheme = ClearHiddenTests(config=config), ClearMarkScheme(config=config)
    return Cuts(
        (tests.begin_test_delimeter, tests.end_test_delimeter),
        (scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter),
    )


def without(source: str, begin: str, end: str) -> str:
    """Return `source` without the lines from `begin` to `end`, or to its own end.

    >>> without("a\\n# BEGIN\\nb\\n# END\\nc", "BEGIN", "END")
    'a\\nc'
    """
    kept, inside = [], False
    for line in source.split("\n"):
        inside = inside or begin in line
        if not inside:
            kept.append(line)
        elif end in line:
            inside = False
    return "\n".join(kept)


def _without_traceback(output: NotebookNode) -> NotebookNode:
    if output.output_type != "error":
        return output
    return NotebookNode({**output, "traceback": [f"{output.ename}: {output.evalue}"]})
