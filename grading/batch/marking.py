"""From results to what is kept: marks for the gradebook, a record for the autograded copy."""

from copy import deepcopy
from dataclasses import dataclass

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from grading.autograded import Record, annotated
from grading.batch.assigned import Assigned
from grading.batch.cache import is_code_test
from grading.batch.examining import Examined, Ungraded
from grading.batch.writing import Marks
from grading.course import Course
from grading.engine.job import Outcome
from grading.results import State

# What nbgrader does to a notebook that ran, besides scoring it; a course may add to these.
_OURS = {"Execute", "GradeSandboxed", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata"}


@dataclass(frozen=True)
class Kept:
    """One notebook's marks and its autograded copy."""

    marks: Marks
    notebook: NotebookNode
    record: Record


class Marking:
    """Turns results of `assigned` into what is kept of them."""

    def __init__(self, course: Course, assigned: Assigned) -> None:
        self.course = course
        self.assigned = assigned
        self.stages = _finishing(course)

    def keep(self, examined: Examined, digest: str) -> dict[str, Kept]:
        """Return what is kept of each notebook; `digest` is the mark of being graded."""
        return {
            name: self._ungraded(examined, name, found, digest)
            if isinstance(found, Ungraded)
            else self._graded(examined, name, found, digest)
            for name, found in examined.found.items()
        }

    def _graded(self, examined: Examined, name: str, outcome: Outcome, digest: str) -> Kept:
        notices = (*examined.submission.notices[name], *outcome.notices)
        record = Record(digest, notices, cells=outcome.cells, usage=outcome.usage)
        notebook = self._finished(outcome.notebook, examined.submission.student, name)
        return Kept(marks_of(outcome), annotated(notebook, record), record)

    def _ungraded(self, examined: Examined, name: str, why: Ungraded, digest: str) -> Kept:
        submission = examined.submission
        notices = list(submission.notices[name])
        if why.reason not in notices:
            notices.append(why.reason)
        record = Record(digest, tuple(notices), why.state, why.reason)
        notebook = submission.notebooks[name] or self.assigned.books[name].released
        return Kept(_zero(notebook, why.state), annotated(deepcopy(notebook), record), record)

    def _finished(self, notebook: NotebookNode, student: str, name: str) -> NotebookNode:
        """Return the notebook after nbgrader's stages that follow its run."""
        place = {
            "student": student,
            "assignment": self.assigned.name,
            "notebook": name,
            "db_url": self.course.coursedir.db_url,
        }
        resources = {"unique_key": name, "nbgrader": place}
        for stage in self.stages:
            notebook, resources = stage(notebook, resources)
        return notebook


def marks_of(outcome: Outcome) -> Marks:
    """Return the scores and comments that nbgrader would enter for a notebook that ran."""
    points = {cell.grade_id: cell.points for cell in outcome.cells}
    scores, comments = {}, {}
    for cell in outcome.notebook.cells:
        if is_grade(cell):
            name = cell.metadata.nbgrader.grade_id
            tested = is_code_test(cell)
            scores[name] = points.get(name, 0.0) if tested else determine_grade(cell)[0]
        if is_solution(cell) or is_task(cell):
            settings = cell.metadata.nbgrader
            untouched = settings.get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[settings.grade_id] = "No response." if untouched else None
    return Marks(scores, comments)


def _zero(notebook: NotebookNode, state: State) -> Marks:
    """Return 0 for every cell that no human has to read."""
    graded = [cell for cell in notebook.cells if is_grade(cell) or is_task(cell)]
    return Marks(
        {
            cell.metadata.nbgrader.grade_id: None
            if state is not State.MISSING and (is_solution(cell) or is_task(cell))
            else 0.0
            for cell in graded
        },
        late=False,
    )


def _finishing(course: Course) -> list:
    """Return the course's stages that come after running a notebook and do not score it."""
    exporter = NotebookExporter(config=course.config)
    exporter._preprocessors = []
    for stage in Autograde(course.coursedir, config=course.config).autograde_preprocessors:
        name = stage if isinstance(stage, str) else stage.__name__
        if name.rpartition(".")[2] not in _OURS:
            exporter.register_preprocessor(stage)
    return exporter._preprocessors
