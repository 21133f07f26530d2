"""A wrong rule shows in the lessons: their outputs are compared, not only run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RIGHT = '_row("mul",      "multiply",   "a * b",          "b", '
WRONG = '_row("mul",      "multiply",   "a * b",          "a", '


def test_a_planted_change_in_a_row_of_the_rule_table_turns_nbval_red(tmp_path):
    shutil.copytree(ROOT / "autodiff_lib", tmp_path / "autodiff_lib")
    rules = tmp_path / "autodiff_lib" / "rules.py"
    text = rules.read_text(encoding="utf-8")
    assert text.count(RIGHT) == 1
    rules.write_text(text.replace(RIGHT, WRONG), encoding="utf-8")

    lesson = ROOT / "notebooks" / "00_start_here.ipynb"
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", lesson],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert "Cell outputs differ" in run.stdout
