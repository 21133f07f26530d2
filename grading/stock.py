"""The grading engine: nbgrader's own autograder, run in process on repaired copies.

Each submission is copied to a temporary course and graded there, with the real gradebook. What
the student submitted is only ever read, and the autograded folder is replaced in one step, once
the points are in the gradebook.
"""

import glob
import shutil
import warnings
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedNotebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.utils import rmtree
from traitlets.config import Config

from grading.autograded import Record, annotated, autograded_path, note, record_of
from grading.collecting import collect
from grading.convert import ConversionError, convert
from grading.course import Course
from grading.execute import GradingExecute
from grading.results import Grading, State
from grading.submission import TIMESTAMP, Submission, copy_other_files, read_submission

Progress = Callable[[int, int, str], None]


def grade(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    *,
    force: bool = False,
    progress: Progress = lambda done, total, student: None,
) -> Grading:
    """Grade the submissions of `assignment` into the gradebook, and return what was found.

    Graded are those that are new, or changed in themselves or in their tests; with `force` all.
    Returned are all of `students` (by default everyone who submitted), graded now or before, and
    by default what lies in the submitted folder as if it were misplaced.
    `progress` is told how many of how many are done, and who is next.

    Raises:
        CourseError: when the assignment is unknown or not released, or a student did not submit.
    """
    released = course.released(assignment)
    wanted = course.students(assignment, list(students or ()))
    run = []
    for done, student in enumerate(wanted):
        progress(done, len(wanted), student)
        submission = read_submission(course, assignment, student, released)
        if force or not _is_graded(course, assignment, submission):
            _Stage(course, assignment, submission, released).grade()
            run.append(student)
    progress(len(wanted), len(wanted), "")
    return replace(collect(course, assignment, wanted if students else None), run=tuple(run))


def _is_graded(course: Course, assignment: str, submission: Submission) -> bool:
    """Say whether every notebook has an autograded copy made from the same files and tests."""
    paths = [
        autograded_path(course, submission.student, assignment, name)
        for name in submission.notebooks
    ]
    return all(record_of(path)[1].digest == submission.digest for path in paths)


class _Stage:
    """A temporary course with one submission, and its way through nbgrader."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        submission: Submission,
        released: dict[str, NotebookNode],
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.submission = submission
        self.released = released

    def grade(self) -> None:
        """Grade the submission; replace its autograded folder."""
        with TemporaryDirectory(prefix="adcourse-", ignore_cleanup_errors=True) as folder:
            self.root = Path(folder).resolve()
            self._set_up()
            for name, notebook in self.submission.notebooks.items():
                if notebook is None:
                    reason = self.submission.notices[name][0]
                    self._stand_in(name, self.released[name], State.MISSING, reason)
                else:
                    self._autograde(name, notebook)
            self._install()

    def _folder(self, step: str) -> Path:
        return self.root / step / self.submission.student / self.assignment

    def _set_up(self) -> None:
        """Lay out the copies: the repaired notebooks, the other files, the source's files."""
        submitted = self._folder("submitted")
        submitted.mkdir(parents=True)
        self._folder("autograded").mkdir(parents=True)
        for folder in (submitted, self._folder("autograded")):
            copy_other_files(self.submission, folder, self.course.coursedir.ignore)
        for name, notebook in self.submission.notebooks.items():
            if notebook is not None:
                nbformat.write(notebook, submitted / f"{name}.ipynb")
        if self.submission.timestamp:
            (submitted / TIMESTAMP).write_text(self.submission.timestamp, encoding="utf-8")
        shutil.copytree(
            self.course.path("source", assignment=self.assignment),
            self.root / "source" / self.assignment,
            ignore=shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints", "__pycache__"),
        )

    def _autograde(self, name: str, notebook: NotebookNode) -> None:
        """Let nbgrader grade one notebook; where it cannot, note that nothing ran."""
        coursedir = self.course.directory(
            root=str(self.root),
            directory_structure=str(Path("{nbgrader_step}", "{student_id}", "{assignment_id}")),
            source_directory="source",
            submitted_directory="submitted",
            autograded_directory="autograded",
            db_url=self.course.coursedir.db_url,
            assignment_id=glob.escape(self.assignment),
            student_id=glob.escape(self.submission.student),
            notebook_id=glob.escape(name),
        )
        settings = Config({"BaseConverter": {"permissions": 644}})
        try:
            convert(_Autograde, self.course, coursedir, settings)
        except ConversionError as error:
            reason = f"The notebook could not be graded: {str(error)[:300]}"
            self.submission.notices[name].append(reason)
            self._stand_in(name, notebook, State.KILLED, reason)
        else:
            note(self._folder("autograded") / f"{name}.ipynb", self._record(name))

    def _stand_in(self, name: str, notebook: NotebookNode, state: State, reason: str) -> None:
        """Enter 0 points, and put `notebook` where the autograded one would be."""
        with self.course.gradebook() as gradebook, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _enter_zero(gradebook, self.assignment, self.submission, name, state)
        copy = annotated(deepcopy(notebook), self._record(name, state, reason))
        nbformat.write(copy, self._folder("autograded") / f"{name}.ipynb")

    def _record(self, name: str, state: State | None = None, reason: str = "") -> Record:
        return Record(self.submission.digest, tuple(self.submission.notices[name]), state, reason)

    def _install(self) -> None:
        """Move the autograded folder to its place in the course."""
        target = self.course.path("autograded", self.submission.student, self.assignment)
        fresh = target.with_name(f".{target.name}.new")
        if fresh.exists():
            rmtree(fresh)
        shutil.copytree(self._folder("autograded"), fresh)
        mode = 0o664 if self.course.coursedir.groupshared else 0o444
        for path in fresh.rglob("*"):
            if path.is_file():
                path.chmod(mode)
        if target.exists():
            rmtree(target)
        fresh.rename(target)


class _Autograde(Autograde):
    """nbgrader's autograder with an Execute that survives a lost kernel."""

    def _init_preprocessors(self) -> None:
        super()._init_preprocessors()
        if not self._sanitizing:
            self.exporter._preprocessors = []
            for preprocessor in self.autograde_preprocessors:
                self.exporter.register_preprocessor(
                    GradingExecute if preprocessor is Execute else preprocessor
                )


def _enter_zero(
    gradebook: Gradebook, assignment: str, submission: Submission, name: str, state: State
) -> None:
    """Enter 0 points for every cell that no human has to read."""
    gradebook.update_or_create_student(submission.student)
    time = {"timestamp": submission.timestamp} if submission.timestamp else {}
    gradebook.update_or_create_submission(assignment, submission.student, **time)
    book: SubmittedNotebook = gradebook.find_submission_notebook(
        name, assignment, submission.student
    )
    written = {cell.name for cell in book.notebook.solution_cells}
    for grade in book.grades:
        by_hand = state is not State.MISSING and grade.name in written
        grade.auto_score = None if by_hand else 0
        grade.needs_manual_grade = by_hand or grade.manual_score is not None
    gradebook.db.commit()
