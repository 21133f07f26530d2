"""`adcourse audit`: what it prints, and in which status it ends."""

import json

import pytest
from typer.testing import CliRunner

from grading.cli import app
from tests.grading.audit.conftest import CONFIG, HIDDEN, ON_VIEW, Planted


@pytest.fixture
def root(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    return tmp_path


def adcourse(root, *args, status=0):
    found = CliRunner().invoke(app, ["audit", *map(str, args), "--course", str(root)])
    assert found.exit_code == status, found.output
    assert "Traceback" not in found.output
    return found.stdout if status < 2 else found.stderr


def test_all_is_well(root):
    Planted(cases={}).write(root, "ps01")
    Planted().write(root, "ps02")
    report = root / "audit.json"
    shown = adcourse(root, "ps02", "--json", report, "--workers", 1)
    assert "ps02: mutants by answer cell" in shown
    last = shown.splitlines()[-1]
    assert last.startswith("audit: 1 assignment, kill rate ")
    assert last.endswith(", cases 2/2, stable, no leaks")
    assert json.loads(report.read_text())["summary"] == last


def test_what_is_to_be_mended_ends_in_status_1(root):
    blind = ON_VIEW.replace("ask_total([2, 5]) == 7", "ask_total([7]) == 7")
    weak = Planted(on_view=blind, hidden=HIDDEN.replace("[1, 2, 5, 11]", "[19]"), cases={})
    weak.write(root, "ps01")
    shown = adcourse(root, "--all", "--workers", 1, status=1)
    assert "ps01: slips that lose no points (" in shown
    assert "      - result += number\n      + result = number\n" in shown
    assert "no cases in" in shown
    assert shown.splitlines()[-1].startswith("audit: 1 assignment, kill rate ")


def test_one_question_alone(root):
    Planted(hidden=HIDDEN.replace(", hidden=True", "")).write(root, "ps01")
    shown = adcourse(root, "ps01", "--only", "form", "--workers", 1, status=1)
    assert "ps01: form (1)" in shown
    assert shown.splitlines()[-1] == "audit: 1 assignment, 1 other finding"


MISTAKES = {
    "no name": ([], "name assignments (ps01), or give --all"),
    "both": (["ps01", "--all"], "name assignments (ps01), or give --all"),
    "an unknown name": (["ps99"], "no assignment 'ps99' in"),
    "a folder that is not there": (["ps01", "--json", "no/such/folder.json"], "no folder no/such"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_ends_in_a_line_and_status_2(root, mistake):
    Planted().write(root, "ps01")
    args, told = MISTAKES[mistake]
    assert told in adcourse(root, *args, status=2)


def test_a_malformed_list_of_equivalents_says_where(root):
    Planted(equivalent='[[equivalent]]\ncell = "total"\n').write(root, "ps01")
    assert "entry 1 must have cell, was, now, reason" in adcourse(root, "ps01", status=2)


def test_no_assignments(root):
    assert "no assignments in" in adcourse(root, "--all", status=2)
