"""One grader at a time on a course: two would grade the same twice and replace each other's files.

The operating system drops the lock when its holder ends, however that comes about.
"""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from grading.batch.store import state_folder
from grading.course import Course, CourseError


@contextmanager
def locked(course: Course) -> Iterator[None]:
    """Hold the course's lock.

    Raises:
        CourseError: when another process holds it.
    """
    folder = state_folder(course)
    folder.mkdir(exist_ok=True)
    holder = folder / "lock.pid"
    try:
        with FileLock(folder / "lock", timeout=0):
            holder.write_text(str(os.getpid()), encoding="ascii")
            yield
            holder.unlink(missing_ok=True)
    except Timeout:
        who = ""
        with contextlib.suppress(OSError):
            who = f" (process {holder.read_text(encoding='ascii')})"
        raise CourseError(
            f"another grader{who} is at work on this course: wait until it has ended, or end it"
        ) from None
