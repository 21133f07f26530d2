"""A folder on disk for a warm parent and its students, where they cannot have one in memory."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

_PREFIX = "adcourse"


def scratch_folder(packages: Sequence[Path], cache: Path | None) -> Path:
    """Make a folder that is removed when this process ends, or by another one after that.

    In it, `library` leads to `packages` and `cache` to the given folder; students' rooms will lie
    beside them.
    """
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{os.getpid()}-"))
    atexit.register(_remove, folder, os.getpid())
    folder.chmod(0o711)
    (folder / "library").mkdir()
    for package in packages:
        (folder / "library" / package.name).symlink_to(package, target_is_directory=True)
    if cache is None:
        (folder / "cache").mkdir()
    else:
        (folder / "cache").symlink_to(cache.resolve(), target_is_directory=True)
    return folder


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # and not a fork of it
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders of processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and folder.stat().st_uid == os.getuid() and not _runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
