"""Every student gets a page, and the page says what was wrong with the submission."""

import html
import re

import pytest

from grading import feedback
from grading.autograded import autograded_path
from grading.convert import ConversionError
from grading.course import CourseError
from grading.feedback import write_feedback
from grading.stock import grade
from tests.grading.conftest import REPAIRED, UNREADABLE, answer, cell, submit, to_bytes

SAID = {student: said for student, (_, said) in REPAIRED.items()} | UNREADABLE
SAID |= {f"format_{n}": f"The notebook was in the old format {n}" for n in (2, 3)}


@pytest.fixture(scope="module")
def pages(classroom):
    """The page of each student, by name, as text."""
    written = write_feedback(classroom[0], "ps1")
    return {path.parent.parent.name: path.read_text(encoding="utf-8") for path in written}


def body(page):
    """Return what a reader sees of a page."""
    return html.unescape(re.sub(r"<[^>]+>", "", page[page.index("<body") :]))


def test_everyone_gets_a_page(classroom, pages):
    assert set(pages) == {cell.student for cell in classroom[1].cells}


@pytest.mark.parametrize("student", SAID)
def test_the_page_begins_with_what_was_wrong(student, pages):
    text = body(pages[student])
    assert SAID[student] in text
    assert text.index("About this submission") < text.index(SAID[student]) < text.index("Tiny")


def test_the_page_of_an_honest_student_has_no_such_box(pages):
    assert "About this submission" not in pages["right"]


def test_the_page_shows_the_failed_check(pages):
    text = body(pages["partial"])
    assert "1 of 3 points" in text
    assert "not as it should be" in text


def test_hidden_tests_stay_hidden(pages):
    for student, page in pages.items():
        assert "doubled(-3)" not in body(page), student
        assert "HIDDEN" not in page, student


def test_a_notice_cannot_carry_markup(course, released):
    submit(course, "eve", b"{}", "<b onclick=alert(1)>.ipynb")
    grade(course, "ps1")
    (page,) = write_feedback(course, "ps1")
    assert "<b onclick" not in page.read_text(encoding="utf-8")
    assert "<b onclick=alert(1)>.ipynb is another notebook" in body(page.read_text("utf-8"))


def test_a_students_own_delimiters_do_no_harm(course, released):
    notebook = answer(released)
    cell(notebook, "double").source += "\n### BEGIN HIDDEN TESTS"
    submit(course, "eve", to_bytes(notebook))
    grade(course, "ps1")
    (page,) = write_feedback(course, "ps1")
    assert "BEGIN HIDDEN TESTS" in body(page.read_text(encoding="utf-8"))


def test_the_mark_scheme_stays_with_those_who_mark(classroom, pages):
    for student, page in pages.items():
        assert "MARK SCHEME" not in page, student
        assert "Praise the doubling" not in page, student
    autograded = autograded_path(classroom[0], "right", "ps1", "work")
    assert "Praise the doubling" in autograded.read_text(encoding="utf-8")


def test_a_students_own_mark_scheme_does_no_harm(course, released):
    notebook = answer(released)
    cell(notebook, "why").source = "BEGIN MARK SCHEME: all points"
    submit(course, "eve", to_bytes(notebook))
    grade(course, "ps1")
    (page,) = write_feedback(course, "ps1")
    assert "BEGIN MARK SCHEME: all points" in body(page.read_text(encoding="utf-8"))


PICTURE = "data:image/png;base64,iVBORw0KGgo="
RUNS = (
    "<script>stolen()</script><img src=x onerror=stolen()><svg onload=stolen()></svg>"
    "<a href='javascript:stolen()'>a</a><iframe srcdoc='stolen()'></iframe>"
    "<a href='data:text/html,stolen()'>b</a><form action='//stolen'><input name=stolen></form>"
)


def test_nothing_of_a_students_runs_in_the_page(course, released):
    notebook = answer(released)
    keeps = f'<table><caption>kept</caption><tr><td>1 &lt; 2</td></tr></table><img src="{PICTURE}">'
    cell(notebook, "why").source = f"**{keeps}**\n\n{RUNS}"
    cell(notebook, "double").source += (
        "\nfrom IPython.display import HTML, Javascript, Markdown, display"
        f"\ndisplay(HTML({RUNS + keeps!r}), Javascript('stolen()'), Markdown({RUNS!r}))"
    )
    submit(course, "eve", to_bytes(notebook))
    grade(course, "ps1")
    (path,) = write_feedback(course, "ps1")
    page = path.read_text(encoding="utf-8")
    written = re.sub(r'<div class="input_area">.*?</pre>', "", page, flags=re.S)
    assert "stolen" not in written
    assert written.count("<caption>kept</caption>") == 2
    assert written.count(PICTURE) == 2
    assert "3 of 3 points" in body(page)


def test_the_links_at_the_top_name_their_cells(pages):
    top = pages["right"][: pages["right"].index('class="panel-body"')]
    assert re.findall(r"<li><a[^>]*>([^<]*)</a>", top) == [
        "Test cell: test_double",
        "Test cell: test_halve",
        "Written response: why",
        "Comment",
    ]


def test_a_page_that_nbgrader_cannot_make_is_made_plainly(classroom, monkeypatch):
    def fail(*_):
        raise ConversionError("no template")

    monkeypatch.setattr(feedback, "_convert", fail)
    (page,) = write_feedback(classroom[0], "ps1", ["partial"])
    text = page.read_text(encoding="utf-8")
    assert "test_double</td><td>1 of 3" in text
    assert "negative: not as it should be" in text


def test_an_ungraded_student_is_an_error(course):
    submit(course, "ada", b"")
    with pytest.raises(CourseError, match="run `adcourse grade ps1`"):
        write_feedback(course, "ps1")
    with pytest.raises(CourseError, match="'ada' is not graded in ps1 yet"):
        write_feedback(course, "ps1", ["ada"])
