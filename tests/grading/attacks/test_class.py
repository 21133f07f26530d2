"""A class in which nearly everybody attacks: each gets what is due, and a page safe to open."""

import html
import io
import json
import re
import time

import pytest
from rich.console import Console

from grading.batch.run import grade
from grading.feedback import write_feedback
from grading.results import State
from grading.submission import read_submission
from grading.table import results_table
from tests.grading.attacks.attack import EXACT, HOST_FILE, OTHER_STUDENT, POINTS, SECRETS, SOLUTION
from tests.grading.attacks.reaching import HANDED, STEALS, honest
from tests.grading.attacks.stock import make_course
from tests.grading.conftest import submit, to_bytes

HONEST = ("a", "honest", "z", "other")
SECONDS = 10  # in which any submission is read, on a busy machine


def student_of(handed):
    return handed.student or handed.name


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course with everyone's submission in it."""
    return handed_in(make_course(tmp_path_factory.mktemp("class") / "course", EXACT, probed=True))


def handed_in(course):
    released = course.released("ps1")["work"]
    for student in HONEST[:-1]:
        submit(course, student, to_bytes(honest(released)))
    for handed in HANDED:
        folder = course.path("submitted", student_of(handed), "ps1")
        folder.mkdir(parents=True)
        handed.write(folder, released)
    return course


@pytest.fixture(scope="module")
def grading(course):
    return grade(course, "ps1", workers=1)


@pytest.fixture(scope="module")
def pages(course, grading):
    """Each student's page, as text."""
    written = write_feedback(course, "ps1")
    return {path.parent.parent.name: path.read_text(encoding="utf-8") for path in written}


@pytest.mark.parametrize("handed", HANDED, ids=lambda handed: handed.name)
class TestASubmission:
    def test_scores_what_it_deserves(self, handed, grading):
        (cell,) = (cell for cell in grading.cells if cell.student == student_of(handed))
        assert cell.points == handed.points
        assert cell.state is not State.PASSED
        assert cell.message

    def test_tells_nothing(self, handed, course, grading):
        folder = course.path("autograded", student_of(handed), "ps1")
        for path in folder.rglob("*"):
            if path.is_file():
                assert not path.is_symlink()
                text = told(path.read_text(errors="replace"))
                assert [
                    found for found in (SOLUTION, OTHER_STUDENT, HOST_FILE) if found in text
                ] == []

    def test_has_a_page_in_which_nothing_runs(self, handed, pages):
        page = pages[student_of(handed)]
        assert [secret for secret in SECRETS if secret in page] == []
        for tag in re.findall(r"<[^>]*>", page):
            assert STEALS not in html.unescape(tag).replace(" ", "") or tag.startswith("<!"), tag
        assert not re.search(r"<script[^>]*>[^<]*steal", page)


def told(text):
    """Return what a file says besides the tests, which are the course's own."""
    try:
        notebook = json.loads(text)
    except ValueError:
        return text
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = ""
    return json.dumps(notebook)


@pytest.mark.parametrize("handed", HANDED, ids=lambda handed: handed.name)
def test_a_submission_is_read_in_no_time(handed, course):
    begun = time.monotonic()
    read_submission(course, "ps1", student_of(handed), course.released("ps1"))
    assert time.monotonic() - begun < SECONDS


@pytest.mark.parametrize("student", HONEST)
def test_an_honest_student_passes(student, grading, pages):
    (cell,) = (cell for cell in grading.cells if cell.student == student)
    assert (cell.points, cell.state) == (POINTS, State.PASSED)
    assert "3 of 3 points" in html.unescape(re.sub(r"<[^>]+>", "", pages[student]))


def test_the_gradebook_has_everyone(course, grading):
    with course.gradebook() as gradebook:
        scores = {
            found.student.id: found.score for found in gradebook.assignment_submissions("ps1")
        }
    due = {student_of(handed): handed.points for handed in HANDED} | dict.fromkeys(HONEST, POINTS)
    assert scores == due


def test_the_table_steers_no_terminal(grading):
    written = io.StringIO()
    totals = dict.fromkeys({cell.student for cell in grading.cells})
    Console(file=written, width=200).print(results_table("ps1", grading, totals))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written.getvalue())
    assert "[red]eve" in written.getvalue()
