"""Where things are inside the walls, and the environment that is the same for all students."""

import os
from collections.abc import Sequence

# What the warm parent is told about its students, through its environment.
UID = "GRADING_STUDENT_UID"
OTHERS = "GRADING_OTHER_PROCESSES"
SCRATCH = "GRADING_SCRATCH"
TOLD = (UID, OTHERS, SCRATCH)

ROOM = "/run/student"  # a file system in memory, of limited size, for one notebook
WORK = f"{ROOM}/work"
TMP = f"{ROOM}/tmp"
SHM = f"{ROOM}/shm"
CACHE = "/run/cache"  # written by the warm parent, read by students
LIBRARY = "/run/library"  # the course's packages


def environment(home: str, tmp: str, paths: Sequence[str]) -> dict[str, str]:
    """Return the environment of students, the same on all machines.

    `paths` are folders to import from besides those of the installation. One thread computes: a
    pool's threads would not survive a fork. Strings hash alike in all processes, so that what a
    set prints does not depend on the run.
    """
    return {
        "HOME": home,
        "TMPDIR": tmp,
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TERM": "dumb",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLCONFIGDIR": CACHE,
        "XDG_CACHE_HOME": CACHE,
        "IPYTHONDIR": f"{CACHE}/ipython",
        "MALLOC_ARENA_MAX": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONSAFEPATH": "1",
    }
