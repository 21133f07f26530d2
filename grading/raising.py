"""Errors that a student's code raises: their nearest built-in kind, their place, their telling.

An error's class and text are the student's to choose. So a check that is hidden tells of an
error no more than the built-in exception that it is, or a class name could carry what was asked.
"""

import builtins
from functools import cache
from types import TracebackType
from typing import Any

from grading.values import NotPlainError

MAX_TEXT = 500
MAX_NAME = 100

# Where values are taken one by one, by `map` say, these would end it as if all had been taken.
_ENDS_OF_ITERATION = ("StopIteration", "StopAsyncIteration", "GeneratorExit")
# Their constructors want more than a text.
_LEFT_OUT = ("UnicodeDecodeError", "UnicodeEncodeError", "UnicodeTranslateError")
KNOWN: dict[str, type[BaseException]] = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type)
    and issubclass(kind, BaseException)
    and not issubclass(kind, BaseExceptionGroup)
    and name not in _LEFT_OUT
} | {"NotPlainError": NotPlainError}


class AnswerError:
    """What an error that came out of a probe has besides being of its built-in class.

    Attributes:
        kind: the name of its class in the student's code.
        text: what it says.
        place: where it was raised: "(in f, its line 3)", or nothing.
    """

    kind: str
    text: str
    place: str

    def __str__(self) -> str:
        return self.text


def answer_error(known: str, kind: str, text: str, place: str) -> BaseException:
    """Return the error that stands on this side for one that the student's code raised.

    It is an instance of the exception that `known` names, so that a test can expect it. One that
    ends an iteration becomes a RuntimeError, as it does when it leaves a generator.

    >>> error = answer_error("ValueError", "OddError", "3 is odd", "(in halve, its line 2)")
    >>> isinstance(error, ValueError), error.kind, str(error)
    (True, 'OddError', '3 is odd')
    """
    if known in _ENDS_OF_ITERATION:
        known = "RuntimeError"
    error = _class_for(known if known in KNOWN else "Exception")(text[:MAX_TEXT])
    error.kind, error.text, error.place = kind[:MAX_NAME], text[:MAX_TEXT], place[:MAX_TEXT]
    return error


@cache
def _class_for(known: str) -> type[BaseException]:
    return type(known, (AnswerError, KNOWN[known]), {})


def nearest_known(kind: type[BaseException]) -> str:
    """Return the name of the built-in exception that `kind` is, or is made from.

    >>> class OddError(ValueError): ...
    >>> nearest_known(OddError)
    'ValueError'
    """
    for base in type.mro(kind):
        for name, known in KNOWN.items():
            if base is known:
                return name
    return "Exception"


def text_of(error: BaseException) -> str:
    """Return what `error` says, cut to a sensible length, or nothing where it cannot be read."""
    try:
        return str(error)[:MAX_TEXT]
    except Exception:
        return ""


def place_of(traceback: TracebackType | None, notebook: dict[str, Any], test: str) -> str:
    """Return where in the student's code an error was raised, or an empty string.

    That is the innermost function that stands in `notebook`, the namespace of its cells, but
    not in the code of the file name `test`.
    """
    place = ""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        inside = traceback.tb_frame.f_globals is notebook and code.co_filename != test
        if inside and not code.co_name.startswith("<"):
            line = traceback.tb_lineno - code.co_firstlineno + 1
            place = f"(in {code.co_name}, its line {line})"
        traceback = traceback.tb_next
    return place
