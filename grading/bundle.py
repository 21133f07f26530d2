"""`adcourse bundle`: what students are given, as a folder and a zip that run on their own."""

import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path

from grading.course import Course, CourseError, listed, read_notebook

# What stands in a source notebook and in no student's.
_MARKS = ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".ipynb_checkpoints", ".DS_Store")
_INSTALL = {True: "--constraint constraints.txt .", False: "jupyterlab nbgrader"}
_HOW_TO = """\
# {title}

## Install, once

You need Python {python}. On Linux and macOS, in this folder:

```sh
python3 -m venv .venv
.venv/bin/python -m pip install {install}
```

On Windows:

```
py -m venv .venv
.venv\\Scripts\\python -m pip install {install}
```

## Work

```sh
.venv/bin/jupyter lab{first}
```

(on Windows `.venv\\Scripts\\jupyter lab{first}`)

{contents}

In an assignment, write your answers where it says `YOUR CODE HERE`, and press **Validate** in the
toolbar: it runs the tests that you can see. Leave the test cells as they are. Hand in the notebook
under the name that it has, as your instructor tells you.
"""


def bundle(course: Course, to: Path, assignments: Sequence[str] | None = None) -> Path:
    """Write the students' package of `course` into the folder `to`, and return the zip beside it.

    In it are the student versions of `assignments` (by default of all that are released), the
    lessons in the folder `notebooks` beside the course, and the Python packages that the project
    around the course installs. A package that was there before is replaced.

    Raises:
        CourseError: when an assignment is not released, a notebook still holds a solution, or
            `to` is a folder with something else in it.
    """
    names = list(assignments or _released(course))
    if not names:
        raise CourseError("no assignment is released yet: run `adcourse release PS` for each")
    for name in names:
        course.released(name)
    _make_room(to)
    for name in names:
        folder = course.path("release", assignment=name)
        shutil.copytree(folder, to / "assignments" / name, ignore=_LEFT_OUT)
    project = course.root.parent
    lessons = project / "notebooks"
    if lessons.is_dir():
        shutil.copytree(lessons, to / "notebooks", ignore=_LEFT_OUT)
    is_installed = _copy_packages(project, to)
    (to / "README.md").write_text(_how_to(course, to, names, is_installed), encoding="utf-8")
    _refuse_solutions(to)
    return Path(shutil.make_archive(str(to), "zip", to.parent, to.name))


def _released(course: Course) -> list[str]:
    return [
        name
        for name in course.assignments()
        if any(course.path("release", assignment=name).glob("*.ipynb"))
    ]


def _make_room(to: Path) -> None:
    """Empty the folder `to` of an earlier package, and of nothing else."""
    if to.exists():
        if any(to.iterdir()) and not (to / "assignments").is_dir():
            raise CourseError(f"{to} holds something else: name a new folder, or empty it")
        shutil.rmtree(to)
    to.mkdir(parents=True)


def _copy_packages(project: Path, to: Path) -> bool:
    """Copy what `pip install .` needs of the project around a course; say whether there is one."""
    if not (project / "pyproject.toml").is_file():
        return False
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    try:
        packages = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    except KeyError:  # a project that installs nothing for students, or in another way
        return False
    for name in packages:
        shutil.copytree(project / name, to / name, ignore=_LEFT_OUT)
    for name in (
        "pyproject.toml",
        "constraints.txt",
        *settings["project"].get("license-files", ()),
    ):
        shutil.copy(project / name, to)
    return True


def _how_to(course: Course, to: Path, names: Sequence[str], is_installed: bool) -> str:
    lessons = sorted(path.name for path in (to / "notebooks").glob("*.ipynb"))
    contents = f"The assignments are in `assignments/`: {listed(names)}."
    if lessons:
        contents = f"Begin with `notebooks/{lessons[0]}`: the lessons are beside it. {contents}"
    python = "3.11 or later" if is_installed else "3.10 or later"
    return _HOW_TO.format(
        title=course.coursedir.course_id or "The course",
        python=python,
        install=_INSTALL[is_installed],
        first=f" notebooks/{lessons[0]}" if lessons else "",
        contents=contents,
    )


def _refuse_solutions(to: Path) -> None:
    """Raise, and leave nothing there, if a notebook holds what students must not see."""
    for path in sorted(to.rglob("*.ipynb")):
        sources = "\n".join(cell.source for cell in read_notebook(path).cells)
        found = [mark for mark in _MARKS if mark in sources]
        if found:
            shutil.rmtree(to)
            raise CourseError(
                f"{path.relative_to(to)} holds {listed(found)}: release the assignment again"
            )
