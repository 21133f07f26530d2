"""Checks and probes for test cells, and the grader behind the `adcourse` command.

A test cell needs two names, and nothing beyond the standard library:

>>> from grading import Checks, probe
"""

from grading.checks import Checks, ChecksError, Score
from grading.probes import probe
from grading.values import NotPlainError, plain

__all__ = ["Checks", "ChecksError", "NotPlainError", "Score", "plain", "probe"]
