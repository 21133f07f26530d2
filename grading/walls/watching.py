"""What a student's processes use, seen from outside the walls, and how they are ended."""

import contextlib
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from grading.walls import elsewhere
from grading.walls.kinds import BWRAP

_PROC = Path("/proc")
_USUAL_FILES = 32
_SOCKET_BYTES = 256 << 10  # what a full socket takes, by Linux's default limits
_SOONEST, _POLL = 0.0002, 0.002  # seconds between two looks, at first and later
_PATIENCE = 5.0  # seconds in which what was killed must be gone
_GRACE = 1.0


def processes_of(root: int) -> list[int]:
    """Return the process `root` and all that belong to it, as they are at this moment.

    To the first process of a PID namespace belongs all that lives in there, to any other its
    descendants. What has ended is left out.
    """
    if not _PROC.is_dir():
        return elsewhere.processes_of(root)
    found = [root, *_beside(root)]
    for parent in found:
        found += _children(parent)
    return [pid for pid in found if _alive(pid)]


def memory_of_process(pid: int) -> int:
    """Return the bytes that a process uses; memory shared by several is counted in shares.

    What the kernel may hold for it in sockets, which nothing counts, is charged by the number of
    open files beyond the usual. That of a process that has ended is 0.
    """
    if not _PROC.is_dir():
        return elsewhere.memory_of_process(pid)
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
        for line in file:
            if line.startswith(b"Pss:"):
                unusual = len(os.listdir(f"/proc/{pid}/fd")) - _USUAL_FILES
                return int(line.split()[1]) * 1024 + max(0, unusual) * _SOCKET_BYTES
    return 0


def memory_of(root: int) -> int:
    """Return the bytes that the process `root` and its descendants use together."""
    return sum(map(memory_of_process, processes_of(root)))


def host_pid(nursery: int, pid: int) -> int:
    """Return the process id, as seen here, of what a nursery knows as its child `pid`.

    `nursery` is the id of the process that was started with `nursery_command`: the warm parent, or
    the bubblewrap around it.

    Raises:
        ProcessLookupError: when there is no such process.
    """
    warm = warm_parent(nursery)
    if not _ids(warm):  # not Linux: there is but one kind of id
        return pid
    level = len(_ids(warm)) - 1
    for child in _children(warm):
        if _ids(child)[level : level + 1] == [pid]:
            return child
    raise ProcessLookupError(f"the process {pid} of the nursery has ended")


def warm_parent(nursery: int) -> int:
    """Return the process id, as seen here, of the warm parent in what `nursery_command` started."""
    while _name(nursery) == BWRAP and (inside := _children(nursery)):
        nursery = inside[0]
    return nursery


def kill_process(pid: int) -> None:
    """End one process, which may have ended already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_tree(root: int) -> None:
    """End the process `root` and all that belong to it; return when they have ended.

    The end of the first process of a PID namespace is that of all processes in there, at once. In
    the other tiers it ends by itself when it has nothing left to look after.

    Raises:
        TimeoutError: when they do not end.
    """
    deadline = time.monotonic() + _PATIENCE
    inside = processes_of(root)
    if _is_first(root):
        kill_process(root)
    else:
        end_descendants(root)
        _await_end([root], time.monotonic() + _GRACE)
        kill_process(root)
    if not _await_end(inside, deadline):
        raise TimeoutError(f"the processes below {root} do not end")


def end_descendants(root: int) -> None:
    """End what came from the process `root`.

    They are stopped first, so that none can fork while others are ended.
    """
    stopped: set[int] = set()
    while new := set(processes_of(root)) - stopped - {root}:
        for pid in new:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        stopped |= new
    for pid in stopped:
        kill_process(pid)


def _await_end(pids: Sequence[int], deadline: float) -> bool:
    """Wait until none of `pids` is alive, and say whether that came to be before `deadline`."""
    pause = _SOONEST
    while any(map(_alive, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(2 * pause, _POLL)
    return True


def _is_first(pid: int) -> bool:
    """Say whether a process is the first of a PID namespace inside ours."""
    return _ids(pid)[1:][-1:] == [1]


def _beside(root: int) -> list[int]:
    """Return the siblings of the first process of a PID namespace that live in there too."""
    if not _is_first(root):
        return []
    level = len(_ids(root))
    return [
        pid
        for pid in _children(_parent(root))
        if pid != root and len(_ids(pid)) == level and _namespace(pid) == _namespace(root)
    ]


def _namespace(pid: int) -> int:
    with contextlib.suppress(OSError):
        return os.stat(f"/proc/{pid}/ns/pid").st_ino
    return 0


def _parent(pid: int) -> int:
    return int(next(iter(_stat(pid)[1:]), 0))


def _stat(pid: int) -> list[bytes]:
    """Return what /proc/PID/stat tells from the state on, nothing of a process that is gone."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()
    return []


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [
            int(child)
            for thread in os.listdir(f"/proc/{pid}/task")
            for child in Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
        ]
    return []


def _ids(pid: int) -> list[int]:
    """Return a process's id in each PID namespace that it is in, the outermost first."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("NSpid:"):
                return [int(word) for word in line.split()[1:]]
    return []


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _alive(pid: int) -> bool:
    """Say whether a process still does something: neither gone nor waiting to be buried."""
    if not _PROC.is_dir():
        return elsewhere.processes_of(pid) != []
    return _stat(pid)[:1] not in ([], [b"Z"], [b"X"])


def processes_of_user() -> int:
    """Return how many processes and threads the user who asks has now, 0 where none can tell."""
    count = 0
    for entry in os.scandir(_PROC) if _PROC.is_dir() else ():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                count += len(os.listdir(f"/proc/{entry.name}/task"))
    return count
