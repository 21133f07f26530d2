"""The students' package runs on its own, and holds nothing that students must not see."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grading.bundle import bundle
from grading.course import Course, CourseError
from grading.release import release
from tests.grading.conftest import make_course

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    """A project as this one is, around a tiny course that is released."""
    for name in ("autodiff_lib", "grading", "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("pyproject.toml", "constraints.txt", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    course = make_course(tmp_path / "course")
    release(course, "ps1")
    return course


def names_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_holds_lessons_assignments_and_what_to_install(project, tmp_path):
    to = tmp_path / "out" / "tiny"
    archive = bundle(project, to)
    names = names_in(to)
    assert {
        *("README.md", "pyproject.toml", "constraints.txt", "LICENSE"),
        *("assignments/ps1/work.ipynb", "notebooks/00_start_here.ipynb"),
        *("notebooks/course.mplstyle", "autodiff_lib/__init__.py", "grading/checks.py"),
    } <= names
    assert not [name for name in names if name.endswith(".pyc")]
    with zipfile.ZipFile(archive) as opened:
        zipped = {name for name in opened.namelist() if not name.endswith("/")}
    assert zipped == {f"tiny/{name}" for name in names}


def test_it_holds_no_solution_no_hidden_test_and_no_mark_scheme(project, tmp_path):
    bundle(project, tmp_path / "tiny")
    texts = "".join(
        path.read_text() for path in (tmp_path / "tiny" / "assignments").rglob("*.ipynb")
    )
    for secret in ("return 2 * x", "doubled(-3)", "Praise the doubling"):
        assert secret not in texts


def test_a_notebook_with_a_solution_is_refused_and_nothing_is_left(project, tmp_path):
    source = project.path("source", assignment="ps1") / "work.ipynb"
    released = project.path("release", assignment="ps1") / "work.ipynb"
    released.write_bytes(source.read_bytes())
    with pytest.raises(CourseError, match=r"work\.ipynb holds BEGIN SOLUTION.*release"):
        bundle(project, tmp_path / "tiny")
    assert not (tmp_path / "tiny").exists()


def test_its_libraries_need_nothing_of_the_project(project, tmp_path):
    bundle(project, tmp_path / "tiny")
    program = (
        f"import sys; sys.path[:] = [{str(tmp_path / 'tiny')!r}, *[p for p in sys.path if "
        f"{str(ROOT)!r} != p]]; import autodiff_lib, grading; grading.Checks(1); "
        "assert autodiff_lib.grad(lambda x: x * x)(3.0) == 6.0; print(grading.__file__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.startswith(str(tmp_path / "tiny")), done.stderr


def test_a_second_one_replaces_the_first_and_nothing_else(project, tmp_path):
    to = tmp_path / "tiny"
    bundle(project, to)
    (to / "old").write_text("")
    bundle(project, to)
    assert not (to / "old").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("")
    with pytest.raises(CourseError, match="holds something else"):
        bundle(project, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_an_assignment_that_is_not_released_is_named(tmp_path):
    course = make_course(tmp_path)
    with pytest.raises(CourseError, match="no assignment is released yet"):
        bundle(course, tmp_path / "tiny")
    with pytest.raises(CourseError, match="ps1 has no student version yet"):
        bundle(course, tmp_path / "tiny", ["ps1"])


@pytest.mark.parametrize("project", [None, "[tool.ruff]\nline-length = 100\n"])
def test_a_course_without_a_project_of_packages_says_what_to_install(project, tmp_path):
    course = make_course(tmp_path / "alone" / "course")
    if project is not None:
        (course.root.parent / "pyproject.toml").write_text(project)
    release(course, "ps1")
    bundle(Course(course.root), tmp_path / "tiny")
    assert "pip install jupyterlab nbgrader" in (tmp_path / "tiny" / "README.md").read_text()
