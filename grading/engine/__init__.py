"""The engine: grades one notebook, its code behind walls, its tests out of its reach.

A worker process calls `grade_notebook` for one job after another; the warm parent behind its walls
is started with the first, and ends with the worker.
"""

from grading.engine.grade import grade_notebook
from grading.engine.job import CellOutcome, Job, Outcome
from grading.engine.version import engine_version
from grading.limits import Limits

__all__ = ["CellOutcome", "Job", "Limits", "Outcome", "engine_version", "grade_notebook"]
