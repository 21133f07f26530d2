"""The command line does what its help says, and ends in the right status."""

import os
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from grading.cli import app
from grading.results import read_json
from tests.grading.conftest import REPAIRED, UNREADABLE, make_course, submit

COMMANDS = [
    "audit",
    *("release", "grade", "feedback", "export", "report", "demo"),
    *("explain", "forget", "doctor"),
]


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setattr("grading.cli.out.width", 300, raising=False)
    monkeypatch.setattr("grading.cli.out._width", 300)


def adcourse(*args, status=0):
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result.stdout if status == 0 else result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command):
    assert f"Example: adcourse {command}" in adcourse(command, "--help")


@pytest.fixture(scope="module")
def graded(classroom, tmp_path_factory):
    """A copy of the graded class, unchanged, so that grading it again costs nothing."""
    folder = tmp_path_factory.mktemp("cli") / "course"
    shutil.copytree(classroom[0].root, folder)
    return folder


@pytest.fixture(scope="module")
def table(graded):
    path = graded / "ps1.json"
    console = "import grading.cli; grading.cli.out._width = 300; grading.cli.run()"
    run = subprocess.run(
        [sys.executable, "-c", console, "grade", "ps1", "--course", graded, "--json", path],
        capture_output=True,
        encoding="utf-8",
        env=utf8_environment(),
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return run.stdout


def line_of(student, table):
    rows = [line for line in table.splitlines() if line.startswith("│")]
    return next(row for row in rows if row.split("│")[1].strip() == student)


def utf8_environment():
    return {**os.environ, "PYTHONUTF8": "1"}


@pytest.mark.parametrize("student", [*REPAIRED, *UNREADABLE])
def test_the_table_names_bad_input(student, table):
    said = {name: text for name, (_, text) in REPAIRED.items()} | UNREADABLE
    line = line_of(student, table)
    assert said[student] in line


@pytest.mark.parametrize(
    ("student", "points", "signs"),
    [
        ("right", "5 / 9", "✓✓"),
        ("partial", "3 / 9", "◐✓"),
        ("loops", "2 / 9", "T✓"),
        ("dies", "3 / 9", "✓K"),
        ("empty", "0 / 9", "––"),
    ],
)
def test_the_table_shows_points_and_states(student, points, signs, table):
    line = line_of(student, table)
    assert points in line
    assert signs in line


def test_json_holds_every_record(table, graded, classroom):
    assignment, cells, notices = read_json(graded / "ps1.json")
    assert assignment == "ps1"
    assert tuple(cells) == classroom[1].cells
    assert tuple(notices) == classroom[1].notices


def test_feedback_export_and_report_say_where_they_wrote(graded):
    feedback = adcourse("feedback", "ps1", "right", "--course", graded)
    assert feedback.startswith("1 feedback page is in")
    exported = adcourse("export", "--course", graded)
    assert str(graded / "grades.csv") in exported
    assert "note: 4 notebooks count 0 because nothing could be graded: absent/" in exported
    assert (graded / "grades.csv").is_file()
    assert str(graded / "reports" / "ps1.html") in adcourse("report", "ps1", "--course", graded)
    assert (graded / "reports" / "ps1.html").is_file()


def test_release_and_grade_from_a_bare_course(tmp_path):
    course = make_course(tmp_path)
    assert str(tmp_path / "release" / "ps1") in adcourse("release", "ps1", "--course", tmp_path)
    submit(course, "ada", b"")
    line = adcourse("export", "--course", tmp_path, status=2)
    assert line == "adcourse: nobody is graded yet: run `adcourse grade PS`\n"
    said = adcourse("grade", "ps1", "ada", "--course", tmp_path)
    assert "The file is empty" in said
    assert "1 graded now, 0 unchanged" in said
    assert "0 graded now, 1 unchanged" in adcourse("grade", "ps1", "--course", tmp_path)
    (tmp_path / "submitted" / "dan" / "PS1").mkdir(parents=True)
    assert "rename it to submitted/dan/ps1" in line_of(
        "dan", adcourse("grade", "ps1", "--course", tmp_path)
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["release", "ps9"], "no assignment 'ps9'"),
        (["grade", "ps9"], "no assignment 'ps9'"),
        (["grade", "ps1", "nobody"], "'nobody' has not submitted ps1"),
        (["feedback", "ps1", "nobody"], "'nobody' has not submitted ps1"),
        (["report", "ps9"], "no assignment 'ps9'"),
        (["export", "ps9"], "no assignment 'ps9'"),
        (["grade", "ps1", "--json", "/no/such/folder/x.json"], "no folder /no/such/folder: make"),
        (["export", "--to", "/no/such/folder/x.csv"], "no folder /no/such/folder: make it first"),
        (["report", "ps1", "--to", "/no/such/x.html"], "no folder /no/such: make it first"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(args, said, graded):
    line = adcourse(*args, "--course", graded, status=2)
    assert line.startswith("adcourse: ")
    assert said in line
    assert line.count("\n") == 1


@pytest.mark.parametrize("command", ["release", "grade", "feedback", "report"])
def test_a_missing_course_folder_is_one_line_and_status_2(command, tmp_path):
    line = adcourse(command, "ps1", "--course", tmp_path / "nowhere", status=2)
    assert line == f"adcourse: no folder {tmp_path / 'nowhere'}: give the folder that holds " + (
        "nbgrader_config.py\n"
    )


def test_a_damaged_gradebook_is_one_line_and_status_2(graded, tmp_path):
    shutil.copytree(graded, tmp_path / "course")
    (tmp_path / "course" / "gradebook.db").write_text("this is no database")
    line = adcourse("grade", "ps1", "--course", tmp_path / "course", status=2)
    assert "file is not a database" in line
    assert line.count("\n") == 1


def test_a_base_install_is_told_what_to_install(tmp_path):
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError('typer', name='typer')")
    run = subprocess.run(
        [sys.executable, "-c", "import grading.__main__ as m; m.main()"],
        capture_output=True,
        text=True,
        env={**utf8_environment(), "PYTHONPATH": str(tmp_path)},
    )
    assert run.returncode == 2
    said = "typer is not installed; run: pip install 'autodiff-course[grading]'"
    assert run.stderr == f"adcourse: {said}\n"


def test_what_takes_a_second_and_serves_nobody_is_not_imported(graded):
    code = (
        "import atexit, sys, grading.__main__ as main\n"
        "atexit.register(lambda: print('nbformat' in sys.modules, 'lark' in sys.modules))\n"
        "main.main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "grade", "ps1", "--course", graded],
        capture_output=True,
        text=True,
        env=utf8_environment(),
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "True False"
