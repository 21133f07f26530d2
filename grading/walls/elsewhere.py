"""Looking after processes where there is no /proc (macOS), by psutil, which Jupyter brings."""

import contextlib


def processes_of(root: int) -> list[int]:
    """Return the process `root` and its descendants that have not ended."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(root)
        found = [process, *process.children(recursive=True)]
        return [one.pid for one in found if one.is_running() and not _is_zombie(one)]
    return []


def memory_of_process(pid: int) -> int:
    """Return the bytes that a process has in memory, shared ones included."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).memory_info().rss
    return 0


def _is_zombie(process: object) -> bool:
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True
