"""The names by which grading was called before `grading.batch`."""

from grading.batch.run import Progress, grade

__all__ = ["Progress", "grade"]
