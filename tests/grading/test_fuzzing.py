"""Whatever is handed in, and whatever a student's process says: a state, no crash, no hang.

Some hundred mutations are tried always, many thousand where ADCOURSE_WHOLE is set.
"""

import json
import os
import random
import socket
import struct
import threading
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading.engine import Job, Limits, Outcome, examiner, grade_notebook
from grading.link import Link
from grading.reading import read_submitted
from grading.wire import encode
from tests.grading.engine.notebooks import checked, simple

WHOLE = bool(os.environ.get("ADCOURSE_WHOLE"))
JUNK = (None, True, -1, 10**30, 1.5, "", "\ud800", "x" * 3000, [], [[]], {}, {"a": []}, "code")
LIMITS = Limits(cell_seconds=2, notebook_seconds=20)


def released():
    answer = {"grade": False, "solution": True, "locked": False, "task": False}
    answer |= {"grade_id": "answer", "schema_version": 3}
    return new_notebook(
        cells=[
            new_markdown_cell("Double it."),
            new_code_cell("def double(x):\n    return 2 * x", metadata={"nbgrader": answer}),
            simple("test", "double(4)", "8", hidden=True),
            new_code_cell("double(3)"),
        ]
    )


def mutated(seed: int) -> bytes:
    """Return the file of a notebook that went through some accidents."""
    chance = random.Random(seed)
    notebook = json.loads(json.dumps(released()))
    for _ in range(chance.randint(1, 4)):
        _mutate(notebook, chance)
    content = bytearray(json.dumps(notebook).encode())
    for _ in range(chance.choice([0, 0, 0, 1, 5])):
        if not content:
            break
        place = chance.randrange(len(content))
        if chance.random() < 0.5:
            content[place] = chance.randrange(256)
        else:
            del content[place : place + chance.randint(1, 40)]
    return bytes(content)


def _mutate(tree: object, chance: random.Random) -> None:
    """Replace, remove, repeat or move one part of `tree`, somewhere inside it."""
    while True:
        places = list(tree) if isinstance(tree, dict) else range(len(tree))
        if not places:
            return
        place = chance.choice(list(places))
        inside = tree[place]
        if isinstance(inside, dict | list) and inside and chance.random() < 0.75:
            tree = inside
            continue
        match chance.randrange(4):
            case 0:
                tree[place] = deepcopy(chance.choice(JUNK))
            case 1:
                del tree[place]
            case 2 if isinstance(tree, list):
                tree.insert(chance.randint(0, len(tree)), deepcopy(inside))
            case _ if isinstance(tree, list):
                chance.shuffle(tree)
            case _:
                tree[chance.choice(["cells", "source", "metadata", "x"])] = deepcopy(inside)
        return


@pytest.mark.parametrize("block", range(50 if WHOLE else 3))
def test_a_mutated_notebook_is_read_or_refused_in_words(block):
    for seed in range(100 * block, 100 * block + 100):
        notebook, notices = read_submitted(mutated(seed), released())
        assert notebook is not None or notices, f"seed {seed}: refused without a word"


@pytest.mark.parametrize("block", range(50 if WHOLE else 2))
def test_a_mutated_notebook_ends_in_a_state(block):
    for seed in range(10 * block, 10 * block + 10):
        notebook, _ = read_submitted(mutated(seed), released())
        if notebook is None:
            continue
        found = Outcome.from_bytes(grade_notebook(Job(notebook, limits=LIMITS).to_bytes()))
        (cell,) = found.cells
        assert 0 <= cell.points <= 1, f"seed {seed}"
        assert cell.points == 1 or cell.message, f"seed {seed}: no points and no word"


MESSAGES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.lists(inner, max_size=4),
    max_leaves=8,
)
FIRST = st.sampled_from(["value", "call", "raised", "ready", "output", "done", "entered", "x"])
FRAMES = (
    MESSAGES.map(encode)
    | st.tuples(FIRST, MESSAGES).map(encode)
    | st.tuples(FIRST, MESSAGES, MESSAGES, MESSAGES, MESSAGES, MESSAGES).map(encode)
    | st.binary(max_size=60)
)


@settings(max_examples=2000 if WHOLE else 60, deadline=None)
@given(st.lists(FRAMES, max_size=5), st.booleans(), st.binary(max_size=8))
def test_whatever_comes_over_the_link_the_test_cell_ends(frames, probing, rest):
    ours, theirs = socket.socketpair()
    source = checked(
        "t",
        "def ask(f):\n    return f(1)",
        'with checks("it", points=1):\n    assert ask(lambda x: x) == object()',
    ).source

    def talk() -> None:
        try:
            for frame in frames:
                theirs.sendall(struct.pack(">I", len(frame)) + frame)
            theirs.sendall(rest)
            theirs.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    talker = threading.Thread(target=talk)
    talker.start()
    test = examiner.Test("t", source, probing, seconds=1.0, output_chars=1000, latest=float("inf"))
    outputs = examiner.Examination(test, Link(ours)).whole()
    ours.close()
    talker.join()
    theirs.close()
    assert outputs or not probing
    for output in outputs:
        assert output.output_type in ("stream", "display_data", "execute_result", "error")
