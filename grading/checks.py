"""Named checks with points: a test cell that goes on after a failure and says what is wrong.

    checks = Checks(3)

    with checks("product rule", points=1):
        assert product(2.0, 3.0) == (6.0, 3.0)
    with checks("deep chains", points=2, hidden=True):
        ...
    checks.score()

The last line's value is the cell's score. nbgrader reads it as partial credit, a notebook
shows it as a table, and the grader reads the same table as data.
"""

import html
import io
import linecache
import os
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any

from grading.raising import AnswerError, nearest_known, place_of, text_of

MIME_TYPE = "application/vnd.adcourse.checks+json"
NOT_WRITTEN = "this answer is not written yet"


class ChecksError(Exception):
    """A test cell whose checks do not fit together: a mistake of its author's."""


@dataclass(frozen=True)
class Result:
    """What one check found. `message` is empty when it passed."""

    name: str
    points: float
    passed: bool
    hidden: bool
    message: str


class Checks:
    """The checks of one test cell, worth `total` points together.

    A check is a `with` block. An exception inside it fails that check and no other. A check with
    `hidden=True` says of a failure only its diagnosis: neither its input nor the right answer.

    Hidden checks are cut from the student's copy. There the points not on view count as earned
    once every check on view passes, so that the Validate button can say "Success".
    """

    def __init__(self, total: float) -> None:
        self.total = total
        self.results: list[Result] = []

    def __call__(self, name: str, *, points: float, hidden: bool = False) -> "_Check":
        """Return the `with` block for the check called `name`.

        Raises:
            ChecksError: when the name is taken, or the points are not above zero.
        """
        if any(result.name == name for result in self.results):
            raise ChecksError(f"two checks are called {name!r}; give each its own name")
        if not points > 0:
            raise ChecksError(f"check {name!r} is worth {points} points; give it more than 0")
        return _Check(self, name, points, hidden)

    def score(self) -> "Score":
        """Return the points earned: a float that shows as the table of checks.

        Raises:
            ChecksError: when the checks are worth more than the cell's total.
        """
        on_view = sum(result.points for result in self.results)
        if on_view > self.total + 1e-9:
            raise ChecksError(f"the checks are worth {on_view} points, the cell {self.total}")
        earned = sum(result.points for result in self.results if result.passed)
        if all(result.passed for result in self.results):
            earned = self.total
        score = Score(earned, self.total, self.results)
        if _validating():
            sys.stderr.write(score.failures())
        return score


class _Check:
    """One `with` block: swallows an exception, keeps what it says.

    It keeps the error stream, too: nbgrader takes a warning there for a failure. Of a hidden check
    nothing is printed at all, or a `print` in the answer would give away what was asked.
    """

    def __init__(self, checks: Checks, name: str, points: float, hidden: bool) -> None:
        self.checks = checks
        self.name = name
        self.points = points
        self.hidden = hidden

    def __enter__(self) -> None:
        self.silence = ExitStack()
        self.silence.enter_context(redirect_stderr(io.StringIO()))
        if self.hidden:
            self.silence.enter_context(redirect_stdout(io.StringIO()))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        self.silence.close()
        if error is not None and not isinstance(error, Exception):
            return False  # an interrupt or an exit ends the cell
        message = "" if error is None else _describe(error, self.hidden)
        self.checks.results.append(
            Result(self.name, self.points, error is None, self.hidden, message)
        )
        return True


class Score(float):
    """The points of a cell, with the checks behind them.

    >>> checks = Checks(2)
    >>> with checks("two and two", points=2):
    ...     assert 2 + 2 == 4
    >>> checks.score()
    2.0
    """

    def __new__(cls, earned: float, total: float, results: list[Result]) -> "Score":
        return super().__new__(cls, round(earned, 9))

    def __init__(self, earned: float, total: float, results: list[Result]) -> None:
        self.total = total
        self.results = tuple(results)

    __repr__ = float.__repr__

    def failures(self) -> str:
        """Return one line for each failed check, or an empty string."""
        return "".join(
            f"✗ {result.name}: {result.message}\n" for result in self.results if not result.passed
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/html": self._html(),
            MIME_TYPE: {
                "points": float(self),
                "max_points": self.total,
                "checks": [asdict(result) for result in self.results],
            },
        }

    def _html(self) -> str:
        rows = "".join(
            "<tr><td>{mark}</td><td style='text-align:left'>{name}</td><td>{points:g}</td>"
            "<td style='text-align:left'>{message}</td></tr>".format(
                mark="✓" if result.passed else "✗",
                name=html.escape(result.name) + (" (hidden)" if result.hidden else ""),
                points=result.points,
                message=html.escape(result.message),
            )
            for result in self.results
        )
        return (
            f"<table><caption>{self._caption()}</caption>"
            "<thead><tr><th></th><th style='text-align:left'>check</th><th>points</th>"
            f"<th style='text-align:left'>what went wrong</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )

    def _caption(self) -> str:
        """Return the points in words: in a student's copy, hidden checks are not there yet."""
        on_view = sum(result.points for result in self.results)
        hidden = self.total - on_view
        if hidden < 1e-9:
            return f"{float(self):g} of {self.total:g} points"
        earned = sum(result.points for result in self.results if result.passed)
        return (
            f"{earned:g} of {on_view:g} points on view; "
            f"{hidden:g} more for hidden checks, when it is graded"
        )


def _validating() -> bool:
    """Say whether nbgrader's Validate button runs this cell.

    It shows a failed cell's stderr to the student, and nothing else of what the cell found.
    """
    return os.environ.get("NBGRADER_EXECUTION") == "validate"


def _describe(error: Exception, hidden: bool) -> str:
    """Say what went wrong, without input or answer if the check is hidden.

    An error of the test's own may carry a `diagnosis`, a sentence that gives neither away.
    """
    if isinstance(error, NotImplementedError):
        return NOT_WRITTEN
    if isinstance(error, AnswerError):
        return _raised(error, error.kind, error.place, hidden)
    diagnosis = getattr(error, "diagnosis", None)
    if hidden and diagnosis is not None:
        return diagnosis
    if isinstance(error, AssertionError):
        text = str(error)
        if not text:
            text = "not as it should be" if hidden else f"this does not hold: {_source(error)}"
        return text
    first = error.__traceback__.tb_frame
    place = place_of(error.__traceback__, first.f_globals, first.f_code.co_filename)
    return _raised(error, type(error).__name__, place, hidden)


def _raised(error: Exception, kind: str, place: str, hidden: bool) -> str:
    """Tell of an error of the student's code; see `grading.raising` on hidden checks."""
    if hidden:
        return f"raised {nearest_known(type(error))}"
    return f"raised {kind}: {text_of(error)} {place}".rstrip()


def _source(error: Exception) -> str:
    """Return the line of the test cell at which `error` was raised."""
    frame = error.__traceback__
    return linecache.getline(frame.tb_frame.f_code.co_filename, frame.tb_lineno).strip()
