"""Submissions that lie where nobody looks for them: a misspelt folder, a notebook in none."""

import glob
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grading.course import Course

_NO_NAME = (
    "The submission in {} was not graded: the folder's name is no student's. If it is meant to be, "
    "rename it so that no dot stands in front and every character is one."
)
CLOSE = 0.6  # the share of letters in common from which on difflib, too, speaks of a match


def strays(course: "Course", assignment: str) -> dict[str, str]:
    """Return for each student with a submission that looks misplaced what to do about it.

    That is a folder whose name is nearest to that of `assignment`, or anything of a student
    whose folders are all unknown. The folders of other assignments are no mistake. And it is a
    submission of a student whose name is none: see `is_name`.
    """
    known = course.assignments()
    found: dict[str, list[str]] = {}
    for student, name in _entries(course):
        found.setdefault(student, []).append(name)
    said = {}
    for student, names in sorted(found.items()):
        if not is_name(student):
            if assignment in names:
                said[_shown(student)] = _NO_NAME.format(_shown(f"submitted/{student}"))
            continue
        lost = not set(names) & set(known)
        wrong = [
            name
            for name in names
            if name not in known and (lost or assignment in _nearest(name, known))
        ]
        if wrong:
            said[student] = " ".join(_sentence(course, assignment, student, n) for n in wrong[:3])
    return said


def is_name(student: str) -> bool:
    """Say whether a student can be called so: not with a dot in front, and in characters.

    A folder's name may be any bytes. A dot hides what is no submission, such as checkpoints.
    """
    return not student.startswith(".") and student == _shown(student)


def _shown(name: str) -> str:
    """Return a file's name with what are no characters of it as numbers."""
    return name.encode("utf-8", "backslashreplace").decode()


def _entries(course: "Course") -> list[tuple[str, str]]:
    """Return the student and the name of everything that stands where an assignment should."""
    name = course.coursedir.submitted_directory
    one = r"([^/\\]+)"
    pattern = course.coursedir.format_path(name, one, one, escape=True)
    student_first = "student_id" in course.coursedir.directory_structure.partition("{assign")[0]
    entries = []
    for path in sorted(glob.glob(str(course.path("submitted", "*", "*")), include_hidden=True)):
        match = re.fullmatch(pattern, path)
        if match and (Path(path).is_dir() or path.endswith(".ipynb")):
            first, second = match.groups()
            entries.append((first, second) if student_first else (second, first))
    return [(student, name) for student, name in entries if not name.startswith(".")]


def _nearest(name: str, known: Sequence[str]) -> list[str]:
    """Return the assignments that `name` is most like, if it is like any."""
    likeness = {other: _likeness(name.lower(), other.lower()) for other in known}
    best = max(likeness.values(), default=0)
    return [other for other in known if best >= CLOSE and likeness[other] == best]


def _likeness(name: str, other: str) -> float:
    """Return how like two names are, from 0 to 1; one that holds the other is wholly like it."""
    return 1.0 if other in name else SequenceMatcher(None, name, other).ratio()


def _sentence(course: "Course", assignment: str, student: str, name: str) -> str:
    path = course.path("submitted", student, name)
    place = course.path("submitted", student, assignment)
    what, do = ("notebook", "move it into") if path.is_file() else ("folder", "rename it to")
    if path.is_relative_to(course.root):
        path, place = path.relative_to(course.root), place.relative_to(course.root)
    return (
        f"The {what} {path} belongs to no assignment and was not graded: if it is meant for "
        f"{assignment}, {do} {place}."
    )
