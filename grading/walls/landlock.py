"""Landlock: what a process may open, from a list; for where there are no namespaces.

A process in a Landlock domain opens, lists, makes, renames and removes only what lies below the
places that it was given. What Landlock does not cover, or covers on newer kernels only, is refused
by the filter for system calls (seccomp.py): networks and sockets, signals, modes and owners of
files. Compared with namespaces, these walls promise less:

- A student can ask of any path whether it exists, how large it is, whose, and when it was changed,
  and where a symbolic link leads; contents and listings stay closed.
- Processes carry the machine's ids. Where an ordinary user grades, students are that user: the
  number of their processes is bounded only together with the user's own, and on kernels before
  Linux 6.12 they can send no signal at all, not even to themselves.
- The workspace lies on disk and is looked at ten times a second: who fills it is ended, some
  moments later, and what lies in files that were removed while open is not counted.
- Modes, owners and times of files cannot be changed, though the calls say that they were.
- A forbidden module's name can be listed; the module cannot be read.
- Processes are ended one by one, though none is missed: all stay descendants of one of ours.
- Where root grades, Python must be installed where every user may read it.
"""

import contextlib
import ctypes
import os
from collections.abc import Iterable
from functools import cache

from grading.walls import kernel
from grading.walls.kinds import WallsError

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on all machines
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEVICE = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE
READ = _EXECUTE | _READ_FILE | _READ_DIR
LIST = _READ_DIR
WRITE = (1 << 15) - 1  # all but to control devices
READ_WRITE_DEVICE = _READ_FILE | _WRITE_FILE

_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # how many rights of files there are since which version
_TCP = 0b11  # to listen and to connect, since version 4
_SCOPES = 0b11  # abstract sockets and signals, since version 6
_COVERS_TRUNCATION, _COVERS_TCP, _COVERS_SIGNALS = 3, 4, 6


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


@cache
def version() -> int:
    """Return the version of Landlock that the kernel has, 0 for none."""
    try:
        return kernel.call(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def covers_signals() -> bool:
    """Say whether processes in a domain can be kept from sending signals out of it."""
    return version() >= _COVERS_SIGNALS


def covers_truncation() -> bool:
    """Say whether processes in a domain can be kept from emptying files outside of it."""
    return version() >= _COVERS_TRUNCATION


def restrict(places: Iterable[tuple[str, int]]) -> None:
    """Let this process and its forks use nothing but `places`, each with its rights.

    A place that does not exist is left out.

    Raises:
        WallsError: where the kernel has no Landlock.
    """
    if not version():
        raise WallsError("the kernel has no Landlock (Linux 5.13 or later, with it enabled)")
    known = (1 << max(count for since, count in _RIGHTS.items() if since <= version())) - 1
    ruleset = _Ruleset(known)
    size = 8
    if version() >= _COVERS_TCP:
        ruleset.network, size = _TCP, 16
    if version() >= _COVERS_SIGNALS:
        ruleset.scopes, size = _SCOPES, 24
    rules = kernel.call(_CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    try:
        for place, rights in places:
            with contextlib.suppress(FileNotFoundError):
                _allow(rules, place, rights & known)
        kernel.no_new_privileges()
        kernel.call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, place: str, rights: int) -> None:
    folder = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(place):
            rights &= _OF_FILES
        rule = _PathBeneath(rights, folder)
        kernel.call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(folder)
