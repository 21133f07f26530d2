"""`adcourse grade` with its options, `explain` and `forget`."""

import json

import pytest
from typer.testing import CliRunner

from grading.batch import run
from grading.cli import app
from grading.course import Course
from grading.results import State, read_json
from tests.grading.batch.conftest import dump, grade
from tests.grading.batch.fake import FAKE
from tests.grading.conftest import answer, cell, submit, to_bytes


@pytest.fixture(autouse=True)
def fake_and_wide(monkeypatch):
    monkeypatch.setattr(run, "default_engine", lambda: FAKE)
    monkeypatch.setattr("grading.commandline.out._width", 200)


def adcourse(*args, status=0, **options):
    result = CliRunner().invoke(app, [str(arg) for arg in args], **options)
    assert result.exit_code == status, result.output
    return result


def everything(folder):
    """Return all files and folders of a course but the grader's own, with their times."""
    return {
        path: path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if ".adcourse" not in path.parts and path != folder
    }


def test_a_dry_run_shows_what_would_change_and_writes_nothing(course, hand_in):
    hand_in("ada")
    hand_in("bob", "points test_double 1")
    hand_in("cyd")
    grade(course, "ps1")
    with course.gradebook() as gradebook:
        gradebook.find_grade("test_double", "work", "ps1", "bob").manual_score = 2.5
        gradebook.db.commit()
    hand_in("ada", "points test_double 2")
    hand_in("bob", "points test_double 0", "points test_halve 0.5")
    hand_in("dan", "points test_double 0")
    before = dump(course), everything(course.root)
    said = adcourse("grade", "ps1", "--dry-run", "--workers", 2, "--course", course.root).stdout
    assert (dump(course), everything(course.root)) == before
    rows = [[part.strip() for part in line.split("│")] for line in said.splitlines()]
    assert [row[1:5] for row in rows if len(row) > 4] == [
        ["ada", "work", "test_double", "3 → 2"],
        ["bob", "work", "test_halve", "2 → 0.5"],
        ["dan", "work", "test_double", "— → 0"],
        ["dan", "work", "test_halve", "— → 2"],
        ["dan", "work", "why", "— → 0"],
    ]
    assert "3 would be graded, 5 scores would change; nothing was written" in said


def test_what_a_dry_run_found_is_not_run_again(course, hand_in, ran):
    hand_in("ada")
    adcourse("grade", "ps1", "--dry-run", "--course", course.root)
    assert ran() == ["test_double", "test_halve"]
    adcourse("grade", "ps1", "--course", course.root)
    assert ran() == []


def test_without_walls_there_is_a_warning_and_a_note_with_every_score(course, hand_in):
    hand_in("ada")
    path = course.root / "ps1.json"
    done = adcourse("grade", "ps1", "--no-sandbox", "--json", path, "--course", course.root)
    assert done.stderr.startswith("WARNING: --no-sandbox: students' code runs with your rights")
    assert "note: graded without walls (--no-sandbox): ada" in done.stdout
    cells = json.loads(path.read_text())["cells"]
    assert [(c["tier"], c["seconds"], c["forgeable"]) for c in cells] == [("none", 0.01, False)] * 2
    assert {c.tier for c in read_json(path)[1]} == {"none"}
    text = (course.path("autograded", "ada", "ps1") / "work.ipynb").read_text()
    assert '"tier": "none"' in text


def test_explain_tells_all_about_one_submission(course, hand_in):
    hand_in("ada", "points test_double 1", name="work-Copy1.ipynb")
    grade(course, "ps1")
    said = adcourse("explain", "ada", "ps1", "--course", course.root).stdout
    for part in (
        "ada, ps1: 3 of 9 points",
        "work-Copy1.ipynb was graded in its place",
        "◐ partial",
        "1 / 3",
        "as the answer asked for",
        "the run: 0.10 seconds, 50 MB at most, walls: fake",
    ):
        assert part in said


