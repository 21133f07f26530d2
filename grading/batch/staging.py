"""A submission's autograded folder: written aside, and put into its place in one step.

The digest in an autograded copy is the mark that its submission is graded. So the former copy goes
out of its place before the points are kept, and the new one comes into it after: whenever the
grader is killed, a submission is either graded or not.
"""

import glob
import json
import shutil
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.utils import rmtree

from grading.batch.assigned import Assigned
from grading.course import Course
from grading.sanitising import defused
from grading.submission import TIMESTAMP, Submission, copy_other_files, own_files


class Stage:
    """The autograded folder of one submission on its way to its place.

    Used as a context: what is not installed at its end is undone.
    """

    def __init__(self, course: Course, assigned: Assigned, submission: Submission) -> None:
        self.course = course
        self.assigned = assigned
        self.submission = submission
        self.place = course.path("autograded", submission.student, assigned.name)
        self.fresh = self.place.with_name(f".{self.place.name}.new")
        self.former = self.place.with_name(f".{self.place.name}.old")

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        if self.fresh.exists():
            rmtree(self.fresh)
        if self.former.exists():
            if self.place.exists():
                rmtree(self.former)
            else:
                self.former.rename(self.place)

    def write(self, notebooks: dict[str, NotebookNode]) -> None:
        """Write the folder aside: the notebooks, the course's files, the student's others.

        Nothing of them runs in whoever's browser: formgrader's, say, which serves the folder.
        Where something of the student's is called like what is there already, it is left out.
        """
        for left in (self.fresh, self.former):
            if left.exists():
                rmtree(left)
        self.fresh.mkdir(parents=True)
        own = own_files(self.submission.folder, self.assigned.editable)
        for name, content in {**dict(self.assigned.files), **own}.items():
            path = self.fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if self.submission.timestamp:
            (self.fresh / TIMESTAMP).write_text(self.submission.timestamp, encoding="utf-8")
        for name, notebook in notebooks.items():
            # On one line: what Python indents, it does not write in C.
            (self.fresh / f"{name}.ipynb").write_text(json.dumps(defused(notebook)) + "\n", "ascii")
        copy_other_files(self.submission, self.fresh, self.course.coursedir.ignore)
        mode = 0o664 if self.course.coursedir.groupshared else 0o444
        for path in self.fresh.rglob("*"):
            if path.is_file():
                path.chmod(mode)

    def withdraw(self) -> None:
        """Take the former folder out of its place."""
        if self.place.exists():
            self.place.rename(self.former)

    def install(self) -> None:
        """Put the new folder into its place."""
        self.fresh.rename(self.place)


def sweep(course: Course, assignment: str) -> None:
    """Remove what a grader that was killed left beside the autograded folders."""
    place = course.path("autograded", "*", assignment)
    for suffix in ("new", "old"):
        for left in glob.glob(str(place.with_name(f".{glob_name(place)}.{suffix}"))):
            shutil.rmtree(left, ignore_errors=True)


def glob_name(path: Path) -> str:
    """Return the last part of a path that is a pattern in its other parts."""
    return path.name if path.name == "*" else glob.escape(path.name)
