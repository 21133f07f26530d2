"""A submitted file is never trusted, and whatever was wrong with it is said."""

import json
import warnings
from copy import deepcopy

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell

from grading.reading import read_submitted
from tests.grading.conftest import (
    OLD_FORMATS,
    REPAIRED,
    answer,
    cell,
    other_notebook,
    source_notebook,
    to_bytes,
)


@pytest.fixture(scope="module")
def right(released):
    return answer(released)


def read(notebook, released):
    return read_submitted(to_bytes(notebook), released)


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def test_an_honest_submission_passes_unchanged_and_without_a_word(right, released):
    notebook, notices = read(right, released)
    assert notices == []
    assert sources(notebook) == sources(right)
    assert [c.metadata for c in notebook.cells] == [c.metadata for c in released.cells]


def test_the_untouched_student_version_passes_without_a_word(released):
    assert read(released, released)[1] == []


def test_trailing_blanks_and_line_endings_are_no_edit(right, released):
    notebook = deepcopy(right)
    test = cell(notebook, "test_double")
    test.source = test.source.replace("\n", "  \r\n") + "\n"
    assert read(notebook, released)[1] == []


@pytest.mark.parametrize("kind", REPAIRED)
def test_is_repaired_with_the_released_tests(kind, right, released):
    change, said = REPAIRED[kind]
    notebook = deepcopy(right)
    change(notebook)
    repaired, notices = read(notebook, released)
    assert [notice[: len(said)] for notice in notices] == [said]
    for name in ("test_double", "test_halve"):
        assert cell(repaired, name) == {**cell(released, name), "id": cell(repaired, name).id}


@pytest.mark.parametrize("kind", OLD_FORMATS)
def test_is_upgraded_from(kind, right, released):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        content = OLD_FORMATS[kind](right)
    notebook, notices = read_submitted(content, released)
    number = kind[-1]
    assert notices == [f"The notebook was in the old format {number}; it was upgraded to format 4."]
    assert sources(notebook) == sources(right)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b" \n\t", "The file is empty"),
        (b'{"cells": [', "cut off or damaged: from line 1, column 12"),
        (b"\x89PNG\r\n\x1a\n\x00", "not the text of a notebook"),
        (b"[" * 100_000, "damaged"),
        (b"[1, 2]", "no cells"),
        (b'{"metadata": {}}', "no cells"),
        (b'{"nbformat": 5, "cells": []}', "format 5"),
        (b'{"nbformat": 4, "cells": {"a": 1}}', "no list of cells"),
        (b'{"nbformat": 3, "worksheets": 7}', "could not be upgraded"),
        (b'{"cells": [], "nbformat": 1e999}', "format inf"),
        (b'{"nbformat": 4, "cells": []}', "This is another notebook"),
        (to_bytes(other_notebook()), "This is another notebook"),
    ],
)
def test_cannot_be_read(content, said, released):
    notebook, notices = read_submitted(content, released)
    assert notebook is None
    assert len(notices) == 1
    assert said in notices[0]


def test_a_truncated_file_is_refused_wherever_it_breaks_off(right, released):
    content = to_bytes(right)
    for length in range(1, len(content), 97):
        notebook, notices = read_submitted(content[:length], released)
        assert notebook is None
        assert "cut off or damaged" in notices[0]


def test_a_file_beyond_all_measure_is_refused(right, released):
    notebook, notices = read_submitted(to_bytes(right), released, max_bytes=1000)
    assert notebook is None
    assert "clear its outputs" in notices[0]


def test_a_missing_test_returns_to_its_place(right, released):
    for name in ("test_double", "test_halve", "why", "intro"):
        notebook = deepcopy(right)
        notebook.cells.remove(cell(notebook, name))
        repaired, notices = read(notebook, released)
        assert name in notices[0]
        order = [c.metadata.nbgrader.grade_id for c in repaired.cells]
        assert order == [c.metadata.nbgrader.grade_id for c in released.cells]


def test_a_missing_test_stands_behind_the_cells_that_the_student_added(right, released):
    notebook = deepcopy(right)
    notebook.cells.remove(cell(notebook, "test_double"))
    place = notebook.cells.index(cell(notebook, "double"))
    notebook.cells.insert(place + 1, new_code_cell("double = lambda x: x + x"))
    repaired, _ = read(notebook, released)
    assert sources(repaired).index("double = lambda x: x + x") == 2
    assert repaired.cells[3].metadata.nbgrader.grade_id == "test_double"


