"""The tests that the threat model names exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NAMED = sorted(set(re.findall(r"`(tests/[\w/.:]+)`", (ROOT / "docs/threat-model.md").read_text())))


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(name):
    path, *inside = name.split("::")
    here = ast.parse((ROOT / path).read_text()) if path.endswith(".py") else None
    assert (ROOT / path).exists()
    for part in inside:
        here = next(node for node in here.body if getattr(node, "name", "") == part)


def test_every_promise_names_its_test():
    text = (ROOT / "docs/threat-model.md").read_text()
    promised = text.partition("## What is promised")[2].partition("## What is not")[0]
    rows = [line for line in promised.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    assert all("`tests/" in row for row in rows)
