"""The process above a student's where there is no PID namespace: it ends and clears away.

It adopts what the student's processes leave behind, looks after the size of the workspace, which no
file system bounds here, and ends all when the warm parent has ended.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

from grading.limits import Limits
from grading.walls import kernel
from grading.walls.watching import end_descendants

_EVERY = 0.1  # seconds between two looks


def supervise(room: Path, limits: Limits) -> None:
    """Fork; the child returns, the parent does not: it sees the child to its end.

    The child and all that come from it may be ended at any moment.
    """
    nursery = os.getppid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        kernel.adopt_orphans()
    child = os.fork()
    if child == 0:
        return
    try:
        os.closerange(0, os.sysconf("SC_OPEN_MAX"))
        _wait(room, nursery, limits)
    finally:
        os._exit(0)


def _wait(room: Path, nursery: int, limits: Limits) -> None:
    def look(*_: object) -> None:
        if os.getppid() != nursery or size_of(room) > limits.workspace_bytes:
            end_descendants(os.getpid())

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _EVERY, _EVERY)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        signal.setitimer(signal.ITIMER_REAL, 0)
        remove(room)


def size_of(folder: Path) -> int:
    """Return how many bytes the files below `folder` take on disk."""
    total = 0
    for place, folders, files in os.walk(folder, onerror=None):
        for name in (*folders, *files):
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
            except OSError:
                continue
    return total


def remove(folder: Path) -> None:
    """Remove a folder and all in it, also what its owner may not enter."""
    for place, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(place, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
