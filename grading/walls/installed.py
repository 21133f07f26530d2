"""What a Python installation and the system below it consist of: all that students may read."""

import importlib.util
import os
import site
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import grading

SYSTEM = Path("/usr")
# In most distributions these lead into /usr.
SYSTEM_FOLDERS = ("/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin")
# What programs look up outside of /usr: libraries, fonts, the time zone. Nothing of it is secret.
SHARED_FILES = (
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/matplotlibrc",
)
# What can be written to at will, and what only gives.
SINKS = ("/dev/null", "/dev/zero", "/dev/full")
SOURCES = ("/dev/random", "/dev/urandom")
_PREFIX_PARTS = ("bin", "lib", "lib64", "share", "pyvenv.cfg")


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
        if os.path.exists(place)
        and not _in_system(place)
        and places.keys().isdisjoint(place.parents)
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
    while os.path.islink(place):
        place = Path(os.path.normpath(place.parent / os.readlink(place)))
        yield str(place)


def _in_system(place: Path) -> bool:
    return place.is_relative_to(SYSTEM) or any(
        place.is_relative_to(name) for name in SYSTEM_FOLDERS
    )


def places_of(name: str) -> list[Path]:
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
    shown = (*python_places(), SYSTEM)
    return [place for place in found if any(place.is_relative_to(around) for around in shown)]


def readable(forbidden: Sequence[str]) -> Iterator[tuple[Path, bool]]:
    """Return the places that students may read, and whether with all that lies below.

    A folder with a forbidden module in it may be listed; what else is in it is given one by one.
    """
    hidden = {place for name in forbidden for place in places_of(name)}
    places = [SYSTEM, *map(Path, (*SYSTEM_FOLDERS, *SHARED_FILES, *SOURCES)), *python_places()]
    for place in (*places, *packages(forbidden)):
        yield from _without(place.resolve(), {place.resolve() for place in hidden})


def _without(place: Path, hidden: set[Path]) -> Iterator[tuple[Path, bool]]:
    if place in hidden:
        return
    if not any(found.is_relative_to(place) for found in hidden):
        yield place, True
        return
    yield place, False
    for inside in place.iterdir():
        yield from _without(inside, hidden)
