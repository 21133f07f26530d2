"""The examiner: runs a test cell and judges it, with the student's code a message away.

A probe's source goes to the process that answers for the student; what it returns comes back as a
plain value. Nothing else of the student's is ever in this process.
"""

import builtins
import json
import linecache
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from grading.checks import ChecksError
from grading.engine.asking import GRACE, TOOK_TOO_LONG, CellEnded, Question, link_errors
from grading.engine.compiling import Compiled, compiled
from grading.engine.hidden import hidden_lines
from grading.engine.on_view import error_on_view, printed, shown_so_far, value_on_view
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

    @property
    def file(self) -> str:
        """The name under which tracebacks know it."""
        return f"<{self.grade_id}>"


def pauses(test: Test) -> bool:
    """Say whether `test` can be run up to its hidden lines, and from there later."""
    try:
        return test.probing and compiled(test.source, test.file).hidden is not None
    except (SyntaxError, ValueError, RecursionError):
        return False


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


class Examination:
    """Running `test` against the process at the other end of `link`, in one go or in two."""

    def __init__(self, test: Test, link: Link) -> None:
        self.test = test
        self.link = link
        self.over = False
        self._log = _TestLog(test.output_chars, test.on_view)
        self._seconds = test.seconds
        self._namespace = {"__name__": "__main__", "__builtins__": builtins}

    def whole(self) -> list[NotebookNode]:
        """Run the cell; return its outputs."""
        self._within_limits(self._all if self.test.probing else self._there)
        return self._log.outputs

    def begin(self) -> list[NotebookNode]:
        """Run the cell up to its hidden lines; return its outputs so far, and its checks."""
        self._within_limits(lambda cell: exec(cell.on_view, self._namespace))
        self._log.on_view = [*self._log.outputs, *shown_so_far(self._namespace)]
        return self._log.on_view

    def finish(self) -> list[NotebookNode]:
        """Run the rest of a cell that was begun, unless it is over; return its outputs."""
        if not self.over:
            self._within_limits(self._rest)
        return self._log.outputs

    def _all(self, cell: Compiled) -> None:
        exec(cell.on_view, self._namespace)
        self._rest(cell)

    def _rest(self, cell: Compiled) -> None:
        if cell.hidden is not None:
            exec(cell.hidden, self._namespace)
        if cell.last is not None:
            self._log.show(eval(cell.last, self._namespace))

    def _within_limits(self, work: Callable[[Compiled], None]) -> None:
        """Do a part of the cell in the time left to it; what it raises is its last output."""
        started = time.monotonic()
        self._deadline = min(started + self._seconds, self.test.latest)
        try:
            with _ended_at(self._deadline + GRACE):
                if self.test.probing:
                    self._probing(work)
                else:
                    work(None)
        except CellEnded as end:
            self.over = True
            self._log.error(end.name, str(end))
        self._seconds -= time.monotonic() - started

    def _probing(self, work: Callable[[Compiled], None]) -> None:
        test = self.test
        lines = test.source.splitlines(keepends=True)
        linecache.cache[test.file] = (len(test.source), None, lines, test.file)
        try:
            with asked_by(self._asker), redirect_stdout(self._log), redirect_stderr(self._log):
                work(compiled(test.source, test.file))
        except CellEnded:
            raise
        except BaseException as error:
            self.over = True
            self._tell(error)

    def _tell(self, error: BaseException) -> None:
        """Add an error of the cell itself to its outputs, less what stands among hidden tests."""
        file = self.test.file
        steps = [
            step for step in traceback.extract_tb(error.__traceback__) if step.filename == file
        ]
        line = steps[0].lineno if steps else getattr(error, "lineno", None) or 0
        kind = error.kind if isinstance(error, AnswerError) else type(error).__name__
        if line in hidden_lines(self.test.source):
            kind, said = nearest_known(type(error)), getattr(error, "diagnosis", "")
            shown = "in a hidden test"
        else:
            if self._log.on_view is not None and not isinstance(error, ChecksError):
                self._log.outputs += error_on_view(nearest_known(type(error)), self._log.on_view)
                return
            said = text_of(error)
            shown = f"----> {line} {linecache.getline(file, line).strip()}"
        self._log.error(kind, said, [shown, f"{kind}: {said}"])

    def _there(self, cell: None) -> None:
        """Let a test cell without probes run in the student's notebook."""
        limit = self._deadline + GRACE
        with link_errors():
            self.link.send(("cell", self.test.source, self.test.seconds), limit)
            while True:
                match self.link.receive(limit):
                    case ("output", tuple(message)):
                        self._log.add(message)
                    case ("done", int()):
                        return

    def _asker(self, function: Callable) -> Callable:
        """Return the function that runs a probe where the student's code is."""
        code = function.__code__
        probes = compiled(self.test.source, self.test.file).probes
        found = probes.get(code.co_firstlineno)
        if code.co_filename != self.test.file or found is None:
            raise ChecksError(f"the probe {function.__name__} must stand in the test cell itself")
        if code.co_freevars:
            raise ChecksError(
                f"the probe {function.__name__} uses {', '.join(code.co_freevars)} of the function "
                "around it: pass it as an argument"
            )
        name, source = found

        def ask(*args: Any, **kwargs: Any) -> Any:
            return Question(self.link, self._deadline).ask(name, source, args, kwargs)

        return ask


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
