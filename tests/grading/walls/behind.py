"""Running snippets behind the walls, from this process or from another one that is somebody else.

Standard library only: it also runs under a Python that has nothing else.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grading import walls

SECONDS = 30
_NURSERY = Path(__file__).with_name("nursery.py")


class Student:
    """A snippet that runs behind the walls."""

    def __init__(self, pid: int | None, link: socket.socket) -> None:
        self.pid = pid
        self._lines = link.makefile("rb")
        self._link = link

    def hear(self) -> Any:
        """Return what the snippet tells next, None when it has ended."""
        line = self._lines.readline()
        return json.loads(line) if line else None

    def end(self) -> None:
        """End all of its processes."""
        if self.pid is not None:
            walls.kill_tree(self.pid)
        self._link.close()


class Behind:
    """Walls of one tier, and students behind them."""

    def __init__(self, tier: str, forbidden: Sequence[str] = ()) -> None:
        self.tier = tier
        self._requests, theirs = socket.socketpair()
        self._requests.settimeout(SECONDS)
        command, settings = walls.nursery_command(
            walls.Walls(walls.Tier(tier), tuple(forbidden)),
            ["-c", _NURSERY.read_text(), str(theirs.fileno())],
        )
        self.process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, **settings
        )
        theirs.close()
        assert self._requests.recv(8) == b"ready   "

    def start(self, code: str, files: dict[str, str] | None = None, **limits: float) -> Student:
        """Start a snippet; in it are `attempt`, `call` and `tell` of nursery.py."""
        ours, theirs = socket.socketpair()
        ours.settimeout(SECONDS)
        wanted = {"tier": self.tier, "code": code, "files": files or {}, "limits": limits}
        ours.sendall(json.dumps(wanted).encode() + b"\n")
        socket.send_fds(self._requests, [b"."], [theirs.fileno()])
        theirs.close()
        told = int(self._requests.recv(8))
        try:
            pid = walls.host_pid(self.process.pid, told)
        except ProcessLookupError:  # a short snippet may have ended by now
            pid = None
        return Student(pid, ours)

    def run(self, code: str, files: dict[str, str] | None = None, **limits: float) -> Any:
        """Return what the snippet leaves as `result`; None when its process was ended."""
        student = self.start(code, files, **limits)
        try:
            said = student.hear()
        finally:
            student.end()
        if said and "error" in said:
            raise AssertionError(said["error"])
        return said and said["result"]

    def stop(self) -> None:
        """End the warm parent and all students."""
        self._requests.close()
        self.process.kill()
        self.process.wait()


class Remote:
    """The same in another process, which may be another user under another Python."""

    def __init__(self, python: str, settings: dict[str, Any], home: Path, tier: str) -> None:
        self.tier = tier
        self.process = subprocess.Popen(
            [python, str(home / Path(__file__).name), tier],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=home,
            env={"PYTHONPATH": str(home), "PATH": "/usr/bin:/bin"},
            **settings,
        )

    def run(self, code: str, files: dict[str, str] | None = None, **limits: float) -> Any:
        """Return what the snippet leaves as `result`; None when its process was ended."""
        print(json.dumps([code, files, limits]), file=self.process.stdin, flush=True)
        found = json.loads(self.process.stdout.readline())
        if "error" in found:
            raise AssertionError(found["error"])
        return found["result"]

    def stop(self) -> None:
        """End the other process, and so all students."""
        self.process.kill()
        self.process.communicate()


def main(tier: str) -> None:
    """Run the snippets that come in, one a line."""
    behind = Behind(tier)
    for line in sys.stdin:
        try:
            code, files, limits = json.loads(line)
            found = {"result": behind.run(code, files, **limits)}
        except Exception as error:
            found = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
