"""The process that answers one test cell's probes: a fork of the notebook at that cell."""

import io
import os
import sys
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any

from grading.link import Link, LinkClosedError
from grading.raising import answer_error, nearest_known, place_of, text_of
from grading.student.alarm import interrupted_after
from grading.student.shell import NotebookShell
from grading.values import NotPlainError, plain
from grading.wire import WireError

_PROBE = "<probe>"


def answer(shell: NotebookShell, link: Link) -> None:
    """Do what the examiner asks through `link` until it is closed.

    ("probe", name, source, arguments, named arguments, seconds) runs a probe; the reply is
    ("value", value) or ("raised", known kind, kind, text, place, callback's error).
    ("cell", source, seconds) runs a whole test cell, as nbgrader does; the replies are ("output",
    message) for each output and then ("done", number of the cell).
    """
    link.send(("ready", os.getpid()))
    while True:
        try:
            kind, *request = link.receive()
        except LinkClosedError:
            return
        if kind == "probe":
            reply = _Probe(shell, link).run(*request)
            try:
                link.send(reply)
            except WireError as error:
                link.send(("raised", "NotPlainError", "NotPlainError", str(error), "", None))
        else:
            _run_cell(shell, link, *request)


@cache
def _compiled(source: str) -> CodeType:
    return compile(source, _PROBE, "exec")


class _Probe:
    """One call of a probe: its functions passed as arguments are called through the link."""

    def __init__(self, shell: NotebookShell, link: Link) -> None:
        self.shell = shell
        self.link = link
        self.raised: dict[int, BaseException] = {}

    def run(self, name: str, source: str, args: list, kwargs: dict, seconds: float) -> tuple:
        """Return the reply. What the student's code prints is dropped."""
        self.shell.send = lambda message: None
        sys.stdout = sys.stderr = _Nowhere()
        notebook = self.shell.user_ns
        try:
            with interrupted_after(seconds):
                made: dict[str, Any] = {}
                exec(_compiled(source), notebook, made)
                passed = [self._taken(arg) for arg in args]
                named = {key: self._taken(arg) for key, arg in kwargs.items()}
                return ("value", plain(made[name](*passed, **named)))
        except BaseException as error:
            known = nearest_known(type(error))
            place = place_of(error.__traceback__, notebook, _PROBE)
            if isinstance(error, NotPlainError):
                place = ""
            back = next((key for key, raised in self.raised.items() if raised is error), None)
            kind = str(type(error).__name__)[:100]
            return ("raised", known, kind, text_of(error), place, back)

    def _taken(self, argument: tuple[str, Any]) -> Any:
        kind, value = argument
        return self._black_box(value) if kind == "function" else value

    def _black_box(self, number: int) -> Callable:
        """Return a function that asks the examiner for its value."""

        def call(*args: Any) -> Any:
            self.link.send(("call", number, [plain(arg) for arg in args]))
            kind, *reply = self.link.receive()
            if kind == "value":
                return reply[0]
            key, known, name, text = reply
            self.raised[key] = answer_error(known, name, text, "")
            raise self.raised[key]

        return call


def outputs_to(link: Link) -> Callable[[tuple], None]:
    """Return the function that sends a shell's outputs through `link`."""

    def send(message: tuple) -> None:
        try:
            link.send(("output", message))
        except WireError:
            link.send(("output", ("stream", "stdout", "[an output was too large]\n")))

    return send


class _Nowhere(io.TextIOBase):
    """A stream that keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


def _run_cell(shell: NotebookShell, link: Link, source: str, seconds: float) -> None:
    """Run a test cell in the notebook itself."""

    shell.send = outputs_to(link)
    with interrupted_after(seconds):
        shell.run_cell(source, store_history=True)
    shell.flush()
    link.send(("done", shell.execution_count - 1))
