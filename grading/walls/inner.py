"""The inner wall: around each notebook, built by a fork of the warm parent from inside.

A fork of the warm parent becomes the first process of a new PID namespace: our own, it does
nothing but bury the dead, and when it ends, the kernel ends all other processes in there. It forks
the student's process, which gives up everything before any of the student's code runs.
"""

import contextlib
import os
import signal
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import PurePosixPath

from grading.walls import kernel, places, seccomp
from grading.walls.kinds import Tier, WallsError
from grading.walls.limits import Limits, limit_this_process

_FIRST = 1
_STANDARD = range(3)


def fork(tier: Tier) -> int:
    """Fork; in the namespaces tier the child is the first process of a new PID namespace.

    Returns the child's process id in the parent, 0 in the child: as `os.fork` does. The child is
    to call `enter`. The process that forks must have but one thread.

    Raises:
        WallsError: where the walls cannot be built.
        OSError: when there can be no more processes.
    """
    if tier is not Tier.NONE:
        seccomp.program(tier)  # compiled here, once for all children
    if tier is not Tier.NAMESPACES:
        return os.fork()
    home = _own_pidfd()
    try:
        kernel.unshare(kernel.CLONE_NEWPID)
    except OSError as error:
        raise WallsError(f"no namespace can be made: {error.strerror}") from error
    child = None
    try:
        child = os.fork()
    finally:
        if child != 0:
            kernel.set_namespace(home, kernel.CLONE_NEWPID)
    return child


def enter(
    tier: Tier, limits: Limits, files: Mapping[str, bytes], keep: Collection[int] = ()
) -> None:
    """Enter the walls, in the child of `fork`; only the student's process returns.

    `files` lie in the workspace, which is the current folder then, by their relative paths. All
    file descriptors but those in `keep` are closed; 0, 1 and 2 lead nowhere unless kept. There is
    no way back: after this, a student's code may run.

    Raises:
        WallsError: when a wall cannot be built. The process must end then.
    """
    try:
        if tier is Tier.NAMESPACES:
            _build_room(limits)
        if os.fork():
            _bury(tier)
        os.setsid()
        _close_all_but(keep)
        kernel.drop_bounding_set()
        _change_user()
        _furnish(files)
        limit_this_process(limits, int(os.environ.get(places.OTHERS, 0)))
        for name in places.TOLD:
            os.environ.pop(name, None)
        _give_up_privileges(tier)
    except OSError as error:
        raise WallsError(f"the walls cannot be built: {error}") from error


def _build_room(limits: Limits) -> None:
    """Mount what only this notebook sees."""
    if os.getpid() != _FIRST:
        raise WallsError("enter() belongs into a child that walls.fork() made")
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("", "/", "", kernel.MS_PRIVATE | kernel.MS_REC)
    plain = kernel.MS_NOSUID | kernel.MS_NODEV
    again = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY
    kernel.mount("", places.CACHE, "", again | plain)
    uid = _student()
    options = f"size={limits.workspace_bytes},nr_inodes=10000,mode=0700,uid={uid},gid={_group()}"
    kernel.mount("tmpfs", places.ROOM, "tmpfs", plain, options)


def _bury(tier: Tier) -> None:
    """Wait for all processes that are left here, and end with the last; do not return.

    Students cannot reach it: to the kernel, the first process of a PID namespace is deaf to
    signals from inside unless it asks for them.
    """
    try:
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_DFL)
        os.closerange(0, os.sysconf("SC_OPEN_MAX"))
        kernel.drop_bounding_set()
        _give_up_privileges(tier)
        kernel.not_dumpable()
        kernel.die_with_parent(signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.wait()
    finally:
        os._exit(0)


def _give_up_privileges(tier: Tier) -> None:
    kernel.drop_capabilities()
    kernel.no_new_privileges()
    kernel.filter_system_calls(seccomp.program(tier))


def _close_all_but(keep: Collection[int]) -> None:
    """Close all file descriptors but `keep`; lead the standard ones nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in _STANDARD:
        if descriptor not in keep:
            os.dup2(nowhere, descriptor)
    start = len(_STANDARD)
    for descriptor in sorted(keep):
        os.closerange(start, descriptor)
        start = max(start, descriptor + 1)
    os.closerange(start, max(start, os.sysconf("SC_OPEN_MAX")))


def _student() -> int:
    """Return the user that students are: a worker's own where root grades, else who grades."""
    return int(os.environ.get(places.UID, os.getuid()))


def _group() -> int:
    return int(os.environ.get(places.UID, os.getgid()))


def _change_user() -> None:
    uid = _student()
    if uid != os.getuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def _furnish(files: Mapping[str, bytes]) -> None:
    """Lay `files` into an empty workspace, and go there."""
    for place in (places.WORK, places.TMP, places.SHM):
        os.mkdir(place, 0o700)
    os.chdir(places.WORK)
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise WallsError(f"{name} lies outside of the workspace")
        os.makedirs(path.parent, exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)


@cache
def _own_pidfd() -> int:
    return os.pidfd_open(os.getpid())
