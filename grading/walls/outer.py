"""The outer wall: bubblewrap around the warm parent, once for each worker.

Inside, nothing of the machine is to be seen but /usr and the folders of this Python, read-only,
and neither /proc nor a network. The warm parent keeps the privileges that it needs to build the
inner walls; students have none of them.

Bubblewrap is started in one of two ways. As "root", the warm parent is root with few capabilities,
and each worker's students are an ordinary user of their own. As "user", it is the user who grades
(or, started by root, a user without a name) in a user namespace, and so are the students.
"""

import importlib.util
import os
import shutil
import site
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import grading
from grading.walls.kinds import BWRAP, WallsError
from grading.walls.places import CACHE, LIBRARY, ROOM, SHM, TMP, WORK, environment

Way = Literal["root", "user"]

# To mount and to change the namespaces; to become the student; to drop what could come back.
_CAPABILITIES = {
    "root": ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"),
    "user": ("CAP_SYS_ADMIN", "CAP_SETPCAP"),
}
# What programs look up outside of /usr: libraries, fonts, the time zone. Nothing of it is secret.
_SHARED_FILES = ("ld.so.cache", "alternatives", "fonts", "localtime", "matplotlibrc")
_SYSTEM_LINKS = ("bin", "lib", "lib32", "lib64", "libx32", "sbin")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_PREFIX_PARTS = ("bin", "lib", "lib64", "share", "pyvenv.cfg")
_MASK = Path(__file__).with_name("mask")


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
    shown = [*_system(), *_python(forbidden), *_devices(), *_rooms(cache_folder)]
    command += [*_folders_around(shown), *shown]
    command += ["--remount-ro", "/", "--chdir", "/", "--clearenv"]
    variables = environment(WORK, TMP, [LIBRARY, *extra_paths()])
    for name, value in {**variables, **told}.items():
        command += ["--setenv", name, value]
    return [*command, "--"]


def _folders_around(shown: Sequence[str]) -> Iterator[str]:
    """Make the folders around what is shown such that the student may pass through them."""
    places = {parent for word in shown if word.startswith("/") for parent in Path(word).parents}
    for place in sorted(places - {Path("/")}):
        if not any(place.is_relative_to(around) for around in (Path("/usr"), *python_places())):
            yield from ("--dir", str(place))


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in _SYSTEM_LINKS:
        place = Path("/", name)
        if place.is_symlink():
            yield from ("--symlink", os.readlink(place), str(place))
        elif place.is_dir():
            yield from ("--ro-bind", str(place), str(place))
    for name in _SHARED_FILES:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")


def _python(forbidden: Sequence[str]) -> Iterator[str]:
    for place in python_places():
        if place.is_symlink():
            yield from ("--symlink", os.readlink(place), str(place))
        else:
            yield from ("--ro-bind", str(place), str(place))
    for package in packages(forbidden):
        yield from ("--ro-bind", str(package), f"{LIBRARY}/{package.name}")
    for name in forbidden:
        for place in _installed(name):
            mask = _MASK if place.is_dir() else _MASK / "__init__.py"
            yield from ("--ro-bind", str(mask), str(place))


@cache
def python_places() -> tuple[Path, ...]:
    """Return the folders and files that this Python consists of, never a folder around them.

    A virtual environment may be the very folder that holds a course: of each prefix, only the
    parts that an installation has are shown.
    """
    places: dict[Path, None] = {}
    for prefix in (sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix):
        for part in _PREFIX_PARTS:
            places[Path(prefix, part)] = None
    for folder in (*extra_paths(), *_interpreters()):
        places[Path(folder)] = None
    return tuple(
        place
        for place in places
        if place.exists() and not _in_system(place) and places.keys().isdisjoint(place.parents)
    )


def packages(forbidden: Sequence[str]) -> list[Path]:
    """Return the folders of the course's packages that students may import."""
    ours = Path(grading.__file__).parent
    library = ours.with_name("autodiff_lib")
    return [place for place in (ours, library) if place.is_dir() and place.name not in forbidden]


def extra_paths() -> list[str]:
    """Return the folders of installed packages that lie outside of the installation."""
    known = {os.path.realpath(folder) for folder in site.getsitepackages()}
    return [
        folder
        for folder in sys.path
        if Path(folder).name in ("site-packages", "dist-packages")
        and os.path.realpath(folder) not in known
    ]


def _interpreters() -> Iterable[str]:
    """Return the folders between a virtual environment's python and the file it leads to."""
    place = Path(sys.executable)
    while place.is_symlink():
        place = Path(os.path.normpath(place.parent / os.readlink(place)))
        yield str(place)


def _in_system(place: Path) -> bool:
    return place.is_relative_to("/usr") or any(
        place.is_relative_to(Path("/", name)) for name in _SYSTEM_LINKS
    )


def _installed(name: str) -> list[Path]:
    """Return where the module `name` lies, without importing it."""
    try:
        spec = importlib.util.find_spec(name.partition(".")[0])
    except (ImportError, ValueError):
        return []
    if spec is None:
        return []
    found = [Path(place) for place in spec.submodule_search_locations or ()]
    if not found and spec.has_location and spec.origin:
        found = [Path(spec.origin)]
    shown = (*python_places(), Path("/usr"))
    return [place for place in found if any(place.is_relative_to(around) for around in shown)]


def _devices() -> Iterator[str]:
    yield from ("--tmpfs", "/dev")
    for name in _DEVICES:
        yield from ("--dev-bind", f"/dev/{name}", f"/dev/{name}")
    yield from ("--symlink", SHM, "/dev/shm", "--remount-ro", "/dev")


def _rooms(cache_folder: Path | None) -> Iterator[str]:
    yield from ("--dir", ROOM)
    if cache_folder is None:
        yield from ("--size", str(64 << 20), "--tmpfs", CACHE)
    else:
        yield from ("--bind", str(cache_folder), CACHE)
    if not any(place.is_relative_to("/tmp") for place in python_places()):
        yield from ("--symlink", TMP, "/tmp")
