"""The best walls that can be built are found by trying, and what is missing is said."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grading import walls
from grading.walls import Tier, WallsError, advice, probing, scratch, starting
from tests.grading.walls.conftest import need_namespaces


@pytest.fixture(autouse=True)
def forget():
    """Let each test try anew."""
    yield
    probing.trouble.cache_clear()
    starting.namespaces_way.cache_clear()


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that takes walls away."""

    def take(*tiers: Tier) -> None:
        monkeypatch.setattr(probing, "trouble", lambda tier: tier in tiers and f"no {tier}")

    return take


def test_namespaces_are_best() -> None:
    need_namespaces()
    assert walls.best_tier() is Tier.NAMESPACES


def test_landlock_is_second(lacking: Callable[..., None]) -> None:
    lacking(Tier.NAMESPACES)
    assert walls.best_tier() is Tier.LANDLOCK


def test_nothing_is_not_enough(lacking: Callable[..., None]) -> None:
    lacking(Tier.NAMESPACES, Tier.LANDLOCK)
    with pytest.raises(WallsError, match=r"no namespaces; no landlock\. .*--no-sandbox"):
        walls.best_tier()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is not looked for")
def test_a_missing_bubblewrap_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    probing.trouble.cache_clear()
    starting.namespaces_way.cache_clear()
    monkeypatch.setenv("PATH", "")
    assert "apt-get install bubblewrap" in walls.trouble(Tier.NAMESPACES)
    assert "apt-get install bubblewrap" in advice.advice()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is not looked for")
def test_a_bubblewrap_that_may_not_is_quoted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    probing.trouble.cache_clear()
    starting.namespaces_way.cache_clear()
    refusing = tmp_path / "bwrap"
    refusing.write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1"
    )
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert walls.trouble(Tier.NAMESPACES) == "bwrap: setting up uid map: Permission denied"


@pytest.mark.parametrize(
    ("platform", "said"), [("win32", "WSL 2"), ("darwin", "Linux virtual machine")]
)
def test_other_systems_are_told_where_to_grade(
    monkeypatch: pytest.MonkeyPatch, platform: str, said: str
) -> None:
    probing.trouble.cache_clear()
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(WallsError, match=f"not Linux.*{said}.*--no-sandbox"):
        walls.best_tier()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kernel/apparmor_restrict_unprivileged_userns": "1"}, "AppArmor"),
        ({"user/max_user_namespaces": "0"}, "max_user_namespaces"),
        ({"kernel/unprivileged_userns_clone": "0"}, "unprivileged_userns_clone"),
        ({}, "bubblewrap"),
    ],
)
def test_what_keeps_namespaces_away_is_found(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(advice.shutil, "which", lambda _: "/usr/bin/bwrap")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(advice, "in_container", lambda: False)
    monkeypatch.setattr(advice, "_setting", lambda name: settings.get(name, ""))
    assert said in advice.advice()


def test_a_container_is_told_how_to_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(advice.shutil, "which", lambda _: "/usr/bin/bwrap")
    monkeypatch.setattr(advice, "in_container", lambda: True)
    monkeypatch.setattr(advice, "_setting", lambda _: "")
    assert "--security-opt seccomp=unconfined" in advice.advice()


@pytest.mark.parametrize(
    "ranges", ["0 0 4294967295", "0 100000 65536", "0 1000 1\n1 100000 65536", "0 5 2"]
)
def test_students_are_a_user_that_there_is_and_not_root(
    monkeypatch: pytest.MonkeyPatch, ranges: str
) -> None:
    monkeypatch.setattr(starting, "_lines", lambda _: ranges.splitlines())
    uid = starting.student_uid()
    spans = [list(map(int, line.split())) for line in ranges.splitlines()]
    assert uid > 0
    assert any(start <= uid < start + count for start, _, count in spans)
    assert uid not in (65534, 65535)


def test_where_root_is_alone_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "_lines", lambda _: ["0 1000 1"])
    with pytest.raises(WallsError, match="cannot become another user"):
        starting.student_uid()


def test_scratch_folders_of_killed_processes_are_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scratch.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    gone = tmp_path / "adcourse-4194999-x"
    gone.mkdir()
    foreign = tmp_path / "adcourse-of-somebody"
    foreign.mkdir()
    first = scratch.scratch_folder([], None)
    second = scratch.scratch_folder([], None)
    assert not gone.exists()
    assert foreign.exists()
    assert first.exists()
    assert second.exists()
