"""What a student's processes use, seen from outside the walls, and how they are ended."""

import contextlib
import os
import signal
import time
from pathlib import Path

from grading.walls.kinds import BWRAP

_PROC = Path("/proc")
_POLL = 0.002
_PATIENCE = 5.0


def processes_of(root: int) -> list[int]:
    """Return the process `root` and all that belong to it, as they are at this moment.

    To the first process of a PID namespace belongs all that lives in there, to any other its
    descendants. What has ended is left out.
    """
    found = [root, *_beside(root)]
    for parent in found:
        found += _children(parent)
    return [pid for pid in found if _alive(pid)]


def memory_of_process(pid: int) -> int:
    """Return the bytes that a process uses; memory shared by several is counted in shares.

    That of a process that has ended is 0.
    """
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
        for line in file:
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
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
    """End the process `root` and its descendants; return when they have ended.

    The end of the first process of a PID namespace is that of all processes in there, at once. In
    the other tiers they are stopped first, so that none can fork while others are ended.

    Raises:
        TimeoutError: when they do not end.
    """
    deadline = time.monotonic() + _PATIENCE
    if _is_first(root):
        inside = processes_of(root)
        kill_process(root)
    else:
        inside = _stopped(root, deadline)
        for pid in reversed(inside):
            kill_process(pid)
    while any(map(_alive, inside)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the processes below {root} do not end")
        time.sleep(_POLL)


def _stopped(root: int, deadline: float) -> list[int]:
    """Stop the descendants of `root`; return them and it when there are no more to be found."""
    stopped: set[int] = set()
    while new := set(processes_of(root)) - stopped - {root}:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the processes below {root} make others without end")
        for pid in new:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        stopped |= new
    return [root, *stopped]


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
    return _stat(pid)[:1] not in ([], [b"Z"], [b"X"])
