"""Grading a class: jobs for the engine, all cores, one writer to the gradebook."""
