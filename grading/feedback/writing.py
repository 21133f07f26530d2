"""`adcourse feedback`: everyone's pages, made on all cores."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from nbformat.v4.rwbase import rejoin_lines
from traitlets.utils.bunch import Bunch

from grading.autograded import autograded_path, read_record
from grading.batch.pool import Pool, usable_cores
from grading.course import Course, CourseError
from grading.feedback.cuts import Cuts, cuts
from grading.feedback.page import feedback_page, plain_page, warm
from grading.feedback.pictures import pictures_beside
from grading.feedback.sheet import Sheet, read_sheets

Progress = Callable[[int, int, str], None]

# What `nbgrader release_feedback` needs besides the pages.
KEPT = ("timestamp.txt", "submission_secret.txt")
PATIENCE = 60.0  # seconds for one page

Key = tuple[str, str]  # student and notebook


def write_feedback(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    *,
    show_hidden: bool = False,
    workers: int | None = None,
    progress: Progress = lambda done, total, student: None,
) -> list[Path]:
    """Write the feedback of `assignment` for `students`, by default for everyone who submitted.

    Hidden tests and mark schemes are left out unless `show_hidden`. Where a notebook cannot be
    shown, a plain page gives the points and reasons. Returns the pages, where nbgrader has them.

    Raises:
        CourseError: when the assignment is unknown, or a student is not graded yet.
    """
    released = course.released(assignment)
    names = list(released)
    graded = _graded(course, assignment, students)
    sheets = read_sheets(course, assignment, graded)
    cut = cuts(
        course.config, show_hidden or course.config.FeedbackExporter.get("show_hidden", False)
    )
    keys = [(student, name) for student in graded for name in names]
    pages: dict[Key, Path] = {}
    waiting = {student: len(names) for student in graded}
    done = 0
    progress(0, len(graded), "")
    for student in graded:
        _prepare(course, assignment, student, names)
    for notebook in released.values():
        warm(notebook)  # workers that are forks have the author's cells made already
    count = min(workers or usable_cores(), len(keys))
    with Pool(count, make_page, PATIENCE) as pool:
        for key, made in pool.run(_jobs(course, keys, sheets, assignment, cut)):
            student, name = key
            if isinstance(made, KeyboardInterrupt):
                raise made
            if isinstance(made, BaseException):
                made = _plain(course, assignment, key, sheets.get(key)).encode()
            pages[key] = course.path("feedback", student, assignment) / f"{name}.html"
            _put(course, pages[key], made)
            waiting[student] -= 1
            if not waiting[student]:
                done += 1
                progress(done, len(graded), student)
    return [pages[key] for key in keys]


def make_page(job: bytes) -> bytes:
    """Return the page of one graded notebook: what a worker does."""
    found = json.loads(job)
    path = Path(found["path"])
    # nbformat's own reading checks and copies every part: most of the time that a page takes.
    notebook = rejoin_lines(json.loads(path.read_bytes(), object_hook=Bunch))
    cut = Cuts(*(tuple(marks) if marks else None for marks in found["cuts"].values()))
    page = feedback_page(
        notebook, Sheet.from_json(found["sheet"]), cut, pictures_beside(notebook, path.parent)
    )
    return page.encode("utf-8", "replace")


def _graded(course: Course, assignment: str, students: Sequence[str] | None) -> list[str]:
    """Return those of `students` who are graded; of those asked for, all must be."""
    wanted = course.students(assignment, list(students or ()))
    graded = [
        student
        for student in wanted
        if any(course.path("autograded", student, assignment).glob("*.ipynb"))
    ]
    for student in wanted if students else ():
        if student not in graded:
            raise CourseError(
                f"{student!r} is not graded in {assignment} yet: run `adcourse grade {assignment}`"
            )
    if not graded:
        raise CourseError(
            f"nobody is graded in {assignment} yet: run `adcourse grade {assignment}`"
        )
    return graded


def _jobs(
    course: Course, keys: Sequence[Key], sheets: dict[Key, Sheet], assignment: str, cut: Cuts
) -> Iterator[tuple[Key, bytes]]:
    for key in keys:
        sheet = sheets.get(key) or Sheet(key[0], assignment, key[1])
        path = autograded_path(course, key[0], assignment, key[1])
        job = {"path": str(path), "sheet": sheet.to_json(), "cuts": asdict(cut)}
        yield key, json.dumps(job).encode()


def _prepare(course: Course, assignment: str, student: str, names: Sequence[str]) -> None:
    """Make a student's folder, with what nbgrader needs to release it and no former page."""
    folder = course.path("feedback", student, assignment)
    folder.mkdir(parents=True, exist_ok=True)
    if course.coursedir.groupshared:
        folder.chmod(0o2770)
    pages = {f"{name}.html" for name in names}
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in pages:
            path.unlink()
    for name in KEPT:
        path = course.path("autograded", student, assignment) / name
        if path.is_file() and not path.is_symlink():
            _put(course, folder / name, path.read_bytes())


def _put(course: Course, path: Path, content: bytes) -> None:
    """Put a file into its place in one step: a page is whole or not there."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    aside.chmod(0o664 if course.coursedir.groupshared else 0o644)
    aside.replace(path)


def _plain(course: Course, assignment: str, key: Key, sheet: Sheet | None) -> str:
    student, name = key
    record = read_record(autograded_path(course, student, assignment, name))
    return plain_page(sheet or Sheet(student, assignment, name), record)
