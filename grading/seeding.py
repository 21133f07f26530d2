"""Random numbers of a process's own: forks of one parent would all draw the same."""

import random
import sys


def reseed() -> None:
    """Seed Python's generator anew, and NumPy's where it is loaded."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
