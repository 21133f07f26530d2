"""What of a notebook is not for students: hidden tests and mark schemes."""

import re
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

from grading.engine.compiling import is_probing

Marks = tuple[str, str]

_NUMBER = re.compile(r"-?\d+(\.\d*)?")
_NOT_SHOWN = "[What this test printed is not shown, for it has hidden lines.]\n"


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
        """Return the outputs of `cell` without those that would tell what is cut.

        Tracebacks quote it. A test that runs among the student's own cells, without probes, has
        let them print what they were asked: of its outputs points are left, and names of errors,
        with what an assertion says.
        """
        if self.source(cell) == cell.source:
            return cell.outputs
        if not is_grade(cell) or is_probing(cell.source):
            return [_without_traceback(output) for output in cell.outputs]
        left = [_of_a_test(output) for output in cell.outputs if _tells_points(output)]
        if len(left) < len(cell.outputs):
            left.insert(0, new_output("stream", text=_NOT_SHOWN))
        return left


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


def _tells_points(output: NotebookNode) -> bool:
    """Say whether an output is an error, or a number of points."""
    if output.output_type == "execute_result":
        text = str(output.data.get("text/plain", ""))
        return _NUMBER.fullmatch(text) is not None
    return output.output_type == "error"


def _of_a_test(output: NotebookNode) -> NotebookNode:
    if output.output_type == "error" and output.ename != "AssertionError":
        output = NotebookNode({**output, "evalue": "in a test that has hidden lines"})
    return _without_traceback(output)


def _without_traceback(output: NotebookNode) -> NotebookNode:
    if output.output_type != "error":
        return output
    return NotebookNode({**output, "traceback": [f"{output.ename}: {output.evalue}"]})
