"""What is wrong with an assignment is found, and where nothing is, nothing is said."""

import json
import re

import pytest

from grading.audit.findings import Audit, Kind
from grading.audit.report import finding_lines, last_line, write_json
from tests.grading.audit.conftest import ANSWER, HIDDEN, ON_VIEW, RIGHT, WRONG, Planted


def said(audit: Audit, kind: Kind) -> str:
    return "\n".join(f"{found.where}: {found.text}" for found in audit.of(kind))


def test_a_sound_assignment_passes(audited, tmp_path):
    found = audited(Planted(), *Kind, turns=2)
    assert list(finding_lines(found)) == []
    assert found.killed == found.to_kill == len(found.verdicts) > 5
    assert last_line([found]) == (
        f"audit: 1 assignment, kill rate {found.killed}/{found.to_kill}, cases 2/2, "
        "stable, no leaks"
    )
    write_json(tmp_path / "audit.json", [found])
    (record,) = json.loads((tmp_path / "audit.json").read_text())["assignments"]
    assert record["killed"] == found.killed
    assert {mutant["killed_by"] for mutant in record["mutants"]} == {"test-total"}


def test_a_weak_test_shows_as_the_slip_that_it_lets_through(audited):
    blind = ON_VIEW.replace("ask_total([2, 5]) == 7", "ask_total([7]) == 7")
    found = audited(Planted(on_view=blind, hidden="assert ask_total([3]) == 3"), Kind.MUTATION)
    assert "full marks for a slip (what is added to is replaced" in said(found, Kind.MUTATION)
    assert "- result += number\n+ result = number" in said(found, Kind.MUTATION)
    assert f"kill rate {found.killed}/{found.to_kill}" in last_line([found])


def test_a_part_of_the_points_lost_is_enough(audited):
    blind = ON_VIEW.replace("ask_total([2, 5]) == 7", "ask_total([7]) == 7")
    found = audited(Planted(on_view=blind), Kind.MUTATION)
    assert found.killed == found.to_kill
    assert "partial" in {verdict.state for verdict in found.verdicts}


def test_a_mutant_that_never_ends_is_killed_in_seconds(audited):
    endless = ANSWER.replace(
        "for number in numbers:\n        result += number",
        "while numbers:\n        result += numbers[0]\n        numbers = numbers[1:]",
    )
    found = audited(Planted(answer=endless), Kind.MUTATION)
    assert found.killed == found.to_kill
    assert "timeout" in {verdict.state for verdict in found.verdicts}


EQUIVALENT = """[[equivalent]]
cell = "total"
was = "{was}"
now = "{now}"
reason = "it is right as well"
"""
IDLE = ANSWER.replace("    return result", "    return result * 1.0")


def test_what_an_author_calls_right_need_not_be_killed(audited):
    entry = EQUIVALENT.format(was="return result * 1.0", now="return result")
    free = audited(Planted(answer=IDLE), Kind.MUTATION, Kind.EQUIVALENT)
    called = audited(Planted(answer=IDLE, equivalent=entry), Kind.MUTATION, Kind.EQUIVALENT)
    assert called.to_kill == free.to_kill - 1
    assert called.killed == free.killed
    assert len(called.of(Kind.MUTATION)) == len(free.of(Kind.MUTATION)) - 1


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("result = 0", "result = 2", "stale: no mutant turns"),
        ("result = 0", "result = 1", "loses points in test-total"),
    ],
)
def test_a_stale_or_wrong_entry_is_found(audited, was, now, told):
    entry = EQUIVALENT.format(was=was, now=now)
    found = audited(Planted(equivalent=entry), Kind.MUTATION, Kind.EQUIVALENT)
    assert told in said(found, Kind.EQUIVALENT)


def test_no_more_than_a_twentieth_may_be_called_right(audited):
    entry = EQUIVALENT.format(was="result = 0", now="result = 1")
    found = audited(Planted(equivalent=entry), Kind.MUTATION, Kind.EQUIVALENT, sample=0)
    assert "mutants are called right, more than 5%" in said(found, Kind.EQUIVALENT)


