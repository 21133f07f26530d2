"""Every student gets a page, and the page says what was wrong with the submission."""

import html
import json
import re
import shutil

import pytest
from bs4 import BeautifulSoup

from grading.autograded import autograded_path
from grading.course import Course, CourseError
from grading.feedback import write_feedback
from tests.grading.conftest import REPAIRED, UNREADABLE, answer, cell, grade, submit, to_bytes

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


def copied(classroom, folder):
    """Return a copy of the graded course, to be changed at will."""
    shutil.copytree(classroom[0].root, folder / "course", dirs_exist_ok=True)
    return Course(folder / "course")


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
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.find_all(["script", "svg", "iframe", "form", "input"])
    for tag in soup.find_all(True):  # what was active may be shown as text, and is nowhere else
        assert not any(name.startswith("on") or "stolen" in str(tag[name]) for name in tag.attrs)
    assert "<script>stolen()" in soup.text
    # The output keeps what is harmless in it; Markdown that would run is shown as text, all of it.
    assert len(soup.find_all("caption", string="kept")) == 1
    assert len(soup.find_all("img", src=PICTURE)) == 1
    assert "3 of 3 points" in body(page)


def test_the_table_on_top_leads_to_each_question(pages):
    soup = BeautifulSoup(pages["right"], "html.parser")
    links = soup.nav.tbody.find_all("a", string=lambda text: text != "comment")
    assert [link.text for link in links] == ["test_double", "test_halve", "why"]
    for link in links:
        assert link.text in soup.find(id=link["href"].removeprefix("#")).text


def test_the_table_on_top_tells_points_states_and_reasons(pages):
    rows = BeautifulSoup(pages["partial"], "html.parser").nav.tbody.find_all("tr")
    told = [" ".join(row.text.split()) for row in rows]
    assert told[0] == "test_double 1 / 3 ◐ partial negative: not as it should be"
    assert told[1] == "test_halve 2 / 2 ✓ passed"
    assert told[2] == "why 0 / 4 ✗ graded comment"


def test_a_notebook_that_cannot_be_shown_gets_a_plain_page(classroom, tmp_path):
    course = copied(classroom, tmp_path)
    path = autograded_path(course, "partial", "ps1", "work")
    content = json.loads(path.read_bytes())
    path.chmod(0o644)
    path.write_text(json.dumps({**content, "cells": "none"}))
    (page,) = write_feedback(course, "ps1", ["partial"])
    text = body(page.read_text(encoding="utf-8"))
    assert "It could not be shown here" in text
    assert "negative: not as it should be" in text
    assert "1 / 3" in text


def test_a_page_is_made_again_without_what_was_left_beside_it(classroom, tmp_path):
    course = copied(classroom, tmp_path)
    folder = course.path("feedback", "right", "ps1")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "former.html").write_text("x")
    (folder / "pages").mkdir()
    (page,) = write_feedback(course, "ps1", ["right"])
    assert list(folder.iterdir()) == [page]


def test_progress_is_told_student_by_student(classroom, tmp_path):
    course, told = copied(classroom, tmp_path), []

    def progress(done, total, student):
        told.append((done, total, student))

    write_feedback(course, "ps1", ["right", "partial"], progress=progress)
    assert [what[:2] for what in told] == [(0, 2), (1, 2), (2, 2)]
    assert {what[2] for what in told} == {"", "right", "partial"}


def test_hidden_tests_and_mark_schemes_are_shown_where_that_is_asked_for(classroom, tmp_path):
    (page,) = write_feedback(copied(classroom, tmp_path), "ps1", ["partial"], show_hidden=True)
    text = body(page.read_text(encoding="utf-8"))
    assert "doubled(-3) == -6" in text
    assert "Praise the doubling" in text


def test_an_answer_that_waits_for_a_human_is_told_to(classroom, tmp_path):
    course = copied(classroom, tmp_path)
    with course.gradebook() as gradebook:
        gradebook.find_grade("why", "work", "ps1", "partial").needs_manual_grade = True
        gradebook.db.commit()
    (page,) = write_feedback(course, "ps1", ["partial"])
    text = " ".join(body(page.read_text(encoding="utf-8")).split())
    assert "some answers are still to be graded" in text
    assert "why 0 / 4 … to be graded" in text


def test_marks_given_by_hand_comments_and_lateness_are_told(classroom, tmp_path):
    course = copied(classroom, tmp_path)
    with course.gradebook() as gradebook:
        where = ("work", "ps1", "partial")
        gradebook.find_grade("why", *where).manual_score = 2.5
        gradebook.find_grade("why", *where).needs_manual_grade = False
        gradebook.find_grade("test_halve", *where).manual_score = 1
        gradebook.find_comment("why", *where).manual_comment = "*Well* put: $x^2$ <script>"
        gradebook.find_submission_notebook(*where).late_submission_penalty = 0.5
        gradebook.db.commit()
    (page,) = write_feedback(course, "ps1", ["partial"])
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    told = " ".join(soup.text.split())
    assert "why 2.5 / 4 ◐ graded comment" in told
    assert "points set by hand; the tests gave 2" in told
    assert "handed in late−0.5" in told
    assert "4 of 9 points, 0.5 taken off for handing in late" in told
    comment = next(found for found in soup.find_all(class_="comment") if found.em)
    assert comment.em.text == "Well"
    assert comment.math
    assert not comment.script


def test_an_ungraded_student_is_an_error(course):
    submit(course, "ada", b"")
    with pytest.raises(CourseError, match="run `adcourse grade ps1`"):
        write_feedback(course, "ps1")
    with pytest.raises(CourseError, match="'ada' is not graded in ps1 yet"):
        write_feedback(course, "ps1", ["ada"])
