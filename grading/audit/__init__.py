"""The audit: proof that an assignment's tests are any good, whatever the assignment is about.

A test is good that takes every right answer and no wrong one, tells no secret, and says each time
the same. `grading.audit.auditing` holds an assignment to that; each module here is one question.
"""
