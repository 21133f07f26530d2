"""The one writer to the gradebook: a transaction a submission, with what nbgrader would enter.

nbgrader enters a score in a transaction of its own, after five queries to find its place. Here the
places are read once, and a submission is a handful of statements. What is entered is what
nbgrader's SaveAutoGrades and AssignLatePenalties enter; scores, extra credit and comments given
by hand are never touched.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import Connection, bindparam, create_engine, event, insert, select, update
from sqlalchemy.exc import OperationalError

from grading.course import Course, CourseError

WAIT = 60  # seconds for another program that holds the gradebook

_STUDENT, _SUBMISSION = Student.__table__, SubmittedAssignment.__table__
_BOOK, _GRADE, _COMMENT = SubmittedNotebook.__table__, Grade.__table__, Comment.__table__

_ENTER_GRADE = (
    update(_GRADE)
    .where(_GRADE.c.id == bindparam("of"))
    .values(auto_score=bindparam("score"), needs_manual_grade=bindparam("waits"))
)
_ENTER_COMMENT = (
    update(_COMMENT).where(_COMMENT.c.id == bindparam("of")).values(auto_comment=bindparam("text"))
)


@dataclass(frozen=True)
class Marks:
    """What is to be entered of one notebook: scores and comments by grade id.

    A score of None waits for a human. `late` says whether a penalty may be due.
    """

    scores: Mapping[str, float | None] = field(default_factory=dict)
    comments: Mapping[str, str | None] = field(default_factory=dict)
    late: bool = True


class Writer:
    """Writes submissions of one assignment to the gradebook of `course`.

    Raises:
        CourseError: when another program keeps the gradebook locked.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self.engine = _engine(course.coursedir.db_url)
        self.penalties = AssignLatePenalties(config=course.config)
        self.penalties.init_plugin()
        with self.transaction() as db:
            self._read_places(db, assignment)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection whose changes are kept all or not at all."""
        try:
            with self.engine.begin() as db:
                yield db
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            raise CourseError(
                f"the gradebook is in use by another program, for more than {WAIT} seconds "
                f"({error.orig}): end that program and grade again; what was graded is kept"
            ) from error

    def enter(
        self, db: Connection, student: str, timestamp: str | None, marks: Mapping[str, Marks]
    ) -> None:
        """Enter the marks of a submission's notebooks, by their names."""
        late = self._submission(db, student, timestamp)
        books = {
            row.notebook_id: row.id
            for row in db.execute(
                select(_BOOK.c.id, _BOOK.c.notebook_id).where(_BOOK.c.assignment_id == late.id)
            )
        }
        self._mirror(db, late.id, books)
        grades = self._rows(db, _GRADE, books)
        comments = self._rows(db, _COMMENT, books)
        for name, found in marks.items():
            book = books[self.notebooks[name]]
            rows = {self.cells[row.cell_id][1]: row for row in grades if row.notebook_id == book}
            new = [
                {
                    "of": rows[cell].id,
                    "score": score,
                    "waits": score is None or rows[cell].manual_score is not None,
                }
                for cell, score in found.scores.items()
            ]
            if new:
                db.execute(_ENTER_GRADE, new)
            texts = [
                {"of": row.id, "text": found.comments[self.cells[row.cell_id][1]]}
                for row in comments
                if row.notebook_id == book and self.cells[row.cell_id][1] in found.comments
            ]
            if texts:
                db.execute(_ENTER_COMMENT, texts)
            total = sum(
                _score(row, found.scores.get(cell, row.auto_score)) for cell, row in rows.items()
            )
            self._penalise(db, student, book, total, late.seconds if found.late else 0.0)

    def _read_places(self, db: Connection, assignment: str) -> None:
        """Read which cells the assignment's notebooks have, and who is known."""
        row = db.execute(
            select(Assignment.__table__).where(Assignment.__table__.c.name == assignment)
        ).one()
        self.assignment, self.duedate = row.id, row.duedate
        table = Notebook.__table__
        self.notebooks = {
            row.name: row.id
            for row in db.execute(
                select(table.c.id, table.c.name).where(table.c.assignment_id == row.id)
            )
        }
        table = BaseCell.__table__
        self.cells = {
            row.id: (row.notebook_id, row.name, row.type)
            for row in db.execute(
                select(table.c.id, table.c.name, table.c.type, table.c.notebook_id).where(
                    table.c.notebook_id.in_(self.notebooks.values())
                )
            )
        }

    def _submission(self, db: Connection, student: str, timestamp: str | None) -> SimpleNamespace:
        """Return the id of a student's submission, made if need be, and how late it is."""
        time = parse_utc(timestamp) if timestamp else None
        if db.execute(select(_STUDENT.c.id).where(_STUDENT.c.id == student)).first() is None:
            db.execute(insert(_STUDENT).values(id=student))
        row = db.execute(
            select(_SUBMISSION.c.id, _SUBMISSION.c.timestamp, _SUBMISSION.c.extension).where(
                _SUBMISSION.c.assignment_id == self.assignment,
                _SUBMISSION.c.student_id == student,
            )
        ).first()
        if row is None:
            identity, extension = new_uuid(), None
            db.execute(
                insert(_SUBMISSION).values(
                    id=identity, assignment_id=self.assignment, student_id=student, timestamp=time
                )
            )
        else:
            identity, extension = row.id, row.extension
            if time is not None and time != row.timestamp:
                db.execute(
                    update(_SUBMISSION).where(_SUBMISSION.c.id == identity).values(timestamp=time)
                )
            time = time or row.timestamp
        return SimpleNamespace(id=identity, seconds=self._seconds_late(time, extension))

    def _seconds_late(self, time: object, extension: timedelta | None) -> float:
        if time is None or self.duedate is None:
            return 0.0
        return max(0.0, (time - self.duedate - (extension or timedelta())).total_seconds())

    def _mirror(self, db: Connection, submission: str, books: dict[str, str]) -> None:
        """Make what the submission lacks of the assignment's notebooks, grades and comments."""
        for notebook in set(self.notebooks.values()) - set(books):
            books[notebook] = new_uuid()
            db.execute(
                insert(_BOOK).values(
                    id=books[notebook], notebook_id=notebook, assignment_id=submission
                )
            )
        for table, kinds in (
            (_GRADE, ("GradeCell", "TaskCell")),
            (_COMMENT, ("SolutionCell", "TaskCell")),
        ):
            there = {row.cell_id for row in self._rows(db, table, books)}
            new = [
                {"cell_id": cell, "notebook_id": books[notebook]}
                for cell, (notebook, _, kind) in self.cells.items()
                if kind in kinds and cell not in there
            ]
            if new:
                db.execute(insert(table), new)

    def _rows(self, db: Connection, table: object, books: Mapping[str, str]) -> list:
        """Return the grades or comments of the submitted notebooks `books`."""
        return [
            row
            for row in db.execute(select(table).where(table.c.notebook_id.in_(books.values())))
            if row.cell_id in self.cells
        ]

    def _penalise(
        self, db: Connection, student: str, book: str, score: float, seconds_late: float
    ) -> None:
        """Enter what nbgrader's plugin takes off for lateness."""
        penalty = None
        if seconds_late > 0:
            penalty = self.penalties.plugin_inst.late_submission_penalty(
                student, score, seconds_late
            )
            if penalty is not None:
                penalty = self.penalties._check_late_penalty(SimpleNamespace(score=score), penalty)
        db.execute(update(_BOOK).where(_BOOK.c.id == book).values(late_submission_penalty=penalty))


def _score(row: object, auto: float | None) -> float:
    """Return what a grade counts, as nbgrader has it: by hand before automatic, and extra."""
    points = row.manual_score if row.manual_score is not None else auto
    return 0.0 if points is None else points + (row.extra_credit or 0.0)


def _engine(url: str) -> object:
    """Return an engine; on SQLite one that waits for others and locks before it reads."""
    if not url.startswith("sqlite"):
        return create_engine(url, future=True)
    engine = create_engine(url, connect_args={"timeout": WAIT}, future=True)

    # Else Python opens a transaction at the first change only: what was read before it, to decide
    # on the change, may have changed meanwhile, and then SQLite fails without waiting.
    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: object, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def lock_first(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
