"""Feedback pages: one HTML page for each notebook that a student submitted, or should have.

A page needs no network, no script and no other file, and nothing of a student's runs in it.
"""

from grading.feedback.writing import write_feedback

__all__ = ["write_feedback"]
