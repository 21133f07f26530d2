"""nbgrader's Validate button tells a student what each failed check says."""

import io
import os
import subprocess
import sys
from copy import deepcopy

import nbformat
import pytest
from nbgrader.validator import Validator

from tests.grading.conftest import answer, cell


@pytest.fixture
def validate(tmp_path):
    """Return what nbgrader's validator, which is behind the button, says of a notebook."""

    def run(notebook):
        cell(notebook, "why").source = "Because it is so."
        nbformat.write(notebook, tmp_path / "work.ipynb")
        validator = Validator()
        validator.stream = io.StringIO()
        validator.validate_and_print(str(tmp_path / "work.ipynb"))
        return validator.stream.getvalue()

    return run


def test_a_right_answer_is_a_success(validate, released):
    assert validate(answer(released)).strip() == "Success! Your notebook passes all the tests."


def test_each_failed_check_is_named_with_its_reason(validate, released):
    said = validate(answer(released, double="return x"))
    assert "VALIDATION FAILED ON 1 CELL(S)" in said
    assert "✗ two: twice two is four" in said


def test_an_unwritten_answer_is_named_as_such(validate, released):
    said = validate(deepcopy(released))
    assert "VALIDATION FAILED ON 2 CELL(S)" in said
    assert "✗ two: this answer is not written yet" in said


def test_the_command_says_the_same(tmp_path, released):
    notebook = answer(released, double="return x")
    assert cell(notebook, "double").source.endswith("return x")
    nbformat.write(notebook, tmp_path / "work.ipynb")
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", "work.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert "✗ two: twice two is four" in run.stdout
