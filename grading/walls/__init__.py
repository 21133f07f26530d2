"""Walls around students' processes: what can be had on this machine, and the making of them.

A worker starts a warm parent inside the outer wall, once; the warm parent forks a student's process
for each notebook, and that one enters the inner wall before any of the student's code runs.

In the worker:

    tier = best_tier()  # WallsError where there are no walls to be had
    argv, settings = nursery_command(Walls(tier, forbidden=("sympy",)), ["-m", "my.nursery"])
    nursery = subprocess.Popen(argv, pass_fds=(link.fileno(),), **settings)
    pid = host_pid(nursery.pid, pid_that_the_nursery_told)
    memory_of(pid)   # bytes, of the student's first process and all that came from it
    kill_tree(pid)   # returns when all of them have ended

In the warm parent, which has a single thread:

    first, child = fork(tier)  # in place of os.fork; `first` is what the worker is told
    if child == 0:
        enter(tier, limits, {"data.csv": b"1,2"}, keep=[3, 4])
        ...  # the student's process

Nothing here needs more than the standard library, bubblewrap and libseccomp.
"""

from grading.limits import Limits
from grading.walls.inner import enter, fork
from grading.walls.kinds import Tier, WallsError
from grading.walls.probing import best_tier, trouble
from grading.walls.starting import Walls, nursery_command
from grading.walls.watching import (
    host_pid,
    kill_process,
    kill_tree,
    memory_of,
    memory_of_process,
    processes_of,
)

__all__ = [
    "Limits",
    "Tier",
    "Walls",
    "WallsError",
    "best_tier",
    "enter",
    "fork",
    "host_pid",
    "kill_process",
    "kill_tree",
    "memory_of",
    "memory_of_process",
    "nursery_command",
    "processes_of",
    "trouble",
]
