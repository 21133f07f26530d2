"""`adcourse grade`: from the folder submitted/ into the gradebook, on all cores."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from grading.autograded import Record, autograded_path, read_record, record_from, record_to
from grading.batch.assigned import Assigned, read_assigned
from grading.batch.cache import Cache
from grading.batch.engines import Engine, default_engine
from grading.batch.examining import Examination, Examined
from grading.batch.lock import locked
from grading.batch.marking import Marking
from grading.batch.memo import Memo, content_digest
from grading.batch.pool import Pool, usable_cores
from grading.batch.settings import MB, AdCourse, settings_of
from grading.batch.staging import Stage, sweep
from grading.batch.store import Store, open_store
from grading.batch.writing import Writer
from grading.collecting import collect
from grading.course import Course, CourseError, listed
from grading.results import Grading
from grading.submission import Submission, read_submission, submission_digest

Progress = Callable[[int, int, str], None]


def grade(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    *,
    force: bool = False,
    tier: str = "best",
    workers: int | None = None,
    engine: Engine | None = None,
    progress: Progress = lambda done, total, student: None,
) -> Grading:
    """Grade the submissions of `assignment` into the gradebook, and return what was found.

    Graded are those that are new, or changed in themselves or in their tests; with `force` all,
    and nothing is taken from the cache. Returned are all of `students` (by default everyone who
    submitted), graded now or before, and by default what lies in the submitted folder as if it
    were misplaced. `tier` names the walls around students' code; "none" is none. `progress` is
    told how many of how many are done, and who was the last.

    Raises:
        CourseError: when the assignment is unknown or not released, a student did not submit, or
            another program is at work on the course or keeps its gradebook locked.
    """
    with ExitStack() as stack:
        stack.enter_context(locked(course))
        batch = stack.enter_context(Batch(course, assignment, tier, workers, engine, force))
        sweep(course, assignment)
        wanted = course.students(assignment, list(students or ()))
        waiting = [name for name in wanted if force or not batch.is_graded(name)]
        batch.check_known(waiting)
        progress(0, len(waiting), "")
        writer = stack.enter_context(Writer(course, assignment)) if waiting else None
        for done, examined in enumerate(batch.examine(waiting), 1):
            batch.keep(examined, writer)
            progress(done, len(waiting), examined.submission.student)
        found = collect(course, assignment, wanted if students else None, batch.record)
    return replace(found, run=tuple(waiting))


class Batch:
    """Grading many submissions of one assignment: what they have in common."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        tier: str = "best",
        workers: int | None = None,
        engine: Engine | None = None,
        force: bool = False,
    ) -> None:
        self.course = course
        self.settings: AdCourse = settings_of(course)
        self.assigned: Assigned = read_assigned(course, assignment, self.settings)
        self.tier = tier
        self.workers = workers or self.settings.workers or usable_cores()
        self.engine = engine or default_engine()
        self.force = force

    def __enter__(self) -> "Batch":
        self.store: Store = open_store(self.course, self.settings.cache_mb * MB)
        self.digests = Memo(self.store, "digest")
        self.records = Memo(self.store, "record")
        self.marking = Marking(self.course, self.assigned)
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def examine(self, students: Sequence[str]) -> Iterator[Examined]:
        """Grade the submissions of `students`; yield them in the order in which they are done."""
        if not students:
            return
        cache = Cache(self.store, self.engine.version, read=not self.force)
        pool = Pool(
            self.workers,
            self.engine.work,
            patience=2 * self.assigned.limits.notebook_seconds + 60,
        )
        with pool:
            submissions = map(self.submission, students)
            examination = Examination(self.assigned, cache, self.tier, self.engine.fatal)
            yield from examination.run(submissions, pool)

    def submission(self, student: str) -> Submission:
        """Read what `student` submitted."""
        digest = self.digest(student)
        submission = read_submission(
            self.course, self.assigned.name, student, self.assigned.released
        )
        return replace(submission, digest=digest)

    def digest(self, student: str) -> str:
        """Return the digest of what `student` submitted, and of what it is held to."""
        return submission_digest(
            self.course.path("submitted", student, self.assigned.name),
            self.course.coursedir.ignore,
            self.assigned.digest,
            lambda path: self.digests.of(path, student, content_digest),
        )

    def is_graded(self, student: str) -> bool:
        """Say whether every notebook has an autograded copy made from the same files and tests.

        One that was graded without walls is not graded where there are some.
        """
        digest = self.digest(student)
        return all(
            record.digest == digest and (self.tier == "none" or record.usage.get("tier") != "none")
            for record in (
                self.record(
                    autograded_path(self.course, student, self.assigned.name, name), student
                )
                for name in self.assigned.books
            )
        )

    def record(self, path: Path, student: str) -> Record:
        """Return what was noted when the notebook at `path` was graded."""
        try:
            return record_from(
                self.records.of(path, student, lambda path: record_to(read_record(path)))
            )
        except OSError:
            return Record("")

    def check_known(self, students: Sequence[str]) -> None:
        """Refuse students who are not in the gradebook, where the course wants that.

        Raises:
            CourseError: when `c.Autograde.create_student` is False and one of them is not.
        """
        if self.course.config.Autograde.get("create_student", True):
            return
        with self.course.gradebook() as gradebook:
            known = {student.id for student in gradebook.students}
        unknown = [student for student in students if student not in known]
        if unknown:
            raise CourseError(
                f"not in the gradebook: {listed(unknown)}; add them with `nbgrader db student add`"
            )

    def keep(self, examined: Examined, writer: Writer) -> None:
        """Enter a submission's marks, and put its autograded copies in place."""
        submission = examined.submission
        kept = self.marking.keep(examined, submission.digest)
        with Stage(self.course, self.assigned, submission) as stage:
            stage.write({name: one.notebook for name, one in kept.items()})
            with writer.transaction() as db:
                marks = {name: one.marks for name, one in kept.items()}
                writer.enter(db, submission.student, submission.timestamp, marks)
                stage.withdraw()
            stage.install()
        for name, one in kept.items():
            path = autograded_path(self.course, submission.student, self.assigned.name, name)
            self.records.put(path, submission.student, record_to(one.record))
