"""The examiner: runs a test cell and judges it, with the student's code a message away.

A probe's source goes to the process that answers for the student; what it returns comes back as a
plain value. Nothing else of the student's is ever in this process.
"""

import ast
import builtins
import json
import linecache
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import copy
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from grading.checks import ChecksError
from grading.engine.asking import GRACE, TOOK_TOO_LONG, CellEnded, Question, link_errors
from grading.engine.hidden import hidden_lines
from grading.engine.on_view import error_on_view, printed, value_on_view
from grading.engine.outputs import TIMEOUT, OutputLog
from grading.link import Link
from grading.probes import asked_by
from grading.raising import AnswerError, nearest_known, text_of


@dataclass(frozen=True)
class Test:
    """A test cell: what to run, and in how many seconds.

    `probing` is one that touches the student's code in probes only. Any other runs in the
    student's notebook, as under nbgrader. It must have ended at `latest`, a time of
    `time.monotonic`, in any case. `on_view` is what the cell showed without its hidden lines,
    where it has any: see `grading.engine.on_view`.
    """

    grade_id: str
    source: str
    probing: bool
    seconds: float
    output_chars: int
    latest: float
    on_view: tuple[NotebookNode, ...] | None = None


def is_probing(source: str) -> bool:
    """Say whether a test cell has a probe."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(_probe_decorators(node) for node in ast.walk(tree))


def examine(test: Test, link: Link) -> list[NotebookNode]:
    """Run `test` against the process at the other end of `link`; return the cell's outputs."""
    log = _TestLog(test.output_chars, test.on_view)
    deadline = min(time.monotonic() + test.seconds, test.latest)
    try:
        with _ended_at(deadline + GRACE):
            if test.probing:
                _Examination(test, link, deadline, log).run()
            else:
                _run_there(test, link, deadline, log)
    except CellEnded as end:
        log.error(end.name, str(end))
    return log.outputs


class _TestLog(OutputLog):
    """The outputs of a test cell. A warning is no failure, so there is no error stream.

    Where the cell has been asked without its hidden lines, what it printed there stands.
    """

    def __init__(self, max_chars: int, on_view: Sequence[NotebookNode] | None) -> None:
        super().__init__(max_chars)
        self.on_view = on_view
        self.outputs += printed(on_view or ())

    def add(self, message: Any) -> None:
        if message[:2] == ("stream", "stderr"):
            message = ("stream", "stdout", *message[2:])
        super().add(message)

    def write(self, text: str) -> int:
        """Take what the test itself prints."""
        if self.on_view is None:
            self.add(("stream", "stdout", text))
        return len(text)

    def flush(self) -> None:
        """Do nothing: what was written is there."""

    def show(self, value: Any) -> None:
        """Take the value of the cell's last line."""
        if self.on_view is not None:
            value = value_on_view(value, self.on_view)
        if value is None:
            return
        bundle = getattr(value, "_repr_mimebundle_", None)
        data = bundle() if bundle else {"text/plain": repr(value)}
        self.add(("result", json.dumps([data, {}]), 0))


class _Examination:
    """One run of a test cell with probes."""

    def __init__(self, test: Test, link: Link, deadline: float, log: _TestLog) -> None:
        self.test = test
        self.link = link
        self.deadline = deadline
        self.log = log
        self.file = f"<{test.grade_id}>"

    def run(self) -> None:
        """Run the cell; what it raises becomes its last output."""
        lines = self.test.source.splitlines(keepends=True)
        linecache.cache[self.file] = (len(self.test.source), None, lines, self.file)
        namespace = {"__name__": "__main__", "__builtins__": builtins}
        try:
            with asked_by(self._asker), redirect_stdout(self.log), redirect_stderr(self.log):
                tree = ast.parse(self.test.source, self.file)
                self.functions = {_first_line(node): node for node in ast.walk(tree)
                                  if _probe_decorators(node)}  # fmt: skip
                last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
                exec(compile(tree, self.file, "exec"), namespace)
                if last is not None:
                    value = eval(compile(ast.Expression(last.value), self.file, "eval"), namespace)
                    self.log.show(value)
        except CellEnded:
            raise
        except BaseException as error:
            self._tell(error)

    def _tell(self, error: BaseException) -> None:
        """Add an error of the cell itself to its outputs, less what stands among hidden tests."""
        steps = [
            step for step in traceback.extract_tb(error.__traceback__) if step.filename == self.file
        ]
        line = steps[0].lineno if steps else getattr(error, "lineno", None) or 0
        kind = error.kind if isinstance(error, AnswerError) else type(error).__name__
        if line in hidden_lines(self.test.source):
            kind, said = nearest_known(type(error)), getattr(error, "diagnosis", "")
            shown = "in a hidden test"
        else:
            if self.test.on_view is not None and not isinstance(error, ChecksError):
                self.log.outputs += error_on_view(nearest_known(type(error)), self.test.on_view)
                return
            said = text_of(error)
            shown = f"----> {line} {linecache.getline(self.file, line).strip()}"
        self.log.error(kind, said, [shown, f"{kind}: {said}"])

    def _asker(self, function: Callable) -> Callable:
        """Return the function that runs a probe where the student's code is."""
        code = function.__code__
        node = self.functions.get(code.co_firstlineno)
        if code.co_filename != self.file or node is None:
            raise ChecksError(f"the probe {function.__name__} must stand in the test cell itself")
        if code.co_freevars:
            raise ChecksError(
                f"the probe {function.__name__} uses {', '.join(code.co_freevars)} of the function "
                "around it: pass it as an argument"
            )
        source = _without_probe(node)

        def ask(*args: Any, **kwargs: Any) -> Any:
            return Question(self.link, self.deadline).ask(node.name, source, args, kwargs)

        return ask


def _run_there(test: Test, link: Link, deadline: float, log: _TestLog) -> None:
    """Let a test cell without probes run in the student's notebook."""
    with link_errors():
        link.send(("cell", test.source, test.seconds), deadline + GRACE)
        while True:
            match link.receive(deadline + GRACE):
                case ("output", tuple(message)):
                    log.add(message)
                case ("done", int()):
                    return


@contextmanager
def _ended_at(limit: float) -> Iterator[None]:
    """End the cell at `limit`, a time of `time.monotonic`, wherever it is."""

    def end(number: int, frame: object) -> None:
        raise CellEnded(TIMEOUT, TOOK_TOO_LONG)

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, max(limit - time.monotonic(), 1e-3))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _probe_decorators(node: ast.AST) -> list[ast.expr]:
    """Return the decorators that make `node` a probe."""
    return [
        decorator
        for decorator in getattr(node, "decorator_list", ())
        if ast.unparse(decorator).rpartition(".")[2] == "probe"
    ]


def _first_line(node: ast.FunctionDef) -> int:
    return min(decorator.lineno for decorator in node.decorator_list)


def _without_probe(node: ast.FunctionDef) -> str:
    """Return the source of a probe's function, without the decorator that made it one."""
    bare = copy(node)
    probes = _probe_decorators(node)
    bare.decorator_list = [other for other in node.decorator_list if other not in probes]
    return ast.unparse(bare)
