"""What this machine and this course can do, and how to mend what is missing."""

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rich.table import Table

from grading.course import Course, CourseError, GradebookError, find_course, listed
from grading.walls import Tier, trouble
from grading.walls.advice import advice
from grading.walls.kinds import BWRAP

_PACKAGES = ("nbgrader", "numpy", "matplotlib")
_MEMORY_A_WORKER = 1.5  # GiB: what a notebook may use by default, and the worker itself


class Health(StrEnum):
    """How well something is: `WARN` works, with less; `BAD` must be mended before grading."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, how it is, and what to do about it."""

    subject: str
    health: Health
    said: str
    mend: str = ""


def examine(folder: Path | None) -> list[Finding]:
    """Look at the machine, and at the course in `folder` or where it is by default."""
    return [
        _walls(),
        _bubblewrap(),
        _landlock(),
        _cores(),
        _memory(),
        _cgroups(),
        _python(),
        *_packages(),
        *_course(folder),
    ]


def findings_table(findings: list[Finding]) -> Table:
    """Return the findings as a table for the terminal."""
    table = Table(box=None, pad_edge=False, show_header=False)
    colour = {Health.OK: "green", Health.WARN: "yellow", Health.BAD: "red"}
    for finding in findings:
        style = colour[finding.health]
        mark = f"[{style}]{finding.health}[/{style}]"
        said = f"{finding.said}\n→ {finding.mend}" if finding.mend else finding.said
        table.add_row(mark, finding.subject, _escaped(said))
    return table


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


def _walls() -> Finding:
    best = trouble(Tier.NAMESPACES)
    if not best:
        return Finding("walls", Health.OK, "namespaces: students see nothing of this machine")
    second = trouble(Tier.LANDLOCK)
    if not second:
        said = f"Landlock: students see, but cannot open, what lies here (no namespaces: {best})"
        return Finding("walls", Health.WARN, said, advice())
    return Finding("walls", Health.BAD, f"none (namespaces: {best}; Landlock: {second})", advice())


def _bubblewrap() -> Finding:
    program = shutil.which(BWRAP)
    if program is None:
        health = Health.OK if sys.platform != "linux" else Health.WARN
        return Finding("bubblewrap", health, "not installed", "" if health == "ok" else advice())
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return Finding("bubblewrap", Health.OK, said.stdout.strip().removeprefix("bubblewrap "))


def _landlock() -> Finding:
    from grading.walls import landlock

    if sys.platform != "linux":
        return Finding("kernel", Health.OK, f"{platform.system()} {platform.release()}")
    version = landlock.version()
    with_landlock = f"with version {version} of Landlock" if version else "without Landlock"
    return Finding("kernel", Health.OK, f"Linux {platform.release()}, {with_landlock}")


def _cores() -> Finding:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding("cores", Health.OK, f"{usable}: as many notebooks are graded at once")


def _memory() -> Finding:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return Finding("memory", Health.OK, "unknown")
    gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    needed = (os.cpu_count() or 1) * _MEMORY_A_WORKER
    if gib >= needed:
        return Finding("memory", Health.OK, f"{gib:.1f} GiB")
    return Finding(
        "memory",
        Health.WARN,
        f"{gib:.1f} GiB; with all cores, greedy notebooks may need {needed:.0f}",
        "grade with fewer workers, or lower what a notebook may use",
    )


def _cgroups() -> Finding:
    root = Path("/sys/fs/cgroup")
    if (root / "cgroup.controllers").is_file():
        said = "version 2"
    elif (root / "memory").is_dir():
        said = "version 1"
    else:
        said = "none"
    return Finding(
        "cgroups", Health.OK, f"{said}; not needed: memory is watched process by process"
    )


def _python() -> Finding:
    return Finding("Python", Health.OK, f"{platform.python_version()} in {sys.prefix}")


def _packages() -> Iterator[Finding]:
    for name in _PACKAGES:
        try:
            yield Finding(name, Health.OK, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, Health.BAD, "not installed", f"pip install {name}")


def _course(folder: Path | None) -> Iterator[Finding]:
    try:
        course = find_course(folder)
    except CourseError as error:
        yield Finding("course", Health.WARN, str(error))
        return
    names = course.assignments()
    if names:
        yield Finding("course", Health.OK, f"{course.root}: {listed(names)}")
    else:
        yield Finding(
            "course",
            Health.WARN,
            f"{course.root}: no assignment",
            f"put one into {course.path('source', assignment='PS')}",
        )
    yield _gradebook(course)
    for name in names:
        yield _assignment(course, name)


def _gradebook(course: Course) -> Finding:
    url = course.coursedir.db_url
    file = re.fullmatch(r"sqlite:///(.+?)(\?.*)?", url)
    if file is None:
        return Finding("gradebook", Health.OK, url.partition("://")[0])
    path = Path(file[1])
    if not path.exists():
        return Finding("gradebook", Health.OK, "not there yet: `adcourse release` makes it")
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return Finding(
            "gradebook", Health.BAD, f"{path} cannot be written to", "change who may write there"
        )
    return Finding("gradebook", Health.OK, f"{path}, {path.stat().st_size / 2**20:.1f} MiB")


def _assignment(course: Course, name: str) -> Finding:
    path = Path(course.coursedir.db_url.removeprefix("sqlite:///"))
    handed_in = len(course.submissions(name))
    try:
        if course.coursedir.db_url.startswith("sqlite:///") and not path.exists():
            raise CourseError(f"{name} has no student version yet: run `adcourse release {name}`")
        course.released(name)
    except (CourseError, GradebookError) as error:
        said, _, mend = str(error).splitlines()[0].partition(": ")
        return Finding(name, Health.WARN, said, mend)
    handed = "1 submission" if handed_in == 1 else f"{handed_in} submissions"
    return Finding(name, Health.OK, f"released; {handed}")