def test_a_missing_answer_is_reported_but_its_stub_is_not_put_back(right, released):
    notebook = deepcopy(right)
    notebook.cells.remove(cell(notebook, "double"))
    notebook.cells.insert(1, new_code_cell("def double(x): return 2 * x"))
    repaired, notices = read(notebook, released)
    assert notices == ["Answer cells were missing (double): the tests ran without them."]
    assert "NotImplementedError" not in "".join(sources(repaired))


def test_of_two_answers_the_one_filled_in_counts(right, released):
    notebook = deepcopy(right)
    notebook.cells.append(deepcopy(cell(released, "why")))
    cell(notebook, "why").source = "Because I say so."
    repaired, _ = read(notebook, released)
    assert cell(repaired, "why").source == "Because I say so."


def test_what_was_written_into_a_locked_text_stays_to_be_read(right, released):
    notebook = deepcopy(right)
    cell(notebook, "intro").source = "# Tiny\nMy answer is 42."
    repaired, notices = read(notebook, released)
    assert notices == ["Read-only cells were edited (intro): the original cells were used."]
    original = cell(released, "intro").source
    assert sources(repaired)[:2] == [original, "# Tiny\nMy answer is 42."]


@pytest.mark.parametrize("flag", ["grade", "solution", "locked"])
def test_grading_settings_cannot_be_changed(flag, right, released):
    notebook = deepcopy(right)
    found = cell(notebook, "test_halve").metadata.nbgrader
    found[flag] = not found[flag]
    repaired, notices = read(notebook, released)
    assert "settings of cells were edited (test_halve)" in notices[0]
    assert cell(repaired, "test_halve").metadata == cell(released, "test_halve").metadata


def test_a_test_turned_into_text_is_turned_back(right, released):
    notebook = deepcopy(right)
    test = cell(notebook, "test_halve")
    test.cell_type = "markdown"
    del test["outputs"], test["execution_count"]
    repaired, notices = read(notebook, released)
    assert "turned into another type (test_halve)" in notices[0]
    assert cell(repaired, "test_halve").cell_type == "code"


def test_an_id_that_the_assignment_does_not_have_counts_for_nothing(right, released):
    notebook = deepcopy(right)
    extra = deepcopy(cell(notebook, "test_halve"))
    extra.metadata.nbgrader["grade_id"] = "<img onerror=alert(1)>"
    notebook.cells.append(extra)
    repaired, notices = read(notebook, released)
    assert "nbgrader" not in repaired.cells[-1].metadata
    assert notices[0].startswith("Cells with a grade id that this assignment does not have")
    assert "<" not in notices[0]


def test_a_picture_that_is_not_there_does_not_break_the_page(right, released):
    notebook = deepcopy(right)
    notebook.cells.append(new_markdown_cell("![a](attachment:gone.png)"))
    kept = new_markdown_cell("![b](attachment:my%20plot.png)")
    kept.attachments = {"my plot.png": {"image/png": "iVBORw0="}}
    notebook.cells.append(kept)
    repaired, notices = read(notebook, released)
    assert notices == ["Pictures are missing from the file (gone.png): their text was kept."]
    assert repaired.cells[-1].attachments["my%20plot.png"] == {"image/png": "iVBORw0="}


def test_a_lone_surrogate_can_be_written_to_a_file(right, released):
    notebook = deepcopy(right)
    cell(notebook, "double").source += "  # \ud800"
    repaired, _ = read(notebook, released)
    nbformat.writes(repaired).encode()


def test_the_released_notebook_is_never_changed(right, released):
    before = deepcopy(released)
    notebook, _ = read(right, released)
    for made in notebook.cells:
        made.source = "changed"
        made.metadata.nbgrader["points"] = 1000
    assert released == before


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ["cell_type", "source", "metadata", "outputs", "attachments", "id"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_a_cell_holds_a_valid_notebook_comes_out(data):
    released = source_notebook()
    notebook = json.loads(to_bytes(answer(released)))
    for found in notebook["cells"]:
        if data.draw(st.booleans()):
            found[data.draw(st.sampled_from(KEYS))] = data.draw(junk)
        if data.draw(st.booleans()) and isinstance(found.get("metadata"), dict):
            found["metadata"]["nbgrader"] = data.draw(
                junk | st.dictionaries(st.sampled_from(["grade_id", "points", "grade"]), junk)
            )
    repaired, notices = read_submitted(json.dumps(notebook).encode(), released)
    assert repaired is not None or notices
    if repaired is not None:
        nbformat.validate(repaired)
        assert {"test_double", "test_halve"} <= {
            c.metadata.get("nbgrader", {}).get("grade_id") for c in repaired.cells
        }


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=200) | junk.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_stop_the_batch(content):
    notebook, notices = read_submitted(content, source_notebook())
    assert notebook is None
    assert notices
