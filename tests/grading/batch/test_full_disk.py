"""A disk that is full stops a run, says so, and loses nothing."""

import shutil
import subprocess
import sys

import pytest

from tests.grading.batch.conftest import grade
from tests.grading.conftest import answer, to_bytes

BWRAP = shutil.which("bwrap")


def small_disk(folder, megabytes, argv):
    """Run a command that sees at `folder` a disk of its own, of so many MB, in memory."""
    walls = ["--dev-bind", "/", "/", "--size", str(megabytes << 20), "--tmpfs", str(folder)]
    return subprocess.run([BWRAP, *walls, *argv], capture_output=True, text=True)


@pytest.mark.skipif(
    BWRAP is None or small_disk("/tmp", 1, ["true"]).returncode != 0,
    reason="needs bubblewrap, and to be allowed to use it",
)
def test_a_disk_that_fills_up(course, hand_in, released, tmp_path):
    hand_in("ada")
    grade(course, "ps1")
    disk = tmp_path / "disk"
    disk.mkdir()
    changed = to_bytes(answer(released, double="return 3 * x"))
    (course.root.parent / "changed.ipynb").write_bytes(changed)
    argv = [sys.executable, "-m", "tests.grading.batch.on_a_small_disk", course.root, disk]
    done = small_disk(disk, 8, map(str, argv))
    assert done.returncode == 0, done.stderr
