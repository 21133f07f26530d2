"""The gradebook as tables, the statements that fill them, and how it is opened for writing.

The statements are made once: SQLAlchemy takes longer to make one than SQLite to run it.
"""

from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import Connection, bindparam, create_engine, event, insert, select, update
from sqlalchemy.engine import Engine

STUDENT, SUBMISSION = Student.__table__, SubmittedAssignment.__table__
BOOK, GRADE, COMMENT = SubmittedNotebook.__table__, Grade.__table__, Comment.__table__

FIND_STUDENT = select(STUDENT.c.id).where(STUDENT.c.id == bindparam("student"))
FIND_SUBMISSION = select(SUBMISSION.c.id, SUBMISSION.c.timestamp, SUBMISSION.c.extension).where(
    SUBMISSION.c.assignment_id == bindparam("assignment"),
    SUBMISSION.c.student_id == bindparam("student"),
)
FIND_BOOKS = select(BOOK.c.id, BOOK.c.notebook_id).where(
    BOOK.c.assignment_id == bindparam("submission")
)
FIND_GRADES = select(
    GRADE.c.id,
    GRADE.c.cell_id,
    GRADE.c.auto_score,
    GRADE.c.manual_score,
    GRADE.c.extra_credit,
    GRADE.c.needs_manual_grade,
).where(GRADE.c.notebook_id == bindparam("book"))
FIND_COMMENTS = select(COMMENT.c.id, COMMENT.c.cell_id, COMMENT.c.auto_comment).where(
    COMMENT.c.notebook_id == bindparam("book")
)
ENTER_GRADE = (
    update(GRADE)
    .where(GRADE.c.id == bindparam("of"))
    .values(auto_score=bindparam("score"), needs_manual_grade=bindparam("waits"))
)
ENTER_COMMENT = (
    update(COMMENT).where(COMMENT.c.id == bindparam("of")).values(auto_comment=bindparam("text"))
)
ENTER_PENALTY = (
    update(BOOK)
    .where(BOOK.c.id == bindparam("of"))
    .values(late_submission_penalty=bindparam("penalty"))
)
NEW_STUDENT, NEW_SUBMISSION, NEW_BOOK = insert(STUDENT), insert(SUBMISSION), insert(BOOK)


def gradebook_engine(url: str, seconds: float) -> Engine:
    """Return an engine; on SQLite one that waits for others and locks before it reads."""
    if not url.startswith("sqlite"):
        return create_engine(url, future=True)
    engine = create_engine(url, connect_args={"timeout": seconds}, future=True)

    # Else Python opens a transaction at the first change only: what was read before it, to decide
    # on the change, may have changed meanwhile, and then SQLite fails without waiting.
    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: object, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def lock_first(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
