"""Running many notebooks for an audit: one pool of workers, and what is known already."""

from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from grading.batch.cache import Cache, Found, tests_of
from grading.batch.engines import Engine, default_engine
from grading.batch.pool import Pool, usable_cores
from grading.batch.settings import MB, settings_of
from grading.batch.store import Store, open_store
from grading.course import Course, CourseError
from grading.engine.job import Job, Outcome

Key = TypeVar("Key")
OWNER = "(audit)"  # no student's name


class Runner:
    """Grades notebooks on all cores, behind walls of `tier`; use it in a `with` block.

    What another audit found is not run again. A run for an audit ends with the last test asked
    for, so its results are no results for grading, and are kept under a version of their own: in
    `store`, by default the course's.
    """

    def __init__(
        self,
        course: Course,
        workers: int | None = None,
        engine: Engine | None = None,
        tier: str = "best",
        store: Store | None = None,
    ) -> None:
        self.tier = tier
        self.course = course
        self.settings = settings_of(course)
        self.engine = engine or default_engine()
        self.workers = workers or self.settings.workers or usable_cores()
        self._store = store
        self._stack = ExitStack()

    def __enter__(self) -> "Runner":
        store = self._store or open_store(self.course, self.settings.cache_mb * MB)
        self._stack.callback(store.close)
        patience = 2 * self.settings.limits().notebook_seconds + 60
        self._pool = self._stack.enter_context(Pool(self.workers, self.engine.work, patience))
        self._cache = Cache(store, f"{self.engine.version} audit")
        return self

    def __exit__(self, *reason: object) -> None:
        self._stack.__exit__(*reason)

    def run(
        self, jobs: Iterable[tuple[Key, Job]], anew: bool = False
    ) -> Iterator[tuple[Key, Outcome]]:
        """Yield each job's key with its outcome, in the order of their ends.

        With `anew` each runs, whatever is known.

        Raises:
            CourseError: when this machine cannot run notebooks, or the grader itself fails.
        """
        for task, content in self._pool.run(self._tasks(jobs, anew)):
            key, job, known = task.key, task.job, task.known
            if isinstance(content, Exception):
                raise self._error(content) from content
            if not content:
                yield key, known.joined(Outcome(job.notebook), job)
                continue
            outcome = Outcome.from_bytes(content)
            if not anew:
                self._cache.keep(job, outcome, known, OWNER)
            yield key, known.joined(outcome, job)

    def _tasks(
        self, jobs: Iterable[tuple[Key, Job]], anew: bool
    ) -> Iterator[tuple["_Task", bytes | None]]:
        for key, job in jobs:
            known = Found() if anew else self._cache.find(job)
            wanted = tests_of(job.notebook) if job.run is None else job.run
            if known.run is not None and all(name in known.cells for name in wanted):
                yield _Task(key, job, known), None
                continue
            # Not joined with a part that is known: then what is left would run without it.
            yield _Task(key, job, Found()), replace(job, run=tuple(wanted)).to_bytes()

    def _error(self, error: Exception) -> CourseError:
        if isinstance(error, self.engine.fatal):
            return CourseError(str(error))
        if isinstance(error, BrokenProcessPool):
            return CourseError("the grader's own process ended at a notebook, twice")
        return CourseError(f"the grader failed: {type(error).__name__}: {error}"[:300])


@dataclass(frozen=True, eq=False)
class _Task:
    """A job on its way, with what is known of it. Two of them are never the same."""

    key: Any
    job: Job
    known: Found
