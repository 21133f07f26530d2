"""What the gradebook says of one student's notebook, read for a whole class in few queries."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from nbgrader.api import Assignment, BaseCell, Comment, Notebook, SubmittedAssignment
from nbgrader.api import SubmittedNotebook as Submitted
from sqlalchemy import select

from grading.course import Course
from grading.points import read_points


@dataclass(frozen=True)
class Mark:
    """The points of one cell. One that `waits` is to be graded by hand and is not yet."""

    points: float
    max_points: float
    waits: bool = False


@dataclass
class Sheet:
    """The points, comments and late penalty of one notebook of one student, by grade id."""

    student: str
    assignment: str
    notebook: str
    marks: dict[str, Mark] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def max_points(self) -> float:
        """The points there are."""
        return sum(mark.max_points for mark in self.marks.values())

    @property
    def points(self) -> float:
        """The points that count: those of the cells, without the late penalty."""
        return sum(mark.points for mark in self.marks.values()) - self.penalty

    def to_json(self) -> str:
        """Return the sheet as text, of which `from_json` makes an equal one."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Sheet":
        """Return the sheet that `to_json` wrote."""
        found = json.loads(text)
        found["marks"] = {name: Mark(**mark) for name, mark in found["marks"].items()}
        return cls(**found)


def read_sheets(
    course: Course, assignment: str, students: Sequence[str]
) -> dict[tuple[str, str], Sheet]:
    """Return the sheets of `students`, by student and notebook, as far as they are graded."""
    sheets = {
        (student, name): Sheet(
            student,
            assignment,
            name,
            {cell.cell: Mark(cell.points, cell.max_points, cell.waits) for cell in cells},
        )
        for student, books in read_points(course, assignment, students).items()
        for name, cells in books.items()
    }
    submission, book = SubmittedAssignment.__table__, Submitted.__table__
    source, cell, comment = Notebook.__table__, BaseCell.__table__, Comment.__table__
    query = (
        select(
            submission.c.student_id,
            source.c.name.label("notebook"),
            book.c.late_submission_penalty.label("penalty"),
            cell.c.name.label("cell"),
            comment.c.auto_comment,
            comment.c.manual_comment,
        )
        .select_from(submission)
        .join(Assignment.__table__, Assignment.__table__.c.id == submission.c.assignment_id)
        .join(book, book.c.assignment_id == submission.c.id)
        .join(source, source.c.id == book.c.notebook_id)
        .outerjoin(comment, comment.c.notebook_id == book.c.id)
        .outerjoin(cell, cell.c.id == comment.c.cell_id)
        .where(Assignment.__table__.c.name == assignment)
    )
    with course.gradebook() as gradebook, gradebook.engine.connect() as db:
        for row in db.execute(query):
            sheet = sheets.get((row.student_id, row.notebook))
            if sheet is None:
                continue
            sheet.penalty = row.penalty or 0.0
            said = row.manual_comment if row.manual_comment is not None else row.auto_comment
            if row.cell is not None and said:
                sheet.comments[row.cell] = said
    return sheets
