"""Which walls can be had on this machine: found out by building them around nothing."""

import subprocess
import sys
from functools import cache

from grading.walls.advice import advice
from grading.walls.kinds import Tier, WallsError
from grading.walls.rehearsal import STANDS
from grading.walls.starting import Walls, nursery_command

_SECONDS = 60
_REHEARSAL = "import sys; from grading.walls.rehearsal import main; main(sys.argv[1])"


def best_tier() -> Tier:
    """Return the best walls that can be built here; a process tries but once.

    Raises:
        WallsError: where there are none; the message says why, and how to get them.
    """
    for tier in (Tier.NAMESPACES, Tier.LANDLOCK):
        if not trouble(tier):
            return tier
    reasons = f"{trouble(Tier.NAMESPACES)}; {trouble(Tier.LANDLOCK)}"
    raise WallsError(f"students' code cannot be kept behind walls here: {reasons}. {advice()}")


@cache
def trouble(tier: Tier) -> str:
    """Return why the walls of `tier` cannot be built here, "" where they can."""
    if sys.platform != "linux":
        return f"this is {sys.platform}, not Linux"
    try:
        command, settings = nursery_command(Walls(tier), ["-c", _REHEARSAL, tier])
        said = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            **settings,
        )
    except (OSError, subprocess.TimeoutExpired, WallsError) as error:
        return str(error)
    if said.stdout.strip() == STANDS:
        return ""
    last = (said.stderr + said.stdout).strip().splitlines()[-1:]
    return last[0] if last else f"the trial ended with status {said.returncode}"