def test_explain_says_what_is_missing(course, hand_in):
    hand_in("ada")
    ask = ("--course", course.root)
    said = adcourse("explain", "ada", "ps1", *ask, status=2).stderr
    assert said == "adcourse: 'ada' is not graded in ps1 yet: run `adcourse grade ps1`\n"
    assert "'bob' has not submitted" in adcourse("explain", "bob", "ps1", *ask, status=2).stderr
    assert "no assignment 'ps9'" in adcourse("explain", "ada", "ps9", *ask, status=2).stderr


def traces_of(student, folder):
    """Return the files below `folder` in whose name or content the student still is."""
    return [
        path
        for path in folder.rglob("*")
        if student in str(path) or (path.is_file() and student.encode() in path.read_bytes())
    ]


@pytest.fixture
def known(course, hand_in, released):
    """A course in which two students have left traces everywhere."""
    for student in ("adalovelace", "gracehopper"):
        hand_in(student)
        notebook = answer(released)
        cell(notebook, "why").source = f"I, {student}, know why."
        submit(course, student, to_bytes(notebook))
        for step in ("feedback", "submitted"):
            folder = course.path(step, student, "ps0")
            folder.mkdir(parents=True)
            (folder / "page.html").write_text(student)
    grade(course, "ps1")
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"c.Exchange.root = {str(course.root / 'exchange')!r}\n")
    for student in ("adalovelace", "gracehopper"):
        (course.root / "exchange" / "tiny" / "inbound" / f"{student}+ps1+2026").mkdir(parents=True)
    (course.root / "reports").mkdir()
    (course.root / "reports" / "ps1.html").write_text("adalovelace failed")
    (course.root / "reports" / "ps0.html").write_text("gracehopper passed")
    (course.root / "grades.csv").write_text("ps1,adalovelace\nps1,gracehopper\n")
    (course.root / "adcourse.log").write_text("adalovelace")
    return Course(course.root)


def test_forget_deletes_a_student_everywhere_and_nobody_else(known):
    before = {key: value for key, value in dump(known).items() if key[0] == "gracehopper"}
    assert traces_of("adalovelace", known.root)
    said = adcourse("forget", "adalovelace", "--yes", "--course", known.root).stdout
    assert traces_of("adalovelace", known.root) == []
    assert dump(known) == before
    assert len(traces_of("gracehopper", known.root)) > 5
    assert "make it again: adcourse report ps1" in said
    assert "make it again: adcourse export" in said
    assert grade(known, "ps1").run == ()


def test_forget_asks_before(known):
    ask = ("forget", "adalovelace", "--course", known.root)
    before = everything(known.root)
    said = adcourse(*ask, status=1, input="n\n").stdout
    assert "Delete all this of adalovelace?" in said
    assert str(known.path("submitted", "adalovelace")) in said
    assert everything(known.root) == before
    adcourse(*ask, input="y\n")
    assert traces_of("adalovelace", known.root) == []


@pytest.mark.parametrize("name", ["..", ".", "ada/../..", "nobody"])
def test_forget_deletes_nothing_but_a_students_work(name, known):
    before = everything(known.root)
    adcourse("forget", name, "--yes", "--course", known.root, status=2)
    assert everything(known.root) == before


def test_forget_knows_other_structures_of_folders(course, hand_in):
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(
            "c.CourseDirectory.directory_structure = "
            "'{nbgrader_step}/{assignment_id}/{student_id}'\n"
        )
    other = Course(course.root)
    for step in ("submitted", "autograded"):
        for student in ("ada", "ada2"):
            other.path(step, student, "ps1").mkdir(parents=True)
    adcourse("forget", "ada", "--yes", "--course", other.root)
    assert not other.path("submitted", "ada", "ps1").exists()
    assert other.path("autograded", "ada2", "ps1").exists()


def test_a_state_of_every_kind_has_its_line_in_explain(course, hand_in):
    hand_in("ada", "exit")
    assert {c.state for c in grade(course, "ps1").cells} == {State.KILLED}
    said = adcourse("explain", "ada", "ps1", "--course", course.root).stdout
    assert "K killed" in said
    assert "nothing is noted about its run" in said
