"""Students' processes behind each kind of walls, as root and as an ordinary user."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import grading
from grading.walls import WallsError, landlock
from grading.walls.starting import namespaces_way
from tests.grading.walls import behind as behind_module
from tests.grading.walls.behind import Behind, Remote

_ORDINARY = 54321  # a user id that nobody has
_PYTHONS = (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3")
_RECENT = "import sys; sys.exit(sys.version_info < (3, 11))"

Walled = Behind | Remote


def need_namespaces() -> None:
    """Skip the test where bubblewrap may not make namespaces; our own mistakes are none such."""
    try:
        namespaces_way()
    except WallsError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def open_home() -> Iterator[Path]:
    """Return a copy of the grader in a folder that every user may read."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        no_caches = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(grading.__file__).parent, home / "grading", ignore=no_caches)
        for name in ("behind.py", "nursery.py"):
            shutil.copy(Path(behind_module.__file__).with_name(name), home / name)
        yield home


def _python(who: str) -> tuple[str, dict[str, Any]]:
    """Return a Python for these walls, and how to start it as root or as an ordinary user."""
    if os.geteuid() != 0 and who == "root":
        pytest.skip("only root can start this as root")
    ordinary = {"user": _ORDINARY, "group": _ORDINARY, "extra_groups": []}
    settings: dict[str, Any] = ordinary if os.geteuid() == 0 else {}
    for python in _PYTHONS:
        try:
            subprocess.run([python, "-c", _RECENT], check=True, **settings)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python, settings if who == "user" else {}
    pytest.skip("no recent Python that an ordinary user may run")


@pytest.fixture(scope="session")
def worlds(open_home: Path) -> Iterator[Callable[[str], Walled]]:
    """Return a function that starts walls of a kind around students of somebody, once each."""

    @cache
    def world(name: str) -> Walled:
        tier, who = name.split("-")
        if tier == "namespaces":
            need_namespaces()
        if tier == "landlock" and not landlock.version():
            pytest.skip("the kernel has no Landlock")
        if who == "here":
            started: Walled = Behind(tier)
        else:
            started = Remote(*_python(who), open_home, tier)
        stopping.callback(started.stop)
        return started

    with ExitStack() as stopping:
        yield world


@pytest.fixture(params=["namespaces-here", "namespaces-root", "namespaces-user"])
def apart(request: pytest.FixtureRequest, worlds: Callable[[str], Walled]) -> Walled:
    """Return namespaces: with this Python, and made by root and by an ordinary user."""
    return worlds(request.param)


@pytest.fixture(params=["landlock-root", "landlock-user"])
def listed(request: pytest.FixtureRequest, worlds: Callable[[str], Walled]) -> Walled:
    """Return Landlock's walls, made by root and by an ordinary user."""
    return worlds(request.param)


@pytest.fixture(
    params=[
        "namespaces-here",
        "namespaces-root",
        "namespaces-user",
        "landlock-root",
        "landlock-user",
    ]
)
def walled(request: pytest.FixtureRequest, worlds: Callable[[str], Walled]) -> Walled:
    """Return walls of each kind."""
    return worlds(request.param)


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    """Return namespaces around students whose processes can be watched from here."""
    need_namespaces()
    found = Behind("namespaces")
    yield found
    found.stop()
