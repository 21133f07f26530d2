"""The limits that the kernel keeps for each process."""

import contextlib
import mmap
import sys
from functools import cache

from grading.limits import Limits

if sys.platform != "win32":
    import resource

_LINUX = sys.platform == "linux"
_PAGE = mmap.PAGESIZE
_LARGEST = 1 << 47  # bytes that a process can address
_PRECISION = 1 << 20


def limit_this_process(limits: Limits, others: int = 0) -> None:
    """Bind this process and its forks to `limits`; there is no way back.

    A process may take `memory_bytes` of address space beyond what it has now: that bounds each
    process, not their sum, and not what they hold outside of any process (files in memory). The
    number of processes and threads is counted by user; `others` are those of the same user that
    do not belong to the notebook.
    """
    for name, most in {
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "RTPRIO": 0,
        "FSIZE": limits.workspace_bytes,
        "NOFILE": limits.open_files,
        "NPROC": limits.processes + others,
        "CPU": int(limits.notebook_seconds) + 1,
        "AS": address_space() + limits.memory_bytes,
    }.items():
        what = getattr(resource, f"RLIMIT_{name}", None)
        if what is not None and (_LINUX or name not in ("NPROC", "AS")):
            _lower(what, most)


@cache
def address_space() -> int:
    """Return how many bytes of address space this process has, to a MiB, without /proc.

    The answer is the least limit under which one more page can be had. A process asks but once,
    and its forks do not ask again.
    """
    if not _LINUX:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    low, high = 0, _LARGEST
    try:
        while high - low > _PRECISION:
            middle = (low + high) // 2
            limit = middle if hard == resource.RLIM_INFINITY else min(middle, hard)
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
            if _one_more_page():
                high = middle
            else:
                low = middle
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return high


def _one_more_page() -> bool:
    with contextlib.suppress(OSError, MemoryError):
        mmap.mmap(-1, _PAGE).close()
        return True
    return False


def _lower(what: int, most: int) -> None:
    """Set a limit to `most`, or leave it where it is lower already."""
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(what, (most, most))
