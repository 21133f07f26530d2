"""One student's submission of an assignment: its files as they are, its notebooks repaired."""

import contextlib
import fnmatch
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from grading.course import Course
from grading.reading import MAX_BYTES, read_submitted
from grading.sanitising import renamed_notice, safe_names

TIMESTAMP = "timestamp.txt"


@dataclass
class Submission:
    """What a student submitted. A notebook that cannot be graded is None in `notebooks`.

    `digest`, where it is known, changes with any file of the submission and with any test.
    """

    student: str
    folder: Path
    digest: str = ""
    notebooks: dict[str, NotebookNode | None] = field(default_factory=dict)
    notices: dict[str, list[str]] = field(default_factory=dict)
    timestamp: str | None = None


def read_submission(
    course: Course, assignment: str, student: str, released: dict[str, NotebookNode]
) -> Submission:
    """Read what `student` submitted, against the student version of each notebook."""
    folder = course.path("submitted", student, assignment)
    files = list(ordinary_files(folder, course.coursedir.ignore))
    submission = Submission(student, folder)
    for name, original in released.items():
        path = folder / f"{name}.ipynb"
        if path in files:
            notebook, notices = read_submitted(_content(path), original)
        else:
            notebook, notices = None, [f"{path.name} was not submitted."]
        submission.notebooks[name], submission.notices[name] = notebook, notices
    _take_strays(submission, files, released)
    _read_timestamp(submission, files)
    renamed = renamed_notice(safe_names(_others(folder, course.coursedir.ignore)))
    if renamed:
        submission.notices[next(iter(released))].append(renamed)
    return submission


def copy_other_files(submission: Submission, target: Path, ignore: list[str]) -> None:
    """Copy everything but notebooks and the timestamp to `target`, where nothing is in the way.

    A file that a server could take for a page gets another name.
    """
    for place, name in safe_names(_others(submission.folder, ignore)).items():
        with contextlib.suppress(FileExistsError, NotADirectoryError):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if not (target / name).exists():
                shutil.copyfile(submission.folder / place, target / name)


def _others(folder: Path, ignore: list[str]) -> list[Path]:
    """Return the files below `folder` but for notebooks and the timestamp, relative to it."""
    places = [path.relative_to(folder) for path in ordinary_files(folder, ignore)]
    return [place for place in places if place.suffix != ".ipynb" and place != Path(TIMESTAMP)]


def own_files(folder: Path, editable: Iterable[str]) -> dict[str, bytes]:
    """Return the student's versions of the files that the course lets students edit."""
    paths = {name: folder / name for name in editable}
    return {
        name: path.read_bytes()
        for name, path in paths.items()
        if path.is_file() and path.resolve() == folder.resolve() / name  # no link leads to it
    }


def ordinary_files(folder: Path, ignore: list[str]) -> Iterator[Path]:
    """Yield the files below `folder`; a link might lead out of it and is passed over."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or any(fnmatch.fnmatchcase(path.name, one) for one in ignore):
            continue
        if path.is_dir():
            yield from ordinary_files(path, ignore)
        elif path.is_file():
            yield path


def submission_digest(
    folder: Path, ignore: list[str], tests: str, digest_of: Callable[[Path], str]
) -> str:
    """Return a digest of all that was submitted in `folder`, and of the assignment's `tests`.

    `digest_of` gives the digest of a file's content.
    """
    digest = hashlib.sha256(tests.encode())
    for path in ordinary_files(folder, ignore):
        name = path.relative_to(folder).as_posix()
        digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + digest_of(path).encode())
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    """Return the content of `path`, and no more of it than it takes to see that it is too big."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _take_strays(
    submission: Submission, files: list[Path], released: dict[str, NotebookNode]
) -> None:
    """Report notebooks of unknown name; take the only one for the only one missing, if it fits."""
    known = {submission.folder / f"{name}.ipynb" for name in released}
    strays = [
        path
        for path in files
        if path.parent == submission.folder and path.suffix == ".ipynb" and path not in known
    ]
    absent = [name for name in released if submission.folder / f"{name}.ipynb" not in files]
    if len(strays) == len(absent) == 1:
        notebook, notices = read_submitted(_content(strays[0]), released[absent[0]])
        if notebook is not None:
            submission.notebooks[absent[0]] = notebook
            submission.notices[absent[0]] = [
                f"{absent[0]}.ipynb was not submitted; {strays[0].name} was graded in its place.",
                *notices,
            ]
            return
    for path in strays:
        meant = _notebook_meant(path, released)
        if meant is None:
            where = absent[0] if absent else next(iter(released))
            said = "is another notebook: it does not belong to this assignment and was not graded."
        elif meant in absent:
            where = meant
            said = f"was not graded: the notebook must be called {meant}.ipynb; rename it."
        else:
            where = meant
            said = f"has the same questions as {meant}.ipynb, which was graded; this one was not."
        submission.notices[where].append(f"{path.name} {said}")


def _notebook_meant(path: Path, released: dict[str, NotebookNode]) -> str | None:
    """Return the assignment's notebook whose questions stand in the file at `path`, if any."""
    content = _content(path)
    fitting = (name for name in released if read_submitted(content, released[name])[0] is not None)
    return next(fitting, None)


def _read_timestamp(submission: Submission, files: list[Path]) -> None:
    path = submission.folder / TIMESTAMP
    if path not in files:
        return
    try:
        text = path.read_text(encoding="utf-8").strip()
        if text:
            parse_utc(text)
            submission.timestamp = text
    except (ValueError, OverflowError, TypeError):
        first = next(iter(submission.notices))
        submission.notices[first].append(
            f"{TIMESTAMP} holds no time that can be read: the submission counts as on time."
        )
