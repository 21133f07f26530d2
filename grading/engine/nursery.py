"""The warm parent inside the walls, seen from outside: it is asked for students."""

import atexit
import os
import socket
import subprocess
from collections.abc import Sequence

from grading import walls
from grading.engine.student import Student
from grading.limits import Limits
from grading.link import Link
from grading.student.nursery import FDS_A_MESSAGE

_READY_SECONDS = 120.0


class NurseryError(Exception):
    """The warm parent cannot be started, or has ended."""


class Nursery:
    """A warm parent in walls of the given tier, without the modules that are forbidden.

    Raises:
        NurseryError: when it cannot be started.
    """

    def __init__(self, tier: walls.Tier, forbidden: Sequence[str]) -> None:
        self.tier = tier
        self._requests, theirs = socket.socketpair()
        argv, settings = walls.nursery_command(
            walls.Walls(tier, tuple(forbidden)),
            ["-m", "grading.student.nursery", str(theirs.fileno()), tier, *forbidden],
        )
        self._process = subprocess.Popen(
            argv, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, **settings
        )
        theirs.close()
        self._requests.settimeout(_READY_SECONDS)
        self._read()

    def student(self, tests: int, limits: Limits) -> Student:
        """Fork a student with a link for itself and one for each of so many test cells.

        Raises:
            NurseryError: when the warm parent has ended.
        """
        pairs = [socket.socketpair() for _ in range(1 + tests)]
        fds = [theirs.fileno() for _, theirs in pairs]
        try:
            self._requests.sendall(len(fds).to_bytes(4))
            for start in range(0, len(fds), FDS_A_MESSAGE):
                socket.send_fds(self._requests, [b"."], fds[start : start + FDS_A_MESSAGE])
            pid = int(self._read())
        except OSError as error:
            raise NurseryError("the process that makes students has ended") from error
        finally:
            for _, theirs in pairs:
                theirs.close()
        links = [Link(ours) for ours, _ in pairs]
        return Student(walls.host_pid(self._process.pid, pid), links[0], links[1:], limits)

    def stop(self) -> None:
        """End the warm parent and all students."""
        self._requests.close()
        self._process.kill()
        self._process.wait()

    def _read(self) -> bytes:
        found = self._requests.recv(8, socket.MSG_WAITALL)
        if len(found) < 8:
            raise NurseryError("the process that makes students could not start or has ended")
        return found


_nurseries: dict[tuple[str, tuple[str, ...]], Nursery] = {}


def new_student(
    tier: str, forbidden: tuple[str, ...], tests: int, limits: Limits
) -> tuple[walls.Tier, Student]:
    """Return a student of this process's warm parent for `tier` and `forbidden`, and its tier.

    The warm parent is started when it is first asked for, and again when it has ended.

    Raises:
        NurseryError, WallsError: when it cannot be started.
    """
    key = (tier, forbidden)
    for last in (False, True):
        if key not in _nurseries:
            stop_nurseries()  # one is enough: they differ from assignment to assignment
            found = walls.best_tier() if tier == "best" else walls.Tier(tier)
            _nurseries[key] = Nursery(found, forbidden)
        try:
            return _nurseries[key].tier, _nurseries[key].student(tests, limits)
        except NurseryError:
            _nurseries.pop(key).stop()
            if last:
                raise
    raise AssertionError


def stop_nurseries() -> None:
    """End the warm parents of this process."""
    while _nurseries:
        _nurseries.popitem()[1].stop()


atexit.register(stop_nurseries)
if hasattr(os, "register_at_fork"):  # a fork must not ask for students over its parent's link
    os.register_at_fork(after_in_child=_nurseries.clear)
