"""A cell's time limit inside the student's process: an interrupt, as Jupyter's stop button sends.

Code that will not be interrupted is ended from outside.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Raise KeyboardInterrupt in what runs here after `seconds`, and once a second from then on."""
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3), 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
