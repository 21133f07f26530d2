"""Grading a course whose disk fills up: python -m tests.grading.batch.on_a_small_disk COURSE DISK.

COURSE is a course with one submission, graded; beside it lies `changed.ipynb`, which its student
hands in next. DISK is an empty folder that holds little.
"""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from grading.course import Course
from tests.grading.batch.conftest import dump


def adcourse(root: Path) -> tuple[int, str]:
    """Grade the course at `root`; return the status, and what was said."""
    argv = [sys.executable, "-m", "grading", "grade", "ps1", "--no-sandbox", "--course", str(root)]
    done = subprocess.run(argv, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def fill(path: Path) -> None:
    """Leave no byte of the disk free."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"0" * 4096):
            pass


def main(course: Path, disk: Path) -> None:
    """Hand in and grade on a disk that is full, and then on one that is not."""
    root = disk / "course"
    shutil.copytree(course, root)
    shutil.copy(course.parent / "changed.ipynb", root / "submitted" / "ada" / "ps1" / "work.ipynb")
    before = dump(Course(root))
    fill(disk / "filler")
    status, said = adcourse(root)
    assert status == 2, said
    assert "Traceback" not in said, said
    assert "full" in said or "No space left" in said, said
    (disk / "filler").unlink()
    assert dump(Course(root)) == before
    status, said = adcourse(root)
    assert status == 0, said
    assert dump(Course(root)) != before


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
