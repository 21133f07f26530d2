"""The class report: one page that says what the results say, whatever students wrote."""

import base64
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.checks import NOT_WRITTEN, Result
from grading.collecting import Total
from grading.drawing import printable, short
from grading.report import render_report, write_report
from grading.results import CellResult, Notice, State

SVG = "{http://www.w3.org/2000/svg}"


def cell(student, name="test-chain", points=2.0, state=State.PASSED, message="", checks=()):
    return CellResult(student, "nb", name, points, 2.0, state, message, checks)


def wrong(student, message, name="test-chain"):
    check = Result("products", 1.0, False, True, message)
    return cell(student, name, 1.0, State.PARTIAL, message, (check,))


CLASS = [
    cell("right"),
    cell("right", "test-sum"),
    wrong("flips", "the sign is flipped"),
    cell("flips", "test-sum"),
    cell("loops", points=0.0, state=State.TIMEOUT, message="ran longer than 30 s"),
    cell("loops", "test-sum", points=0.0, state=State.FAILED, message="no sum"),
]
NOTICES = [Notice("right", "nb", "a locked cell was edited")]


class Page(HTMLParser):
    """Collects a page's tags, attributes and text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data):
        self.text += data + " "

    def all(self, tag):
        return [a for t, a in zip(self.tags, self.attributes, strict=True) if t == tag]

    def figures(self):
        return [
            ET.fromstring(base64.b64decode(image["src"].partition("base64,")[2]))
            for image in self.all("img")
        ]


def page(cells, notices=(), title="ps01"):
    return Page(render_report(cells, notices, title))


def words(figure):
    return [element.text for element in figure.iter(f"{SVG}text")]


def test_the_headline_counts_students_scores_and_who_needs_a_look():
    # 4/4, 3/4 and 0/4 of the points; "right" has a notice, "loops" a timeout.
    text = re.sub(r"\s+", " ", page(CLASS, NOTICES).text)
    assert "students 3 mean score 58 % median score 75 % need a look 2 who?" in text


def test_a_submission_that_nobody_could_grade_is_in_no_average():
    lost = [
        cell("lost", name, 0.0, State.MISSING, "cut off") for name in ("test-chain", "test-sum")
    ]
    text = re.sub(r"\s+", " ", page([*CLASS, *lost], NOTICES).text)
    assert "students 4 mean score 58 % median score 75 % need a look 3 who?" in text
    assert "1 submission of which nothing could be graded is left out of scores" in text
    assert "missing: every question" in text
    assert "could be graded" not in page(CLASS, NOTICES).text


def test_a_class_of_which_nothing_could_be_graded_has_a_page_nonetheless():
    found = page([cell(name, points=0.0, state=State.MISSING) for name in "ab"])
    assert re.search(r"students\s+2", found.text)
    assert len(found.all("img")) == 3


def test_what_is_graded_by_hand_is_said():
    totals = {"right": Total(4.0, 7.0, 1), "flips": Total(3.0, 7.0, 0), "loops": Total(0, 7.0, 2)}
    html = render_report(CLASS, [], "ps01", totals)
    text = re.sub(r"\s+", " ", Page(html).text)
    assert (
        "2 autograded questions, 4 of the assignment's 7 points. The other 3 are given by" in text
    )
    assert "to grade by hand 2 submissions" in text
    assert "by hand" not in page(CLASS).text


def test_the_share_earned_is_not_called_difficulty():
    html = render_report(CLASS, [], "ps01")
    assert "share earned (facility)" in html
    assert "difficulty" not in html.lower()


def test_each_diagnosis_stands_with_its_place_and_its_students():
    html = render_report([*CLASS, wrong("flips2", "the sign is flipped")], [], "ps01")
    row = re.search(r"<tr>\s*<td class=\"message\">the sign is flipped\s.*?</tr>", html, re.S)[0]
    assert "test-chain: products" in row
    assert re.search(r">2</td>", row)
    assert "flips, flips2" in row


def test_many_students_of_one_diagnosis_are_folded():
    crowd = [wrong(f"student{n:02d}", "the sign is flipped") for n in range(20)]
    html = render_report(crowd, [], "ps01")
    assert "<summary>20 students</summary>" in html
    assert "student19" in html


def test_whoever_needs_a_look_is_listed_with_the_reason():
    text = page(CLASS, NOTICES).text
    assert "a locked cell was edited" in text
    assert "timeout: test-chain" in text


def test_a_question_all_answered_alike_shows_a_dash_for_its_discrimination():
    html = render_report([cell(name) for name in "abc"], [], "ps01")
    assert '<td class="number discrimination">—</td>' in html


def test_the_source_of_the_discrimination_is_named():
    text = page(CLASS).text
    assert "corrected item-total correlation" in text
    assert "Henrysson" in text
    assert "Frisbie" in text


def test_the_page_stands_alone():
    html = render_report(CLASS, NOTICES, "ps01")
    found = Page(html)
    assert not {"script", "link", "iframe", "object", "embed"} & set(found.tags)
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in found.all("img"))
    assert all(link["href"].startswith("#") for link in found.all("a"))
    assert not re.search(r"url\(|@import", html)


def test_the_page_follows_light_and_dark_and_prints():
    html = render_report(CLASS, [], "ps01")
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_every_figure_has_alt_text_a_caption_and_labelled_axes():
    found = page(CLASS)
    pictures = found.all("img")
    assert len(pictures) == len(found.all("figcaption")) == 4
    assert all(len(picture["alt"]) > 60 for picture in pictures)
    shown = [word for figure in found.figures() for word in words(figure)]
    assert "share of all points (%)" in shown
    assert "mean share of points earned (%)" in shown
    assert "discrimination (correlation, −1 to 1)" in shown
    assert shown.count("student, best first") == 2


def test_every_figure_follows_the_viewer_s_colour_scheme():
    for figure in page(CLASS).figures():
        (style,) = figure.iter(f"{SVG}style")
        assert "prefers-color-scheme: dark" in style.text


def test_alt_texts_say_what_is_seen():
    scores, diagnoses, questions, states = (image["alt"] for image in page(CLASS).all("img"))
    assert "3 students: from 0 % to 100 %, mean 58 %, median 75 %" in scores
    assert "“no sum” caught 1 of 3 students" in diagnoses
    assert "the hardest is test-chain with 50 %" in questions
    assert "Of 6 cells: 3 passed, 1 partial, 1 failed, 1 timeout." in states


def test_where_there_is_no_discrimination_none_is_drawn():
    shown = [word for figure in page([cell("a"), cell("b")]).figures() for word in words(figure)]
    assert "mean share of points earned (%)" in shown
    assert not any("discrimination" in word for word in shown)


def test_where_nothing_went_wrong_no_diagnoses_are_drawn():
    found = page([cell("right"), cell("also-right")])
    assert len(found.all("img")) == 3
    assert "Every check passed for everyone." in found.text


def test_answers_left_open_are_in_the_table_but_not_in_the_figure():
    found = page([wrong("empty", NOT_WRITTEN), cell("right")])
    assert len(found.all("img")) == 3
    assert NOT_WRITTEN in found.text


def test_without_results_the_page_says_so_and_keeps_the_notices():
    text = page([], NOTICES).text
    assert "No cell has been graded yet." in text
    assert "a locked cell was edited" in text


HOSTILE = '<script>alert("1")</script><img src=x onerror=y>]]>&lt;$\\frac{$\x00\n\u202e'


def hostile_page(title="ps01"):
    results = [
        cell(HOSTILE, HOSTILE, 0.0, State.ERROR, HOSTILE),
        wrong(HOSTILE, HOSTILE),
        cell("b", HOSTILE, 0.0, State.FAILED, checks=(Result(HOSTILE, 1.0, False, False, "m"),)),
        cell("b"),
    ]
    return page(results, [Notice(HOSTILE, HOSTILE, HOSTILE)], title)


def test_what_students_wrote_is_text_and_nothing_else():
    clean, found = page(CLASS, NOTICES), hostile_page(HOSTILE)
    assert set(found.tags) <= set(clean.tags) | {"br"}
    assert not any("onerror" in attributes for attributes in found.attributes)
    assert '<script>alert("1")</script>' in found.text


def test_what_students_wrote_is_text_in_the_figures_too():
    for figure in hostile_page().figures():
        assert not list(figure.iter(f"{SVG}script"))
        assert not list(figure.iter(f"{SVG}image"))


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1), st.text(), st.text())
def test_any_text_makes_a_well_formed_page(student, message, title):
    found = page([wrong(student, message), cell("b")], [Notice(student, "nb", message)], title)
    assert found.figures()


@pytest.mark.parametrize("students", [1, 2, 60])
@pytest.mark.parametrize("questions", [1, 12])
def test_a_class_of_any_size_gets_its_figures(students, questions):
    results = [
        wrong(f"s{s}", f"fault {s % 4}", f"q{q}") if (s + q) % 3 else cell(f"s{s}", f"q{q}")
        for s in range(students)
        for q in range(questions)
    ]
    found = page(results)
    assert len(found.all("img")) >= 3


def test_up_to_forty_students_each_has_a_name_in_the_figures_beyond_that_a_share():
    def shown(students):
        found = page([wrong(f"s{n:02d}", "the sign is flipped") for n in range(students)])
        return [word for figure in found.figures() for word in words(figure)]

    assert "s39" in shown(40)
    assert "s39" not in shown(41)
    assert "41 (100 %)" in shown(41)


def test_a_long_name_is_cut_not_lost():
    name = "a_name_without_a_blank_that_is_too_long_to_stand_in_a_figure"
    shown = [word for figure in page([cell(name), cell("b")]).figures() for word in words(figure)]
    assert "a_name_without_a_blank_th…" in shown


@given(st.text(max_size=200) | st.text("ab ", max_size=90), st.integers(4, 60), st.integers(1, 3))
def test_a_label_keeps_within_its_lines_and_says_how_the_text_begins(text, length, lines):
    label = short(text, length, lines)
    assert label.count("\n") < lines
    assert all(len(line) <= length for line in label.split("\n"))
    begins = label.removesuffix("…").replace("\n", " ").replace(" ", "")
    assert printable(text).replace(" ", "").startswith(begins)


def test_the_same_results_give_the_same_bytes(tmp_path):
    first = write_report(CLASS, NOTICES, tmp_path / "a.html", "ps01")
    second = write_report(CLASS, NOTICES, tmp_path / "b.html", "ps01")
    assert first == tmp_path / "a.html"
    assert first.read_bytes() == second.read_bytes()
