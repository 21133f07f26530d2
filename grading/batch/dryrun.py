"""`adcourse grade --dry-run`: which scores would change, without changing any."""

from collections.abc import Sequence
from dataclasses import dataclass

from grading.batch.engines import Engine
from grading.batch.marking import Marking
from grading.batch.run import Batch, Progress
from grading.course import Course
from grading.points import Points, read_points


@dataclass(frozen=True)
class Change:
    """A cell that would count otherwise. `old` is None for a submission not graded yet, `new` for
    an answer that would wait for a human.
    """

    student: str
    notebook: str
    cell: str
    old: float | None
    new: float | None


def dry_run(
    course: Course,
    assignment: str,
    students: Sequence[str] | None = None,
    *,
    force: bool = False,
    tier: str = "best",
    workers: int | None = None,
    engine: Engine | None = None,
    progress: Progress = lambda done, total, student: None,
) -> tuple[list[Change], int]:
    """Return what `grade` with the same arguments would change, and how many it would grade.

    Nothing is written but the cache.
    """
    changes: list[Change] = []
    wanted = course.students(assignment, list(students or ()))
    with Batch(course, assignment, tier, workers, engine, force) as batch:
        waiting = [name for name in wanted if force or not batch.is_graded(name)]
        batch.check_known(waiting)
        points = read_points(course, assignment, waiting)
        marking = Marking(course, batch.assigned)
        progress(0, len(waiting), "")
        for done, examined in enumerate(batch.examine(waiting), 1):
            student = examined.submission.student
            for name, kept in marking.keep(examined, "").items():
                old = {cell.cell: cell for cell in points.get(student, {}).get(name, ())}
                changes += [
                    Change(student, name, cell, _counted(old.get(cell)), score)
                    for cell, score in kept.marks.scores.items()
                    if _changes(old.get(cell), score)
                ]
            progress(done, len(waiting), student)
    return sorted(changes, key=lambda change: (change.student, change.notebook)), len(waiting)


def _counted(old: Points | None) -> float | None:
    return None if old is None else old.points


def _changes(old: Points | None, score: float | None) -> bool:
    """Say whether a cell would count otherwise: what a human gave stays as it is."""
    if old is None:
        return score is not None
    return old.by_hand is None and (old.auto or 0.0) != (score or 0.0)
