"""The inner wall: around each notebook, built from inside by a fork of the warm parent.

Each notebook has a PID namespace. Its first process is a program that only waits; the kernel
buries the dead in its name, and when it is ended, ends all others in the namespace. The fork that
becomes the student's process gives up everything before any of the student's code runs.
"""

import os
import signal
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

from grading.limits import Limits
from grading.walls import kernel, landlock, places, seccomp
from grading.walls.installed import SINKS, readable
from grading.walls.kinds import Tier, WallsError
from grading.walls.rlimits import address_space, limit_this_process
from grading.walls.supervising import supervise

_FIRST_PROCESS = ("/usr/bin/sleep", "2147483647")
_STANDARD = range(3)


def fork(tier: Tier) -> tuple[int, int]:
    """Fork a student's process, which is to call `enter` at once.

    Returns in the parent the id of the process whose end is that of all of the student's, and
    that of the child; in the child (0, 0). The parent must have but one thread, and cannot wait
    for its children: they are buried when they end.

    Raises:
        WallsError: where the walls cannot be built.
        OSError: when there can be no more processes.
    """
    _prepare(tier)
    if tier is not Tier.NAMESPACES:
        child = os.fork()
        return child, child
    try:
        kernel.unshare(kernel.CLONE_NEWPID)
        first = child = None
        try:
            first = _start_first_process()
            child = os.fork()
        finally:
            if child != 0:
                kernel.set_namespace(_own_pidfd(), kernel.CLONE_NEWPID)
            if first and child is None:
                os.kill(first, signal.SIGKILL)
    except PermissionError as error:
        raise WallsError(f"no namespace can be made: {error}") from error
    return (first, child) if child else (0, 0)


def enter(
    tier: Tier, limits: Limits, files: Mapping[str, bytes], keep: Collection[int] = ()
) -> None:
    """Enter the walls, in the child of `fork`.

    `files` lie in the workspace, which is the current folder then, by their relative paths. All
    file descriptors but those in `keep` are closed; 0, 1 and 2 lead nowhere unless kept. There is
    no way back: after this, a student's code may run.

    Raises:
        WallsError: when a wall cannot be built. The process must end then.
    """
    try:
        if tier is Tier.NAMESPACES:
            room = _mount_room(limits)
        else:
            room = _make_room()
            supervise(room, limits)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _close_all_but(keep)
        _change_user()
        _furnish(room, files)
        limit_this_process(limits, int(os.environ.get(places.OTHERS, 0)))
        if tier is Tier.LANDLOCK:
            _restrict(room)
        _tell_environment(room)
        if tier is not Tier.NONE:  # bubblewrap and Landlock have seen to no_new_privs
            kernel.drop_capabilities()
            kernel.filter_system_calls(_program(tier))
    except OSError as error:
        raise WallsError(f"the walls cannot be built: {error}") from error


@cache
def _prepare(tier: Tier) -> None:
    """Do in the warm parent, once, what all of its forks need."""
    if tier is Tier.LANDLOCK:
        _readable()
    address_space()
    if tier is not Tier.NONE:
        _program(tier)
        kernel.pass_on_no_capabilities()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel is to bury all children


def _start_first_process() -> int:
    """Start the first process of a new PID namespace.

    It has no privileges, and no signal reaches it from inside: the kernel guards such a process.
    As its parent it ignores the end of its children, so that the kernel buries orphans.
    """
    kernel.close_on_exec(len(_STANDARD))
    others = signal.valid_signals() - {signal.SIGCHLD, signal.SIGKILL, signal.SIGSTOP}
    return os.posix_spawn(_FIRST_PROCESS[0], _FIRST_PROCESS, {}, setsigdef=others)


def _program(tier: Tier) -> bytes:
    """Return the filter for system calls, which closes what Landlock leaves open."""
    if tier is Tier.NAMESPACES:
        return seccomp.program(tier)
    return seccomp.program(tier, landlock.covers_signals(), landlock.covers_truncation())


def _mount_room(limits: Limits) -> Path:
    """Mount what only this notebook sees."""
    if os.getppid():
        raise WallsError("enter() belongs into the child of walls.fork()")
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("", "/", "", kernel.MS_PRIVATE | kernel.MS_REC)
    plain = kernel.MS_NOSUID | kernel.MS_NODEV
    again = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY
    kernel.mount("", places.CACHE, "", again | plain)
    uid = _student()
    options = f"size={limits.workspace_bytes},nr_inodes=10000,mode=0700,uid={uid},gid={_group()}"
    kernel.mount("tmpfs", places.ROOM, "tmpfs", plain, options)
    return Path(places.ROOM)


def _make_room() -> Path:
    """Make a folder that only this notebook may use."""
    room = Path(os.environ[places.SCRATCH], str(os.getpid()))
    room.mkdir(mode=0o700)
    os.chown(room, _student(), _group())
    return room


def _restrict(room: Path) -> None:
    try:
        landlock.restrict(_usable(room))
    except PermissionError as error:
        raise WallsError(
            f"students, who are an ordinary user, may not read {error.filename}: "
            "run the grader with a Python that is installed for all users"
        ) from error


def _usable(room: Path) -> Iterator[tuple[str, int]]:
    """Return what a student may use where the whole file system can be seen."""
    scratch = os.environ[places.SCRATCH]
    yield str(room), landlock.WRITE
    yield f"{scratch}/library", landlock.READ
    yield f"{scratch}/cache", landlock.READ
    for place in SINKS:
        yield place, landlock.READ_WRITE_DEVICE
    yield from _readable()


@cache
def _readable() -> tuple[tuple[str, int], ...]:
    forbidden = os.environ.get(places.FORBIDDEN, "").split()
    return tuple(
        (str(place), landlock.READ if deep else landlock.LIST)
        for place, deep in readable(forbidden)
    )


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


def _furnish(room: Path, files: Mapping[str, bytes]) -> None:
    """Lay `files` into an empty workspace, and go there."""
    for name in ("work", "tmp", "shm"):
        os.mkdir(f"{room}/{name}", 0o700)
    os.chdir(f"{room}/work")
    for name, content in files.items():
        folder = os.path.dirname(name)
        if os.path.isabs(name) or ".." in name.split("/"):
            raise WallsError(f"{name} lies outside of the workspace")
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(name, "wb") as file:
            file.write(content)


def _tell_environment(room: Path) -> None:
    os.environ.update(places.of_room(str(room)))
    for name in places.TOLD:
        os.environ.pop(name, None)


@cache
def _own_pidfd() -> int:
    return os.pidfd_open(os.getpid())
