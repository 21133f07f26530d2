"""The outer wall: bubblewrap around the warm parent, once for each worker.

Inside, nothing of the machine is to be seen but /usr and the folders of this Python, read-only,
and neither /proc nor a network. The warm parent keeps the privileges that it needs to build the
inner walls; students have none of them.

Bubblewrap is started in one of two ways. As "root", the warm parent is root with few capabilities,
and each worker's students are an ordinary user of their own. As "user", it is the user who grades
(or, started by root, a user without a name) in a user namespace, and so are the students.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from grading.walls.installed import (
    SHARED_FILES,
    SINKS,
    SOURCES,
    SYSTEM,
    SYSTEM_FOLDERS,
    extra_paths,
    packages,
    places_of,
    python_places,
)
from grading.walls.kinds import BWRAP, WallsError
from grading.walls.places import CACHE, LIBRARY, ROOM, environment

Way = Literal["root", "user"]
Entry = tuple[str, ...]  # an option and its arguments, the last of which is a place inside

# To mount and to change the namespaces; to become the student; to drop what could come back.
_CAPABILITIES = {
    "root": ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"),
    "user": ("CAP_SYS_ADMIN", "CAP_SETPCAP"),
}
_MASK = Path(__file__).with_name("mask")
_CACHE_BYTES = 64 << 20


def bubblewrap_command(
    way: Way, forbidden: Sequence[str], cache_folder: Path | None, told: Mapping[str, str]
) -> list[str]:
    """Return the command that runs what is appended to it inside the outer wall.

    `told` are variables for its environment.

    Raises:
        WallsError: where bubblewrap is not installed.
    """
    program = shutil.which(BWRAP)
    if program is None:
        raise WallsError(
            "bubblewrap is not installed "
            "(Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap)"
        )
    command = [program, "--die-with-parent", "--new-session", "--hostname", "student"]
    command += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--cap-drop", "ALL"]
    for capability in _CAPABILITIES[way]:
        command += ["--cap-add", capability]
    if way == "user":
        command.append("--unshare-user")
    entries = [*_system(), *_python(forbidden), *_devices(), *_rooms(cache_folder)]
    for entry in (*_folders_around(entries), *entries):
        command += entry
    command += ["--remount-ro", "/", "--chdir", "/", "--clearenv"]
    variables = environment(ROOM, CACHE, [LIBRARY, *extra_paths()])
    for name, value in {**variables, **told}.items():
        command += ["--setenv", name, value]
    return [*command, "--"]


def _folders_around(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Make the folders around what is shown such that students may pass through them."""
    folders = {folder for entry in entries for folder in Path(entry[-1]).parents}
    shown = (SYSTEM, *python_places())
    for folder in sorted(folders - {Path("/")}):
        if not any(folder.is_relative_to(place) for place in shown):
            yield ("--dir", str(folder))


def _system() -> Iterator[Entry]:
    yield ("--ro-bind", str(SYSTEM), str(SYSTEM))
    for name in SYSTEM_FOLDERS:
        if os.path.lexists(name):
            yield _shown(Path(name))
    for name in SHARED_FILES:
        yield ("--ro-bind-try", name, name)


def _python(forbidden: Sequence[str]) -> Iterator[Entry]:
    yield from map(_shown, python_places())
    for package in packages(forbidden):
        yield ("--ro-bind", str(package), f"{LIBRARY}/{package.name}")
    for name in forbidden:
        for place in places_of(name):
            mask = _MASK if place.is_dir() else _MASK / "__init__.py"
            yield ("--ro-bind", str(mask), str(place))


def _shown(place: Path) -> Entry:
    if place.is_symlink():
        return ("--symlink", os.readlink(place), str(place))
    return ("--ro-bind", str(place), str(place))


def _devices() -> Iterator[Entry]:
    yield ("--tmpfs", "/dev")
    for name in (*SINKS, *SOURCES):
        yield ("--dev-bind", name, name)
    yield ("--symlink", f"{ROOM}/shm", "/dev/shm")
    yield ("--remount-ro", "/dev")


def _rooms(cache_folder: Path | None) -> Iterator[Entry]:
    yield ("--dir", ROOM)
    if cache_folder is None:
        yield ("--size", str(_CACHE_BYTES), "--tmpfs", CACHE)
    else:
        yield ("--bind", str(cache_folder), CACHE)
    if not any(place.is_relative_to("/tmp") for place in python_places()):
        yield ("--symlink", f"{ROOM}/tmp", "/tmp")
