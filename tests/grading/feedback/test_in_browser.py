"""Nothing of a student's runs in a feedback page: seen in a browser that runs what it can."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grading.course import find_course
from grading.feedback.cuts import Cuts
from grading.feedback.page import feedback_page
from grading.feedback.sheet import Mark, Sheet
from grading.sanitising import defused
from tests.grading.feedback.browser import CHROMIUM, listening, show
from tests.grading.feedback.hostile import hostile, img

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason="needs Chromium (Debian, Ubuntu: apt-get install chromium)"
    ),
    pytest.mark.filterwarnings("ignore::UserWarning:nbconvert", "ignore:Your element"),
    pytest.mark.filterwarnings("ignore:No lexer found"),
]

COURSE = Path(__file__).parents[3] / "course"
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@pytest.fixture(scope="module")
def server():
    with listening() as found:
        yield found


def page_of(notebook):
    sheet = Sheet(
        f"</title>{img('student')}",
        img("assignment"),
        f'">{img("name")}',
        {img("grade-id"): Mark(1, 2)},
        {img("grade-id"): img("comment-text")},
        1.0,
    )
    cell = notebook.cells[0]
    flags = {"grade": True, "solution": True, "locked": False, "points": 2}
    cell.metadata["nbgrader"] = {**flags, "grade_id": img("grade-id")}
    return feedback_page(notebook, sheet, Cuts(None, None))


def stock_page(notebook, config=None):
    """Return the page that nbgrader itself makes, but for the marks."""
    stage = GenerateFeedback(coursedir=CourseDirectory(), config=config or Config())
    marks = {"notebook": "work", "score": 1.0, "max_score": 2.0, "late_penalty": 0}
    exporter = HTMLExporter(config=stage.config)
    return exporter.from_notebook_node(notebook, resources={"nbgrader": marks})[0]


def without_unknown_outputs(notebook):
    """Leave out what nbconvert stops at."""
    notebook.cells = [
        cell for cell in notebook.cells if "x-<b>" not in str(cell.get("outputs", ""))
    ]
    return notebook


def test_the_payloads_bite_where_nothing_is_cleaned(server, tmp_path):
    port, asked = server
    ran, loaded = set(), set()
    for first in range(4):
        found = hostile(port, leading_away=False, part=slice(first, None, 4))
        seen = show(stock_page(without_unknown_outputs(found.notebook)), asked, tmp_path)
        ran |= seen.ran
        loaded |= seen.asked
    assert len(ran) >= 25, ran
    assert len(loaded) >= 8, loaded


@pytest.mark.parametrize("policy", ["with its policy", "by its content alone"])
def test_nothing_runs_and_nothing_is_loaded(policy, server, tmp_path):
    port, asked = server
    found = hostile(port)
    assert len(found.names) >= 90
    page = page_of(found.notebook)
    if policy == "by its content alone":
        page = POLICY.sub("", page)
    seen = show(page, asked, tmp_path)
    assert "Your notebook" in seen.document  # it was not led away
    assert (seen.ran, seen.asked, asked) == (set(), set(), set())
    soup = BeautifulSoup(seen.document, "html.parser")
    assert not soup.find_all(["script", "iframe", "object", "embed", "form", "input", "link"])
    assert [tag["http-equiv"] for tag in soup.find_all("meta", {"http-equiv": True})] in (
        [["Content-Security-Policy"], []][policy != "with its policy"],
    )
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            assert not name.startswith("on"), tag
            assert "javascript:" not in str(value).lower() or name in ("alt", "title", "id"), tag
            if name in ("src", "href"):
                assert re.match(r"#|https?:|data:image/", value), tag


def test_nothing_runs_of_a_defused_notebook_in_nbgraders_own_page(server, tmp_path):
    port, asked = server
    page = stock_page(defused(hostile(port).notebook))
    seen = show(page, asked, tmp_path)
    assert seen.ran == set()
    assert seen.asked <= {"picture"}  # a picture on the web is no harm by itself


def test_nothing_runs_with_the_filters_that_the_course_gives_formgrader(server, tmp_path):
    port, asked = server
    config = Config()
    config.HTMLExporter = find_course(COURSE).config.HTMLExporter
    assert "markdown2html" in config.HTMLExporter.filters
    notebook = without_unknown_outputs(hostile(port).notebook)
    seen = show(stock_page(notebook, config), asked, tmp_path)
    assert seen.ran == set()
    assert seen.asked <= {"picture"}