def test_a_sample_is_the_same_for_the_same_seed(audited):
    first, again, other = (
        [v.mutant for v in audited(Planted(), Kind.MUTATION, sample=3, seed=seed).verdicts]
        for seed in (1, 1, 2)
    )
    assert len(first) == 3
    assert first == again != other


def test_a_reference_solution_that_loses_points_is_found(audited):
    wrong = ANSWER.replace("result = 0", "result = 1")
    found = audited(Planted(answer=wrong), Kind.REFERENCE, Kind.MUTATION)
    assert "test-total: 0 of 2 points" in said(found, Kind.REFERENCE)
    assert found.verdicts == ()


def test_points_for_an_untouched_notebook_are_found(audited):
    gift = ON_VIEW.replace("assert ask_total([2, 5]) == 7", "assert 2 + 5 == 7")
    found = audited(Planted(on_view=gift), Kind.RELEASE)
    assert "untouched it is partial with 1 points" in said(found, Kind.RELEASE)


def test_a_notebook_that_breaks_before_the_first_answer_is_found(audited):
    found = audited(Planted(setup="import no_such_module"), Kind.RELEASE)
    assert "setup: it raised ModuleNotFoundError" in said(found, Kind.RELEASE)


def test_a_case_that_is_not_as_declared_is_found(audited):
    wrong = WRONG.replace("points = 0", 'points = 0\n# diagnosis = "counts"')
    found = audited(Planted(cases={"right": RIGHT, "counts": wrong}), Kind.CASE)
    assert "diagnosis “counts” declared, got" in said(found, Kind.CASE)
    assert "cases 1/2" in last_line([found])


def test_an_answer_that_answers_no_cell_is_found(audited):
    wrong = WRONG.replace("# %% total", "# %% sum")
    found = audited(Planted(cases={"counts": wrong}), Kind.CASE)
    assert "no answer cell is called sum" in said(found, Kind.CASE)


def test_a_test_that_depends_on_chance_is_found(audited):
    chance = "import random\n" + HIDDEN.replace("19", "19 + (random.random() < 0.5)")
    found = audited(Planted(hidden=chance), Kind.STABILITY)
    words = r"right: it lost points in test-total in (\d+) of 20 turns"
    lost = re.findall(words, said(found, Kind.STABILITY))
    assert len(lost) == 1
    assert 0 < int(lost[0]) < 20  # each turn runs anew
    assert "unstable answer" in last_line([found])


LEAKS = {
    "a hint": (
        {"text": "Hint: end in\n\n    result = sum(number for number in numbers)"},
        "a line of the solution of total stands in it: result = sum(number for number in numbers)",
    ),
    "a file": (
        {"files": {"help.py": "result = sum(number for number in numbers)\n"}},
        "help.py: a line of the solution of total stands in it",
    ),
    "marks that are no marks": (
        {"on_view": ON_VIEW + "\n### BEGIN HIDDEN TESTS\n# 23.456789\n### END HIDDEN TESTS",
         "text": "It is about 23.456789."},
        "23.456789, of a hidden test of test-total",
    ),
    "a sentence with the right answer": (
        {"hidden": HIDDEN.replace("== 19", '== 19, f"{ask_total([1.5])} is not {19 / 7}"')},
        "the hidden check “more numbers” tells a number",
    ),
    "a print in a hidden test": (
        {"hidden": "with checks('more', points=1, hidden=True):\n    right = 19.191919\n"
         "    assert ask_total([19.191919]) == 1, 'not 19.191919'"},
        "it tells 19.191919, of a hidden test of test-total",
    ),
}  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found(audited, leak):
    changes, told = LEAKS[leak]
    answer = ANSWER.replace(
        "result = 0\n    for number in numbers:\n        result += number",
        "result = sum(number for number in numbers)",
    )
    found = audited(Planted(answer=answer, **changes), Kind.CASE, Kind.LEAK)
    assert told in said(found, Kind.LEAK)
