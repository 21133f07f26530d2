"""An nbgrader course on disk: its settings, folders, assignments and gradebook."""

import glob
import os
import re
import shutil
import sysconfig
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DatabaseError as GradebookError
from traitlets.config import Config, PyFileConfigLoader

from grading.strays import is_name, strays

__all__ = ["Course", "CourseError", "GradebookError", "find_course", "listed", "read_notebook"]

CONFIG_NAME = "nbgrader_config.py"


class CourseError(Exception):
    """What was asked for does not fit the course: says what was given, expected and to be done."""


class Course:
    """The nbgrader course in the folder that holds `nbgrader_config.py`.

    Raises:
        CourseError: when there is no such folder or file, or its settings cannot be read.
    """

    def __init__(self, folder: Path | str) -> None:
        folder = Path(folder).resolve()
        self.config = _load_config(folder)
        _let_find_alembic()
        self.coursedir = self.directory()
        if "root" not in self.config.CourseDirectory:
            self.coursedir = self.directory(root=str(folder))
        self.root = Path(self.coursedir.root)

    @classmethod
    def of(cls, coursedir: CourseDirectory, config: Config) -> "Course":
        """Return the course that nbgrader has open."""
        course = cls.__new__(cls)
        course.config, course.coursedir, course.root = config, coursedir, Path(coursedir.root)
        return course

    def directory(self, **settings: str) -> CourseDirectory:
        """Return nbgrader's view of the course, with `settings` over those of the course."""
        if hasattr(self, "root"):
            settings = {"root": str(self.root), **settings}
        return CourseDirectory(config=self.config, **settings)

    def path(self, step: str, student: str = ".", assignment: str = "") -> Path:
        """Return the folder of an nbgrader step: "source", "release", "submitted"…"""
        name = getattr(self.coursedir, f"{step}_directory")
        return Path(self.coursedir.format_path(name, student, assignment))

    def gradebook(self) -> Gradebook:
        """Open the gradebook; close it with a `with` block. A lock is waited for, for a minute."""
        url = self.coursedir.db_url
        if url.startswith("sqlite:") and "?" not in url:
            url += "?timeout=60"
        return Gradebook(url, self.coursedir.course_id)

    def editable_files(self, assignment: str) -> tuple[str, ...]:
        """Return the files of `assignment` that students are to edit and hand in."""
        return tuple(self.config.Autograde.get("exclude_overwriting", {}).get(assignment, ()))

    @property
    def log_path(self) -> Path:
        """The file that takes what nbgrader has to say while it works."""
        return self.root / "adcourse.log"

    def assignments(self) -> list[str]:
        """Return the names of the assignments in the source folder."""
        found = glob.glob(str(self.path("source", assignment="*")))
        return sorted(Path(path).name for path in found if any(Path(path).glob("*.ipynb")))

    def submissions(self, assignment: str) -> list[str]:
        """Return the students whose submission of `assignment` lies in the submitted folder."""
        step = self.coursedir.submitted_directory
        pattern = self.coursedir.format_path(step, r"(?P<student>[^/\\]+)", assignment, escape=True)
        folders = glob.glob(str(self.path("submitted", "*", assignment)))
        matches = [re.fullmatch(pattern, folder) for folder in folders if Path(folder).is_dir()]
        return sorted(match["student"] for match in matches if match and is_name(match["student"]))

    def students(self, assignment: str, wanted: list[str] | None = None) -> list[str]:
        """Return `wanted`, or everyone who submitted `assignment`.

        Raises:
            CourseError: when nobody submitted, or one of `wanted` did not.
        """
        submitted = self.submissions(assignment)
        if not submitted:
            raise CourseError(
                f"nobody has submitted {assignment}: put each student's notebooks into "
                f"{self.path('submitted', 'STUDENT', assignment)}"
                + "".join(f". {said}" for said in strays(self, assignment).values())
            )
        for student in wanted or ():
            if student not in submitted:
                said = strays(self, assignment).get(student)
                raise CourseError(
                    f"{student!r} has not submitted {assignment}"
                    + (f". {said}" if said else f"; those who have: {listed(submitted)}")
                )
        return sorted(set(wanted)) if wanted else submitted

    def check_assignment(self, assignment: str) -> None:
        """Raise a CourseError unless `assignment` has a source."""
        known = self.assignments()
        if assignment not in known:
            raise CourseError(
                f"no assignment {assignment!r} in {self.path('source')}; "
                f"those there: {listed(known)}"
            )

    def released(self, assignment: str) -> dict[str, NotebookNode]:
        """Return the student version of each notebook of `assignment`, by name.

        Raises:
            CourseError: when the assignment is unknown or not released yet.
        """
        self.check_assignment(assignment)
        folder = self.path("release", assignment=assignment)
        try:
            with self.gradebook() as gradebook:
                names = sorted(
                    book.name for book in gradebook.find_assignment(assignment).notebooks
                )
            return {name: read_notebook(folder / f"{name}.ipynb") for name in names}
        except (MissingEntry, FileNotFoundError):
            raise CourseError(
                f"{assignment} has no student version yet: run `adcourse release {assignment}`"
            ) from None


def find_course(folder: Path | str | None = None) -> Course:
    """Open the course in `folder`; without one, in `course/` or else in the current folder.

    Raises:
        CourseError: when none of them holds a course.
    """
    if folder is not None:
        return Course(folder)
    for candidate in (Path("course"), Path()):
        if (candidate / CONFIG_NAME).is_file():
            return Course(candidate)
    raise CourseError(
        f"no course in {Path().resolve()}: neither course/{CONFIG_NAME} nor {CONFIG_NAME} is "
        "there; name the course's folder with --course DIR"
    )


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook that we or nbgrader wrote."""
    return nbformat.read(path, as_version=4)


def _load_config(folder: Path) -> Config:
    if not folder.is_dir():
        raise CourseError(f"no folder {folder}: give the folder that holds {CONFIG_NAME}")
    if not (folder / CONFIG_NAME).is_file():
        raise CourseError(
            f"{folder} is no nbgrader course: it has no {CONFIG_NAME}; "
            "give the folder that holds it with --course DIR"
        )
    try:
        return PyFileConfigLoader(CONFIG_NAME, path=str(folder)).load_config()
    except Exception as error:
        raise CourseError(
            f"{folder / CONFIG_NAME} stopped with {type(error).__name__}: {error}; correct it"
        ) from error


def _let_find_alembic() -> None:
    """Put Python's scripts on the search path: nbgrader calls `alembic` to make a gradebook.

    Without this a gradebook can only be made in an activated environment.
    """
    if shutil.which("alembic") is None:
        scripts = sysconfig.get_path("scripts")
        os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])


def listed(names: list[str]) -> str:
    """Return `names` as a list in words, cut after ten."""
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return (", ".join(names[:10]) + more) or "none"
