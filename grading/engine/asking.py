"""Asking a student's process: a probe's source and arguments go there, a plain value comes back."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from grading.checks import ChecksError
from grading.engine.outputs import KILLED, OUT_OF_MEMORY, TIMEOUT
from grading.link import Link, LinkClosedError, LinkTimeoutError
from grading.raising import answer_error, nearest_known, text_of
from grading.values import plain
from grading.wire import WireError

# Seconds after its time limit that a student's process has to end what it does by itself.
GRACE = 2.0

TOOK_TOO_LONG = "took longer than a cell may and was stopped"
ENDED = "the process that ran the answer ended: it crashed, or it left"
NO_MEMORY = "needed more memory than a notebook may have"


class CellEnded(BaseException):
    """The test cell cannot go on. `name` is what nbclient calls such an end."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Question:
    """One call of a probe."""

    def __init__(self, link: Link, deadline: float) -> None:
        self.link = link
        self.deadline = deadline
        self.functions: dict[int, Callable] = {}
        self.raised: list[Exception] = []

    def ask(self, name: str, source: str, args: Sequence, kwargs: dict) -> Any:
        """Return what the probe returned, or raise what it raised."""
        passed = [self._passed(arg) for arg in args]
        named = {key: self._passed(arg) for key, arg in kwargs.items()}
        seconds = self.deadline - time.monotonic()
        with link_errors():
            try:
                self.link.send(("probe", name, source, passed, named, seconds), self._limit)
            except WireError as error:
                raise ChecksError(f"the arguments of the probe {name}: {error}") from error
            while True:
                message = self.link.receive(self._limit)
                match message:
                    case ("ready", int()):
                        continue
                    case ("value", value):
                        return value
                    case ("call", int(number), list(given)) if number in self.functions:
                        self.link.send(self._called(self.functions[number], given), self._limit)
                    case ("raised", str(known), str(kind), str(text), str(place), back):
                        raise self._error(known, kind, text, place, back)
                    case _:
                        raise CellEnded(KILLED, ENDED)

    @property
    def _limit(self) -> float:
        return self.deadline + GRACE

    def _passed(self, argument: Any) -> tuple[str, Any]:
        if not callable(argument):
            return ("value", plain(argument))
        number = len(self.functions)
        self.functions[number] = argument
        return ("function", number)

    def _called(self, function: Callable, args: list) -> tuple:
        """Return the reply to a call of a function that was passed to the probe."""
        try:
            return ("value", plain(function(*args)))
        except Exception as error:
            self.raised.append(error.with_traceback(None))  # it would hold all that was passed
            known = nearest_known(type(error))
            return ("raised", len(self.raised) - 1, known, type(error).__name__, text_of(error))

    def _error(self, known: str, kind: str, text: str, place: str, back: Any) -> BaseException:
        if type(back) is int and 0 <= back < len(self.raised):
            error = self.raised[back]
            if not isinstance(error, StopIteration):  # see `answer_error`
                return error
        if known == "MemoryError":
            return CellEnded(OUT_OF_MEMORY, NO_MEMORY)
        if known == "KeyboardInterrupt":
            return CellEnded(TIMEOUT, TOOK_TOO_LONG)
        return answer_error(known, kind, text, place)


@contextmanager
def link_errors() -> Iterator[None]:
    """Turn what can go wrong with a link into the end of the cell."""
    try:
        yield
    except LinkTimeoutError:
        raise CellEnded(TIMEOUT, TOOK_TOO_LONG) from None
    except (LinkClosedError, WireError):
        raise CellEnded(KILLED, ENDED) from None
