"""Points in the gradebook, read for a whole class in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import func, select

from grading.course import Course


@dataclass(frozen=True)
class Points:
    """The points of one cell of one student's notebook.

    `auto` and `by_hand` are None where nobody gave any. `tested` says that its tests give them,
    rather than someone who reads an answer.
    """

    cell: str
    auto: float | None
    by_hand: float | None
    extra: float | None
    waits: bool
    max_points: float
    tested: bool

    @property
    def points(self) -> float:
        """What the cell counts: given by hand or else by the tests, with extra credit."""
        given = self.by_hand if self.by_hand is not None else self.auto
        return 0.0 if given is None else given + (self.extra or 0.0)


def read_points(
    course: Course, assignment: str, students: Sequence[str] | None = None
) -> dict[str, dict[str, list[Points]]]:
    """Return the points of each cell, by student and notebook, both in order of their names.

    About `students`, or about all who are in the gradebook.
    """
    book, submission = SubmittedNotebook.__table__, SubmittedAssignment.__table__
    source, cell, grade = Notebook.__table__, BaseCell.__table__, Grade.__table__
    graded, task = GradeCell.__table__, TaskCell.__table__
    query = (
        select(
            submission.c.student_id,
            source.c.name.label("notebook"),
            source.c.id.label("source"),
            cell.c.name.label("cell"),
            cell.c.type,
            graded.c.cell_type,
            func.coalesce(graded.c.max_score, task.c.max_score, 0.0).label("max_score"),
            grade.c.auto_score,
            grade.c.manual_score,
            grade.c.extra_credit,
            grade.c.needs_manual_grade,
        )
        .select_from(submission)
        .join(Assignment.__table__, Assignment.__table__.c.id == submission.c.assignment_id)
        .join(book, book.c.assignment_id == submission.c.id)
        .join(source, source.c.id == book.c.notebook_id)
        .outerjoin(grade, grade.c.notebook_id == book.c.id)
        .outerjoin(cell, cell.c.id == grade.c.cell_id)
        .outerjoin(graded, graded.c.id == cell.c.id)
        .outerjoin(task, task.c.id == cell.c.id)
        .where(Assignment.__table__.c.name == assignment)
        .order_by(submission.c.student_id, source.c.name)
    )
    if students is not None and len(students) <= 100:
        query = query.where(submission.c.student_id.in_(students))
    found: dict[str, dict[str, list[Points]]] = {}
    with course.gradebook() as gradebook, gradebook.engine.connect() as db:
        answers = {
            tuple(row)
            for row in db.execute(
                select(cell.c.notebook_id, cell.c.name).where(cell.c.type == "SolutionCell")
            )
        }
        for row in db.execute(query):
            books = found.setdefault(row.student_id, {})
            cells = books.setdefault(row.notebook, [])
            if row.cell is None:
                continue
            tested = (
                row.type == "GradeCell"
                and row.cell_type == "code"
                and (row.source, row.cell) not in answers
            )
            cells.append(
                Points(
                    row.cell,
                    row.auto_score,
                    row.manual_score,
                    row.extra_credit,
                    bool(row.needs_manual_grade),
                    float(row.max_score),
                    tested,
                )
            )
    return found if students is None else {name: found[name] for name in students if name in found}
