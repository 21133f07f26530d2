"""`adcourse forget STUDENT`: deleting all that a course has of a student."""

import contextlib
import glob
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.utils import rmtree

from grading.batch.lock import locked
from grading.batch.store import open_store
from grading.course import Course, CourseError

STEPS = ("submitted", "autograded", "feedback")


@dataclass
class Traces:
    """What a course has of a student: folders, files made of many students' work, grades."""

    folders: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    in_gradebook: bool = False

    def __bool__(self) -> bool:
        return bool(self.folders or self.files or self.in_gradebook)


def traces(course: Course, student: str) -> Traces:
    """Return what `course` has of `student`.

    Raises:
        CourseError: when it has nothing, or `student` is no name of a student.
    """
    if student in ("", ".", "..") or any(sep in student for sep in ("/", "\\", os.sep)):
        raise CourseError(f"{student!r} is no student: give the name of one folder in submitted/")
    found = Traces(
        sorted(_folders(course, student)), sorted(_files_naming(course, student.encode()))
    )
    with course.gradebook() as gradebook, contextlib.suppress(MissingEntry):
        found.in_gradebook = gradebook.find_student(student) is not None
    if not found:
        raise CourseError(f"nothing is known of {student!r} here: see the names in submitted/")
    return found


def forget(course: Course, student: str) -> list[str]:
    """Delete what `course` has of `student`; return what was deleted, and what to do now.

    Files made of many students' work are deleted whole, to be made again.

    Raises:
        CourseError: when there is nothing, or a grader is at work on the course.
    """
    said = []
    with locked(course):
        found = traces(course, student)
        for folder in found.folders:
            rmtree(folder)
            said.append(f"deleted: {folder}")
        if found.in_gradebook:
            _from_gradebook(course, student)
            said.append("deleted from the gradebook: the student, with all points and comments")
        with open_store(course) as store:
            count = store.forget(student)
            said.append(f"deleted from the cache: {count} entries")
        for path in found.files:
            path.unlink()
            said.append(f"deleted, as it named {student}: {path}{_again(course, path)}")
    said.append(
        "not looked at: backups, files written elsewhere with --json or --to, archives in "
        "downloaded/, and what was sent out"
    )
    return said


def _folders(course: Course, student: str) -> Iterator[Path]:
    """Yield the student's folders in each step, and in the exchange's inbound folder."""
    for step in STEPS:
        of_one = course.path(step, student, "assignment").parent
        if of_one.name == student:
            if of_one.is_dir():
                yield of_one
            continue
        pattern = course.path(step, glob.escape(student), "*")
        for beside in ("", ".new", ".old"):
            name = f".{pattern.name}{beside}" if beside else pattern.name
            yield from map(Path, glob.glob(str(pattern.with_name(name))))
    exchange = course.config.Exchange.get("root")
    if exchange:
        inbound = Path(exchange) / course.coursedir.course_id / "inbound"
        yield from map(Path, glob.glob(str(inbound / f"{glob.escape(student)}+*")))


def _files_naming(course: Course, student: bytes) -> Iterator[Path]:
    """Yield exports, reports and logs of the course in which the student's name stands."""
    for pattern in ("grades.csv", "reports/*.html", "adcourse.log", "*.json"):
        for path in course.root.glob(pattern):
            if path.is_file() and student in path.read_bytes():
                yield path


def _again(course: Course, path: Path) -> str:
    """Return how a deleted file is made again."""
    if path.suffix == ".html":
        return f"; make it again: adcourse report {path.stem}"
    if path.suffix == ".csv":
        return "; make it again: adcourse export"
    return ""


def _from_gradebook(course: Course, student: str) -> None:
    """Delete the student's rows, on SQLite from the file's free pages too."""
    with course.gradebook() as gradebook:
        gradebook.remove_student(student)
        file = gradebook.engine.url.database
        sqlite = gradebook.engine.dialect.name == "sqlite"
    if sqlite and file:
        with contextlib.closing(sqlite3.connect(file, timeout=60)) as db:
            db.execute("VACUUM")
