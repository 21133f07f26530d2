"""Each rule of form, broken once."""

import pytest

from grading.audit.form import RULES, form_findings
from tests.grading.audit.conftest import HIDDEN, ON_VIEW, Planted

PROBE = "@probe\ndef ask_total(numbers):\n    return total(numbers)"
BROKEN = {
    "no points": ({"points": 0}, "it is graded and worth no points"),
    "points that do not add up": ({"points": 3}, "worth 2 points, the cell 3"),
    "another total": (
        {"on_view": ON_VIEW.replace("Checks(2)", "Checks(4)")},
        "says Checks(4) but is worth 2 points",
    ),
    "no probe": (
        {"on_view": ON_VIEW.replace(PROBE, "ask_total = total")},
        "it has no probe: a student can forge its points",
    ),
    "a name of the student's": (
        {"hidden": HIDDEN.replace("ask_total([])", "total([])")},
        "it uses total outside probes",
    ),
    "a name from hidden lines": (
        {"on_view": ON_VIEW.replace("== 7", "== right"), "hidden": f"right = 7\n{HIDDEN}"},
        "what is on view of it uses right outside probes",
    ),
    "a probe that takes from the cell": (
        {"on_view": ON_VIEW.replace("return total(", "return checks and total(").replace(
            "checks = Checks(2)", "def checks(): ...\n\n\nchecks = Checks(2)")},
        "the probe ask_total uses checks of the cell around it",
    ),
    "hidden on view": (
        {"on_view": ON_VIEW.replace("points=1)", "points=1, hidden=True)")},
        "the check “two numbers” is marked hidden and stands on view",
    ),
    "on view among hidden": (
        {"hidden": HIDDEN.replace(", hidden=True", "")},
        "the check “more numbers” stands among hidden tests",
    ),
    "an import that is not there": (
        {"hidden": f"import no_such_module\n{HIDDEN}"},
        "it imports no_such_module, which is not installed",
    ),
    "no Python": ({"hidden": "total = = 1"}, "it is no Python: invalid syntax, line 14"),
}  # fmt: skip


def told(planted: Planted) -> list[str]:
    return [f"{found.where}: {found.text}" for found in form_findings(planted.notebook())]


def test_a_sound_assignment_keeps_every_rule():
    assert told(Planted()) == []
    loop = "for n in (1, 2):\n    with checks(f'{n}', points=n / 2, hidden=True):\n        pass"
    assert told(Planted(hidden=loop)) == []


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_rule_is_found(mistake):
    changes, text = BROKEN[mistake]
    assert text in "\n".join(told(Planted(**changes)))


def test_every_rule_is_broken_above():
    notebooks = [Planted(**changes).notebook() for changes, _ in BROKEN.values()]
    cells = [notebook.cells[-1] for notebook in notebooks[:-1]]  # the last one is no Python
    for rule in RULES:
        assert any(list(rule(cell)) for cell in cells), rule.__name__


def test_an_answer_that_nothing_grades_is_found():
    notebook = Planted().notebook()
    notebook.cells.append(notebook.cells[2].copy())
    assert "no graded cell stands below this answer" in form_findings(notebook)[0].text
    del notebook.cells[2:]
    assert "no cell of it is graded" in form_findings(notebook)[0].text
