"""Where things are inside the walls, and the environment that is the same for all students."""

import os
from collections.abc import Sequence

# What the warm parent is told about its students, through its environment.
UID = "GRADING_STUDENT_UID"
OTHERS = "GRADING_OTHER_PROCESSES"
SCRATCH = "GRADING_SCRATCH"
FORBIDDEN = "GRADING_FORBIDDEN"
TOLD = (UID, OTHERS, SCRATCH, FORBIDDEN)

# In the namespaces tier:
ROOM = "/run/student"  # a file system in memory, of limited size, for one notebook
CACHE = "/run/cache"  # written by the warm parent, read by students
LIBRARY = "/run/library"  # the course's packages


def environment(room: str, cache: str, paths: Sequence[str]) -> dict[str, str]:
    """Return the environment of the warm parent and of students, the same on all machines.

    `room` is what a notebook may write to, `cache` what only the warm parent may write to, and
    `paths` are folders to import from besides those of the installation. One thread computes: a
    pool's threads would not survive a fork. Strings hash alike in all processes, so that what a
    set prints does not depend on the run.
    """
    return {
        **of_room(room),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TERM": "dumb",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLCONFIGDIR": cache,
        "XDG_CACHE_HOME": cache,
        "IPYTHONDIR": f"{cache}/ipython",
        "MALLOC_ARENA_MAX": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONSAFEPATH": "1",
    }


def of_room(room: str) -> dict[str, str]:
    """Return the variables that differ where each notebook has another room."""
    return {"HOME": f"{room}/work", "PWD": f"{room}/work", "TMPDIR": f"{room}/tmp"}
