"""Which walls this machine can build, found out by trying, and the command that builds them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grading.walls.installed import extra_paths, packages
from grading.walls.kinds import Tier, WallsError
from grading.walls.outer import Way, bubblewrap_command
from grading.walls.places import FORBIDDEN, OTHERS, SCRATCH, UID, environment
from grading.walls.scratch import scratch_folder
from grading.walls.watching import processes_of_user

_SECONDS = 20
_ROOM_FOR_OTHERS = 256  # processes that the user who grades may start meanwhile
_LOWEST_UID = 0x70000000  # above what systemd, containers and directories of users give out
_PER_NAMESPACE = (5, 14)  # the first Linux that counts processes by user and user namespace


@dataclass(frozen=True)
class Walls:
    """The walls around one warm parent.

    `forbidden` are top-level modules that cannot be imported inside. `cache` is a folder in which
    the warm parent may keep what it finds out (MPLCONFIGDIR); None is one that is forgotten.
    """

    tier: Tier
    forbidden: tuple[str, ...] = ()
    cache: Path | None = None


def nursery_command(walls: Walls, arguments: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Return a command that runs Python with `arguments` inside the outer wall.

    The second is what `subprocess.Popen` is to get besides; the file descriptors of `pass_fds`
    reach the process under the same numbers.

    Raises:
        WallsError: where these walls cannot be built.
    """
    python = [sys.executable, *arguments]
    if walls.tier is Tier.NAMESPACES:
        way = namespaces_way()
        command = bubblewrap_command(way, walls.forbidden, walls.cache, _told(way))
        return [*command, *python], _settings(way)
    scratch = scratch_folder(packages(walls.forbidden), walls.cache)
    variables = environment(
        f"{scratch}/none", f"{scratch}/cache", [f"{scratch}/library", *extra_paths()]
    )
    variables |= {SCRATCH: str(scratch), FORBIDDEN: " ".join(walls.forbidden)}
    if walls.tier is Tier.LANDLOCK and os.geteuid() == 0:
        variables[UID] = str(student_uid())
    else:
        variables[OTHERS] = str(processes_of_user() + _ROOM_FOR_OTHERS)
    return python, {"env": variables, "cwd": scratch}


@cache
def namespaces_way() -> Way:
    """Return the way in which bubblewrap can be started here.

    Raises:
        WallsError: where it cannot; the message says why.
    """
    ways: tuple[Way, ...] = ("root", "user") if os.geteuid() == 0 else ("user",)
    reasons = []
    for way in ways:
        command = [*bubblewrap_command(way, (), None, {}), "true"]
        try:
            subprocess.run(
                command, check=True, capture_output=True, timeout=_SECONDS, **_settings(way)
            )
        except subprocess.CalledProcessError as error:
            reasons.append(error.stderr.decode(errors="replace").strip())
        except (OSError, subprocess.TimeoutExpired) as error:
            reasons.append(str(error))
        else:
            return way
    raise WallsError(reasons[0])


def _settings(way: Way) -> dict[str, Any]:
    """Return how to start bubblewrap: by root, as an ordinary user where it is to be one."""
    if way == "user" and os.geteuid() == 0:
        uid = student_uid()
        return {"user": uid, "group": uid, "extra_groups": []}
    return {}


def _told(way: Way) -> dict[str, str]:
    if way == "root":
        return {UID: str(student_uid())}
    if kernel_version() >= _PER_NAMESPACE:
        return {OTHERS: "3"}  # bubblewrap, the warm parent, and the student's own first process
    return {OTHERS: str(processes_of_user() + _ROOM_FOR_OTHERS)}


def student_uid() -> int:
    """Return the user that this process's students are, where root grades: nobody else's.

    Raises:
        WallsError: where root is the only user that there is.
    """
    uid = _LOWEST_UID + os.getpid()
    ranges = [list(map(int, line.split())) for line in _lines("/proc/self/uid_map")]
    if any(start <= uid < start + count for start, _, count in ranges):
        return uid
    start, _, count = max(ranges, key=lambda found: found[2])
    if count < 2:
        raise WallsError("root cannot become another user here")
    half = (count + 1) // 2
    return start + half + os.getpid() % max(1, count - half - 2)


def kernel_version() -> tuple[int, int]:
    """Return the first two numbers of Linux's version."""
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int("".join(filter(str.isdigit, minor)))


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
