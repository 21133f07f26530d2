"""What grades one notebook, in a worker process."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Engine:
    """A function from a job's bytes to an outcome's, which is sent to workers by its name.

    Results of another `version` are no results of this one. An error that is one of `fatal` says
    that nothing can be graded on this machine; any other is about the notebook at hand.
    """

    work: Callable[[bytes], bytes]
    version: str
    fatal: tuple[type[Exception], ...] = ()


def default_engine() -> Engine:
    """Return the grader's own engine."""
    from grading.engine.grade import grade_notebook
    from grading.engine.nursery import NurseryError
    from grading.engine.version import engine_version
    from grading.walls import WallsError

    return Engine(grade_notebook, engine_version(), (NurseryError, WallsError))
