"""The doctor tells what works, what works with less, what does not, and how to mend it."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from grading import doctor
from grading.doctor import Finding, Health, examine, findings_table
from grading.release import release
from grading.walls import Tier
from tests.grading.conftest import make_course


def found(subject: str, folder: Path | None = None) -> Finding:
    return next(finding for finding in examine(folder) if finding.subject == subject)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch):
    """Return a function that takes walls away."""

    def take(*tiers: Tier) -> None:
        monkeypatch.setattr(doctor, "trouble", lambda tier: "no luck" if tier in tiers else "")

    return take


def test_namespaces_are_well(without) -> None:
    without()
    assert found("walls").health is Health.OK


def test_landlock_alone_is_less_and_says_how_to_get_more(without) -> None:
    without(Tier.NAMESPACES)
    walls = found("walls")
    assert walls.health is Health.WARN
    assert "no luck" in walls.said
    assert "--no-sandbox" in walls.mend


def test_no_walls_are_bad(without) -> None:
    without(Tier.NAMESPACES, Tier.LANDLOCK)
    assert found("walls").health is Health.BAD


@pytest.mark.parametrize(
    "subject",
    ["bubblewrap", "kernel", "cores", "memory", "cgroups", "Python", "nbgrader", "numpy"],
)
def test_the_machine_is_told(subject: str) -> None:
    assert found(subject).said


def test_a_missing_package_is_bad_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_PACKAGES", ("no-such-package",))
    finding = found("no-such-package")
    assert (finding.health, finding.mend) == (Health.BAD, "pip install no-such-package")


def test_a_folder_without_a_course_is_told(tmp_path: Path) -> None:
    finding = found("course", tmp_path)
    assert finding.health is Health.WARN
    assert "--course DIR" in finding.said


def test_an_assignment_is_released_or_not(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    before = found("ps1", course.root)
    assert (before.health, before.mend) == (Health.WARN, "run `adcourse release ps1`")
    assert not (course.root / "gradebook.db").exists()
    release(course, "ps1")
    after = found("ps1", course.root)
    assert (after.health, after.said) == (Health.OK, "released; 0 submissions")
    assert str(course.root / "gradebook.db") in found("gradebook", course.root).said


def test_the_table_shows_each_finding_and_what_to_do() -> None:
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(findings_table([Finding("walls", Health.BAD, "none [x]", "install them")]))
    lines = console.export_text().splitlines()
    assert lines[0].split(maxsplit=2)[:2] == ["bad", "walls"]
    assert "none [x]" in lines[0]
    assert "→ install them" in lines[1]
