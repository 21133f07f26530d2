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

from nbgrader.api import Assignment, BaseCell, Notebook, new_uuid
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import Connection, Row, Select, Table, insert, select, update
from sqlalchemy.exc import OperationalError

from grading.batch import statements
from grading.course import Course, CourseError

WAIT = 60  # seconds for another program that holds the gradebook


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
        self.engine = statements.gradebook_engine(course.coursedir.db_url, WAIT)
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
        submission, seconds_late = self._submission(db, student, timestamp)
        books = {
            row.notebook_id: row.id
            for row in db.execute(statements.FIND_BOOKS, {"submission": submission})
        }
        for name, notebook in self.notebooks.items():
            if notebook not in books:
                books[notebook] = new_uuid()
                new = {"notebook_id": notebook, "assignment_id": submission}
                db.execute(statements.NEW_BOOK, {"id": books[notebook], **new})
            found = marks.get(name, Marks())
            self._comments(db, notebook, books[notebook], found)
            score = self._grades(db, notebook, books[notebook], found)
            if name in marks:
                late = seconds_late if found.late else 0.0
                penalty = self._penalty(student, score, late)
                db.execute(statements.ENTER_PENALTY, {"of": books[notebook], "penalty": penalty})

    def _grades(self, db: Connection, notebook: str, book: str, marks: Marks) -> float:
        """Enter the scores of one notebook; return what it counts."""
        rows = self._rows(
            db, statements.GRADE, statements.FIND_GRADES, ("GradeCell", "TaskCell"), notebook, book
        )
        changed, total = [], 0.0
        for name, row in rows.items():
            score = marks.scores.get(name, row.auto_score)
            total += _score(row, score)
            waits = score is None or row.manual_score is not None
            if name in marks.scores and (score, waits) != (row.auto_score, row.needs_manual_grade):
                changed.append({"of": row.id, "score": score, "waits": waits})
        if changed:
            db.execute(statements.ENTER_GRADE, changed)
        return total

    def _comments(self, db: Connection, notebook: str, book: str, marks: Marks) -> None:
        """Enter the automatic comments of one notebook."""
        kinds = ("SolutionCell", "TaskCell")
        rows = self._rows(db, statements.COMMENT, statements.FIND_COMMENTS, kinds, notebook, book)
        changed = [
            {"of": rows[name].id, "text": text}
            for name, text in marks.comments.items()
            if name in rows and rows[name].auto_comment != text
        ]
        if changed:
            db.execute(statements.ENTER_COMMENT, changed)

    def _rows(
        self,
        db: Connection,
        table: Table,
        find: Select,
        kinds: tuple[str, ...],
        notebook: str,
        book: str,
    ) -> dict[str, Row]:
        """Return a submitted notebook's rows in `table` by cell; make those that it lacks."""
        cells = {
            cell: name
            for cell, (of, name, kind) in self.cells.items()
            if of == notebook and kind in kinds
        }
        rows = {row.cell_id: row for row in db.execute(find, {"book": book})}
        lacking = [{"cell_id": cell, "notebook_id": book} for cell in cells if cell not in rows]
        if lacking:
            db.execute(insert(table), lacking)
            rows = {row.cell_id: row for row in db.execute(find, {"book": book})}
        return {name: rows[cell] for cell, name in cells.items()}

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

    def _submission(self, db: Connection, student: str, timestamp: str | None) -> tuple[str, float]:
        """Return the id of a student's submission, made if need be, and how late it is."""
        time = parse_utc(timestamp) if timestamp else None
        if db.execute(statements.FIND_STUDENT, {"student": student}).first() is None:
            db.execute(statements.NEW_STUDENT, {"id": student})
        place = {"assignment": self.assignment, "student": student}
        row = db.execute(statements.FIND_SUBMISSION, place).first()
        if row is None:
            identity, extension = new_uuid(), None
            new = {"assignment_id": self.assignment, "student_id": student, "timestamp": time}
            db.execute(statements.NEW_SUBMISSION, {"id": identity, **new})
        else:
            identity, extension = row.id, row.extension
            if time is not None and time != row.timestamp:
                db.execute(
                    update(statements.SUBMISSION)
                    .where(statements.SUBMISSION.c.id == identity)
                    .values(timestamp=time)
                )
            time = time or row.timestamp
        return identity, self._seconds_late(time, extension)

    def _seconds_late(self, time: object, extension: timedelta | None) -> float:
        if time is None or self.duedate is None:
            return 0.0
        return max(0.0, (time - self.duedate - (extension or timedelta())).total_seconds())

    def _penalty(self, student: str, score: float, seconds_late: float) -> float | None:
        """Return what nbgrader's plugin takes off for lateness."""
        if seconds_late <= 0:
            return None
        penalty = self.penalties.plugin_inst.late_submission_penalty(student, score, seconds_late)
        if penalty is None:
            return None
        return self.penalties._check_late_penalty(SimpleNamespace(score=score), penalty)


def _score(row: Row, auto: float | None) -> float:
    """Return what a grade counts, as nbgrader has it: by hand before automatic, and extra."""
    points = row.manual_score if row.manual_score is not None else auto
    return 0.0 if points is None else points + (row.extra_credit or 0.0)
