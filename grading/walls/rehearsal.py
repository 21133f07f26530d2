"""Building the walls around nothing, in a process that was started for that alone."""

import contextlib
import os
import signal

from grading.limits import Limits
from grading.walls.inner import enter, fork
from grading.walls.kinds import Tier, WallsError

STANDS = "the walls stand"


def rehearse(tier: Tier) -> str:
    """Fork a student's process, let it enter the walls, and return what became of it."""
    read, write = os.pipe()
    try:
        first, child = fork(tier)
    except (OSError, WallsError) as error:
        return str(error)
    if child == 0:
        try:
            enter(tier, Limits(), {"file": b""}, keep=[write])
            os.write(write, STANDS.encode())
        except BaseException as error:
            os.write(write, str(error).encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read, "rb") as said:
        answer = said.read().decode(errors="replace")
    with contextlib.suppress(ProcessLookupError):
        os.kill(first, signal.SIGKILL)
    return answer


def main(tier: str) -> None:
    """Print STANDS where the walls of `tier` can be built, and else the reason, in one line."""
    print(rehearse(Tier(tier)).replace("\n", " "))
