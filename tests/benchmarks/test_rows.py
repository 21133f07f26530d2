"""All contenders of a row compute the same; the runner says what is wrong, skipped or missed."""

from dataclasses import replace
from functools import cache

import pytest

from tests.benchmarks.row import Row, Target, agree, numbers
from tests.benchmarks.rows import ROWS
from tests.benchmarks.run import Measured, measure, table

CONTENDERS = [(row, name) for row in ROWS.values() for name in row.contenders]


@pytest.mark.parametrize(
    ("row", "contender"), CONTENDERS, ids=[f"{row.name}, {name}" for row, name in CONTENDERS]
)
def test_contenders_agree(row, contender):
    try:
        found = row.contenders[contender]()()
    except ImportError as error:
        pytest.skip(f"{error.name} is not installed")
    if found is not None and row.unit == "s":
        assert agree(reference(row.name), numbers(found), row.tolerance)


@cache
def reference(name):
    """Return what the first contender computes that returns anything."""
    results = (prepare()() for prepare in ROWS[name].contenders.values())
    return numbers(next(result for result in results if result is not None))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_targets_name_contenders(row):
    for target in row.targets:
        assert {target.contender, target.against} <= row.contenders.keys() | {""}


def test_workers_take_turns_and_one_that_fails_says_why():
    f, broken = ROWS["source-d1"].contenders["f itself"], "no such contender"
    row = replace(ROWS["source-d1"], contenders={"f itself": f, "Var": f, broken: f})
    found = {one.contender: one for one in measure(row, rounds=2)}
    assert [len(found[name].samples) for name in row.contenders] == [2, 2, 0]
    assert all(seconds > 0 for name in ("f itself", "Var") for seconds in found[name].samples)
    assert found["f itself"].problem == ""
    assert found[broken].problem == f"failed: KeyError: '{broken}'"


def test_two_results_agree_up_to_rounding_only():
    assert agree([1.0, 2.0], [1.0, 2.0 + 1e-12], 1e-9)
    assert not agree([1.0, 2.0], [1.0, 2.1], 1e-9)
    assert not agree([1.0], [1.0, 2.0], 1e-9)
    assert not agree([1.0], [float("nan")], 1e-9)


def test_the_table_has_medians_ratios_verdicts_and_reasons():
    row = Row(
        *("work", "some work", dict.fromkeys(["hand", "ours", "slow", "peer"])),
        (Target("ours", "hand", 1.5), Target("slow", "hand", 1.5), Target("ours", "peer", 1.0)),
    )
    found = [
        Measured("work", "hand", [2e-3, 1e-3, 9.0]),
        Measured("work", "ours", [3e-3]),
        Measured("work", "slow", [4e-3]),
        Measured("work", "peer", problem="peer is not installed"),
    ]
    lines = table(row, found).splitlines()
    assert lines[1].split() == ["hand", "2", "ms", "1.00", "×"]
    assert lines[2].split() == ["ours", "3", "ms", "1.50", "×"]
    assert "peer is not installed" in lines[4]
    assert lines[5].strip() == "ours / hand = 1.5, target 1.5: met"
    assert lines[6].strip() == "slow / hand = 2, target 1.5: MISSED"
    assert len(lines) == 7
