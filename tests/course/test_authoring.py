"""What course/AUTHORING.md shows is what works."""

import re

import pytest

from grading import cli
from grading.casefiles import KINDS, load_case
from tests.course.conftest import COURSE

TEXT = (COURSE / "AUTHORING.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("answer", "points"),
    [(None, 2), ("def slope(x):\n    return x", 0), ("def slope(x):\n    return 6.0", 1)],
)
def test_its_test_cell_scores_answers(answer, points):
    given, test = blocks("python")
    body, _, last = test.strip().rpartition("\n")
    namespace = {}
    exec(answer or given, namespace)
    exec(body, namespace)
    assert eval(last, namespace) == points


def test_its_case_is_told_what_it_declares(tmp_path):
    (text,) = blocks("text")
    (tmp_path / "halves.py").write_text(text)
    case = load_case(tmp_path / "halves.py")
    assert case.kind == "misconception"
    _, test = blocks("python")
    namespace = {}
    exec(case.answers["slope"].text, namespace)
    exec(test.replace("checks.score()", "said = checks.score().failures()"), namespace)
    assert case.cells["test-slope"].diagnosis[0] in namespace["said"]
    assert all(f"`{kind}`" in TEXT for kind in KINDS)


def test_its_commands_are_there():
    known = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    named = set(re.findall(r"adcourse (\w+)", TEXT))
    assert named - known == set()
