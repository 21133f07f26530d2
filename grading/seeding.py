"""Random numbers of a process's own: forks of one parent would all draw the same."""

import random
import sys


def reseed() -> None:
    """Seed Python's generator anew, and NumPy's where it is loaded: else it seeds itself."""
    random.seed()
    generator = sys.modules.get("numpy.random")
    if generator is not None:
        generator.seed()
