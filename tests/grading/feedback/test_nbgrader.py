"""nbgrader's own way to feedback: its command and formgrader's button, and the release of pages."""

from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.exchange import ExchangeFactory
from nbgrader.utils import notebook_hash
from traitlets.config import Config

from grading.course import Course, find_course
from grading.feedback import write_feedback
from tests.grading.conftest import answer, cell, grade, submit, to_bytes

COURSE = Path(__file__).parents[3] / "course"
SECRET = "0123456789abcdef"


@pytest.fixture
def graded(course, released):
    """A course with one student, who hands in a page and a script beside a notebook."""
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(
            'c.GenerateFeedback.exporter_class = "grading.feedback.exporter.FeedbackExporter"\n'
            f"c.Exchange.root = {str(course.root / 'exchange')!r}\n"
        )
    (course.root / "exchange").mkdir()
    course = Course(course.root)
    notebook = answer(released, double="return abs(2 * x)")
    cell(notebook, "why").source = "*because* $x^2$\n\n<script>stolen()</script>"
    submit(course, "eve", to_bytes(notebook))
    submit(course, "eve", b"<script>stolen()</script>", "evil.html")
    submit(course, "eve", b"2026-01-01 12:00:00 UTC", "timestamp.txt")
    submit(course, "eve", SECRET.encode(), "submission_secret.txt")
    grade(course, "ps1")
    with course.gradebook() as gradebook:
        mark = gradebook.find_grade("why", "work", "ps1", "eve")
        mark.manual_score, mark.needs_manual_grade = 3, False
        gradebook.db.commit()
    return course


def test_the_course_of_this_house_uses_these_pages():
    config = find_course(COURSE).config
    exporter = "grading.feedback.exporter.FeedbackExporter"
    assert config.GenerateFeedback.exporter_class == exporter


def test_nbgrader_makes_the_same_page(graded):
    (page,) = write_feedback(graded, "ps1")
    ours = page.read_text(encoding="utf-8")
    api = NbGraderAPI(graded.directory(assignment_id="ps1"), config=graded.config)
    assert api.generate_feedback("ps1", "eve", force=True)["success"]
    assert page.read_text(encoding="utf-8") == ours
    assert "<script" not in ours
    assert "<math" in ours


def test_nbgrader_shows_hidden_tests_where_the_course_says_so(graded):
    config = Config(graded.config)
    config.FeedbackExporter.show_hidden = True
    api = NbGraderAPI(graded.directory(assignment_id="ps1"), config=config)
    assert api.generate_feedback("ps1", "eve", force=True)["success"]
    page = graded.path("feedback", "eve", "ps1") / "work.html"
    assert "HIDDEN" in page.read_text(encoding="utf-8")


def test_pages_can_be_released_and_nothing_else_is(graded):
    (page,) = write_feedback(graded, "ps1")
    assert sorted(path.name for path in page.parent.iterdir()) == [
        "submission_secret.txt",
        "timestamp.txt",
        "work.html",
    ]
    directory = graded.directory(assignment_id="ps1")
    factory = ExchangeFactory(config=graded.config)
    factory.ReleaseFeedback(coursedir=directory, config=graded.config).start()
    released = list((graded.root / "exchange").rglob("*.html"))
    name = notebook_hash(secret=SECRET, notebook_id="work")
    assert [path.stem for path in released] == [name]
    assert released[0].read_bytes() == page.read_bytes()


def test_no_server_takes_what_was_handed_in_for_a_page(graded):
    folder = graded.path("autograded", "eve", "ps1")
    assert sorted(path.name for path in folder.iterdir()) == [
        "evil.html.txt",
        "submission_secret.txt",
        "timestamp.txt",
        "work.ipynb",
    ]
    assert "<script>stolen" not in (folder / "work.ipynb").read_text(encoding="utf-8")
    (page,) = write_feedback(graded, "ps1")
    assert "evil.html as evil.html.txt" in page.read_text(encoding="utf-8")


def test_nor_does_it_where_nbgrader_itself_grades(course, released):
    config = Config(course.config)
    config.Autograde.autograde_preprocessors = find_course(
        COURSE
    ).config.Autograde.autograde_preprocessors
    notebook = answer(released)
    cell(notebook, "why").source = "*because*\n\n<script>stolen()</script>"
    submit(course, "eve", to_bytes(notebook))
    submit(course, "eve", b"<script>stolen()</script>", "evil.html")
    api = NbGraderAPI(course.directory(assignment_id="ps1"), config=config)
    done = api.autograde("ps1", "eve")
    assert done["success"], done
    folder = course.path("autograded", "eve", "ps1")
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["evil.html.txt", "work.ipynb"]
    assert "<script>stolen" not in (folder / "work.ipynb").read_text(encoding="utf-8")
