"""The demo on a tiny course; `make demo` is its test on the real one."""

import io
import json

import nbformat
import pytest
from rich.console import Console

from grading import demo, example
from grading.cases import Case, Expectation
from grading.course import CourseError
from grading.demo import run_demo
from grading.results import State
from grading.spoilt import spoilt_submissions
from grading.walls import WallsError

HEADER = """\
# /// case
# title = "{title}"
# kind = "misconception"
# why = "To have a class."
{cells}# ///
"""

RIGHT = HEADER.format(title="Right", cells="")
FORGETS = HEADER.format(
    title="Forgets the sign",
    cells="""\
# [cells.test_double]
# points = 1
# diagnosis = "negative: not as it should be"
""",
)
ABS = "# %% double\ndef double(x):\n    return abs(2 * x)\n"


@pytest.fixture
def cases(course):
    """Return the tiny course's folder of cases, with a right one in it."""
    folder = course.root / "cases" / "ps1"
    folder.mkdir(parents=True)
    (folder / "right.py").write_text(RIGHT)
    return folder


@pytest.fixture
def alone(monkeypatch):
    """Leave nbgrader's example course out."""
    monkeypatch.setattr(demo, "_run_example", lambda folder, console: [])
    monkeypatch.setattr(demo, "_run_archive", lambda folder, console: [])


def run(course, target):
    """Run the demo; return its verdict and what it printed."""
    console = Console(file=io.StringIO(), width=120)
    return run_demo(course, target, console), console.file.getvalue()


def test_a_class_that_scores_as_declared_ends_in_feedback_grades_and_a_report(
    course, cases, alone, tmp_path
):
    (cases / "forgets.py").write_text(FORGETS + ABS)
    as_declared, printed = run(course, tmp_path / "demo")
    assert as_declared, printed
    made = tmp_path / "demo" / "course"
    students = ["forgets", "right", "cut-off", "old-format", "lost-test", "edited"]
    for student in students:
        assert student in printed
    assert len(list(made.glob("feedback/*/ps1/work.html"))) == len(students)
    assert (made / "grades.csv").read_text().count("ps1,") == len(students)
    assert (made / "gradebook.db").is_file()
    assert "Forgets the sign" in printed
    assert printed.strip().splitlines()[-1].endswith("reports/ps1.html")
    assert "not as it should be" in (made / "reports" / "ps1.html").read_text()


def test_where_no_walls_can_be_had_the_demo_warns_and_does_without(
    course, cases, alone, tmp_path, monkeypatch
):
    def none():
        raise WallsError("bubblewrap is not installed")

    monkeypatch.setattr(demo, "best_tier", none)
    as_declared, printed = run(course, tmp_path / "demo")
    assert as_declared, printed
    assert "WARNING: no walls here" in printed
    assert "bubblewrap is not installed" in printed


def test_a_case_that_scores_other_than_it_declares_is_told_loudly(
    course, cases, alone, tmp_path, monkeypatch
):
    monkeypatch.setattr(demo, "spoilt_submissions", lambda *_: [])
    (cases / "right.py").write_text(RIGHT + ABS)
    as_declared, printed = run(course, tmp_path / "demo")
    assert not as_declared
    assert "NOT AS DECLARED" in printed
    assert "right, test_double: declared passed with 3 of 3 points, got partial with 1" in " ".join(
        printed.replace("│", " ").split()
    )


def test_only_a_former_demo_is_removed(course, cases, tmp_path):
    (tmp_path / "mine").mkdir()
    precious = tmp_path / "mine" / "thesis.txt"
    precious.write_text("Chapter 1")
    with pytest.raises(CourseError, match="no former demo"):
        run(course, tmp_path / "mine")
    assert precious.is_file()


def test_a_former_demo_is_made_anew(tmp_path):
    for _ in range(2):
        demo._make_anew(tmp_path / "demo")
        (tmp_path / "demo" / "left-over").touch()
    demo._make_anew(tmp_path / "demo")
    assert not (tmp_path / "demo" / "left-over").exists()


def test_a_course_without_cases_is_told_so(course, tmp_path):
    with pytest.raises(CourseError, match="no sample answers"):
        run(course, tmp_path / "demo")


def test_a_malformed_case_is_told_in_one_line(course, cases, tmp_path):
    (cases / "right.py").write_text(RIGHT.replace("title", "titel"))
    with pytest.raises(CourseError, match=r"right\.py: unknown field 'titel'") as caught:
        run(course, tmp_path / "demo")
    assert "\n" not in str(caught.value)


# -- spoilt submissions ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spoilt(tiny, released):
    source = nbformat.read(tiny.path("source", assignment="ps1") / "work.ipynb", as_version=4)
    cases = [Case("empty", "t", "empty", "w", cells={"*": Expectation(0.5, None)})]
    return {case.name: (case, text) for case, text in spoilt_submissions(cases, source, released)}


def test_a_cut_off_submission_is_no_json(spoilt):
    case, content = spoilt["spoilt-cut-off"]
    assert case.expects("any").resolve(3.0) == (0.0, State.MISSING)
    with pytest.raises(json.JSONDecodeError):
        json.loads(content)


def test_an_old_submission_is_in_format_3_with_the_answers(spoilt):
    case, content = spoilt["spoilt-old-format"]
    assert json.loads(content)["nbformat"] == 3
    assert b"return 2 * x" in content
    assert case.expects("any").state is State.PASSED


def test_a_lost_test_is_lost(spoilt):
    assert b"test_double" not in spoilt["spoilt-lost-test"][1]
    assert b"test_halve" in spoilt["spoilt-lost-test"][1]


def test_edited_tests_award_themselves_more_points_than_there_are(spoilt, released):
    _, content = spoilt["spoilt-edited"]
    edited = nbformat.reads(content.decode(), as_version=4)
    tests = [cell for cell in edited.cells if "points" in cell.metadata.nbgrader]
    assert [cell.source for cell in tests if cell.cell_type == "code"] == ["30.0", "20.0"]
    assert "return 2 * x" not in content.decode()
    assert released.cells[2].metadata.nbgrader.points == 3


def test_untouched_answers_must_score_what_the_empty_case_says(spoilt):
    assert spoilt["spoilt-edited"][0].expects("test_halve").resolve(2.0) == (0.5, State.PARTIAL)


# -- nbgrader's example course -----------------------------------------------------------------


def test_nbgrader_s_documentation_reports_its_students_points():
    assert example.published_points() == {"bitdiddle": 1.5, "hacker": 3.0}


def test_the_archive_is_collected_as_zip_collect_does(tmp_path, capfd):
    course = example.make_example(tmp_path / "course")
    release = course.path("release", assignment="ps1")
    release.mkdir(parents=True)
    for name in ("problem1", "problem2"):
        (release / f"{name}.ipynb").touch()
    example.collect_archive(course)
    collected = sorted(
        path.relative_to(course.root / "submitted").as_posix()
        for path in (course.root / "submitted").rglob("*.ipynb")
    )
    assert collected == [
        f"{student}/ps1/{name}.ipynb"
        for student in ("bitdiddle", "hacker")
        for name in ("problem1", "problem2")
    ]
    assert capfd.readouterr() == ("", "")


def test_points_other_than_published_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(example, "published_points", lambda: {"bitdiddle": 99.0, "louis": 1.0})
    console = Console(file=io.StringIO(), width=120)
    assert demo._run_example(tmp_path / "example", console) == [
        "example, bitdiddle: 99 points in nbgrader's documentation, got 1.5",
        "example, louis: 1 points in nbgrader's documentation, not graded",
    ]
