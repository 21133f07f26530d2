"""From submissions to results: what is known already, and the rest on all cores."""

from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace

from grading.batch.assigned import Assigned
from grading.batch.cache import Cache, Found
from grading.batch.pool import Pool
from grading.course import CourseError
from grading.engine.job import Job, Outcome
from grading.results import State
from grading.submission import Submission, own_files

DIED = "The notebook could not be graded: the grader's own process ended at it, twice."


@dataclass(frozen=True)
class Ungraded:
    """Why nothing of a notebook ran."""

    state: State
    reason: str


@dataclass
class Examined:
    """A submission with what was found in each of its notebooks."""

    submission: Submission
    found: dict[str, Outcome | Ungraded] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every notebook has its result."""
        return len(self.found) == len(self.submission.notebooks)


@dataclass(frozen=True, eq=False)
class _Task:
    """One notebook that has to run, or, without a name, a submission that is done already."""

    examined: Examined
    name: str = ""
    job: Job | None = None
    known: Found | None = None


@dataclass(frozen=True)
class Examination:
    """Grading submissions of an assignment, without writing anything but the cache."""

    assigned: Assigned
    cache: Cache
    tier: str
    fatal: tuple[type[Exception], ...] = ()

    def run(self, submissions: Iterable[Submission], pool: Pool) -> Iterator[Examined]:
        """Yield each of `submissions` with its results, in the order in which they come."""
        for task, content in pool.run(self._tasks(submissions)):
            examined = task.examined
            if task.job is not None:
                examined.found[task.name] = self._result(task, content)
            if examined.complete:
                yield examined

    def _tasks(self, submissions: Iterable[Submission]) -> Iterator[tuple[_Task, bytes | None]]:
        for submission in submissions:
            examined = Examined(submission)
            tasks = []
            for name, notebook in submission.notebooks.items():
                if notebook is None:
                    reason = submission.notices[name][0]
                    examined.found[name] = Ungraded(State.MISSING, reason)
                    continue
                own = own_files(submission.folder, self.assigned.editable)
                job = self.assigned.job(name, notebook, own, self.tier)
                known = self.cache.find(job)
                whole = known.complete(job)
                if whole is not None:
                    examined.found[name] = whole
                else:
                    tasks.append(_Task(examined, name, job, known))
            for task in tasks:
                yield task, self._content(task)
            if not tasks:
                yield _Task(examined), None

    def _content(self, task: _Task) -> bytes:
        """Return the job as it is handed out: without the test cells whose outcome is known."""
        run = task.known.missing(task.job) if task.known.run is not None else None
        return replace(task.job, run=run).to_bytes()

    def _result(self, task: _Task, content: bytes | Exception) -> Outcome | Ungraded:
        if isinstance(content, BrokenProcessPool):
            return Ungraded(State.KILLED, DIED)
        if isinstance(content, self.fatal):
            raise CourseError(
                f"{content}; nothing was noted about {task.examined.submission.student}"
            )
        if isinstance(content, Exception):
            said = f"{type(content).__name__}: {content}"[:300]
            return Ungraded(State.KILLED, f"The notebook could not be graded: {said}")
        outcome = Outcome.from_bytes(content)
        self.cache.keep(task.job, outcome, task.known, task.examined.submission.student)
        return task.known.joined(outcome, task.job)
