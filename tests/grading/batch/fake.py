"""An engine that runs nothing: what it finds, and how it fails, stands in comments in the answers.

# fake: points test_double 1     this test cell gets so many points (by default all)
# fake: sleep 0.1                seconds
# fake: exit                     the worker dies
# fake: raise                    the engine itself fails
# fake: unsettled                a time limit had a part in it
"""

import os
import re
import time
from pathlib import Path

from nbformat.v4 import new_output

from grading.batch.engines import Engine
from grading.engine.job import CellOutcome, Job, Outcome
from grading.results import State
from grading.unrun import is_test

_ORDER = re.compile(r"# fake: (\w+) ?(\S*) ?(\S*)")
LOG = "ADCOURSE_FAKE_LOG"


def grade_notebook(content: bytes) -> bytes:
    """Return the outcome that the answers ask for; note each cell that "ran" in a file."""
    job = Job.from_bytes(content)
    orders = [
        order
        for cell in job.notebook.cells
        if cell.cell_type == "code" and not is_test(cell)
        for order in _ORDER.findall(cell.source)
    ]
    points = {name: float(value) for what, name, value in orders if what == "points"}
    for what, value, _ in orders:
        if what == "sleep":
            time.sleep(float(value))
        elif what == "exit":
            os._exit(1)
        elif what == "raise":
            raise RuntimeError("the engine is broken")
    cells = []
    for cell in job.notebook.cells:
        if cell.cell_type != "code":
            continue
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if not is_test(cell):
            cell.outputs = [new_output("stream", text=f"ran {name}\n")]
        elif job.run is None or name in job.run:
            cells.append(_outcome(name, points, float(cell.metadata.nbgrader.points)))
            cell.outputs = cells[-1].outputs
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("a", encoding="utf-8") as file:
            file.writelines(f"{cell.grade_id}\n" for cell in cells)
    lasting = not any(what == "unsettled" for what, _, _ in orders)
    tier = "fake" if job.tier == "best" else job.tier
    usage = {"seconds": 0.1, "peak_memory_bytes": 50_000_000, "tier": tier, "runs": 1}
    return Outcome(job.notebook, tuple(cells), (), usage, lasting).to_bytes()


def _outcome(name: str, points: dict[str, float], most: float) -> CellOutcome:
    earned = points.get(name, most)
    state = State.PASSED if earned >= most else State.PARTIAL if earned else State.FAILED
    message = "" if state is State.PASSED else "as the answer asked for"
    shown = new_output("execute_result", {"text/plain": repr(earned)}, execution_count=1)
    return CellOutcome(name, earned, most, state, message, seconds=0.01, outputs=[shown])


FAKE = Engine(grade_notebook, version="fake")
