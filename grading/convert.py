"""Running one of nbgrader's converters in process, quietly, with its errors as exceptions."""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grading.course import Course, GradebookError

# The line of a traceback that names the exception, without the module that it comes from.
_EXCEPTION = re.compile(r"(?:\w+\.)*(\w+(?:Error|Exception|Exit): .*)")


class ConversionError(Exception):
    """nbgrader could not convert something; the message is its own last word on why."""


def convert(
    converter: type[BaseConverter],
    course: Course,
    coursedir: CourseDirectory,
    config: Config | None = None,
) -> None:
    """Run `converter` on what `coursedir` selects, overwriting what was there.

    What nbgrader logs goes to the course's log file.

    Raises:
        ConversionError: when nbgrader reports an error.
        GradebookError: when it cannot use the gradebook: a lock held too long, say.
    """
    settings = Config(course.config)
    settings.merge(config or {})
    with _log_to(course) as (log, errors), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            converter(coursedir=coursedir, config=settings, log=log, force=True).start()
        except (NbGraderException, SystemExit) as error:
            if isinstance(error.__context__, GradebookError):
                raise error.__context__ from None  # no fault of the notebook's
            raise ConversionError(_reason(errors) or str(error)) from error


@contextmanager
def _log_to(course: Course) -> Iterator[tuple[logging.Logger, list[str]]]:
    """Yield a logger that writes to the course's log file, and the errors it was told."""
    errors: list[str] = []
    log = logging.Logger("adcourse", logging.INFO)
    file = logging.FileHandler(course.log_path, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    keeper = logging.Handler(logging.ERROR)
    keeper.emit = lambda record: errors.append(record.getMessage())
    log.addHandler(file)
    log.addHandler(keeper)
    try:
        yield log, errors
    finally:
        file.close()


def _reason(errors: list[str]) -> str:
    """Return the first exception that a traceback among `errors` names, or their first line."""
    for error in errors:
        for line in error.splitlines():
            if match := _EXCEPTION.match(line):
                return match[1]
    return errors[0].strip().splitlines()[0] if errors else ""
