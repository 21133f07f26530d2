"""Stock nbgrader in the engine's place: it runs tests in the student's kernel, without any walls.

For comparison, in tests and benchmarks.
"""

import subprocess
import time
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution
from traitlets import Integer
from traitlets.config import Config

from grading.batch.engines import Engine
from grading.engine.job import CellOutcome, Job, Outcome
from grading.engine.judging import judge, points_of
from grading.results import State

TIMEOUT = "CellTimeoutError"
KILLED = "DeadKernelError"


class GradingExecute(Execute):
    """nbgrader's Execute, except that a lost kernel costs only the cells from there on.

    In nbgrader a kernel that dies, or that no interrupt stops, makes the whole submission fail.
    Here such a cell and those after it end in an error, and those before it keep their points.
    And a cell that prints without end does not fill the memory of whoever grades it.
    """

    notebook_timeout = Integer(120, help="Seconds that a whole notebook may take.").tag(config=True)

    max_output = Integer(
        5_000_000, help="Characters of output that are kept of a cell; its result is always kept."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict, km: object = None) -> tuple:
        """Run every cell of `nb`, in order."""
        self.lost = ""
        self.deadline = time.monotonic() + self.notebook_timeout
        return super().preprocess(nb, resources, km)

    def setup_kernel(self, **kwargs: object) -> AbstractContextManager[None]:
        """Start the kernel; what its process says outside any cell is of no use to anyone."""
        return super().setup_kernel(stderr=subprocess.DEVNULL, **kwargs)

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple:
        """Run one cell, or say in its output why it did not run."""
        if cell.cell_type != "code":
            return cell, resources
        if not self.lost and time.monotonic() > self.deadline:
            self.lost = TIMEOUT
        self.printed = 0
        if self.lost:
            self._fail(cell, self.lost, "the notebook had already been stopped")
            return cell, resources
        try:
            return super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            self.lost = KILLED
            self._fail(cell, KILLED, "the process that ran the notebook ended here")
        except CellTimeoutError:
            self.lost = TIMEOUT
            self._fail(cell, TIMEOUT, "the cell could not be interrupted")
        return cell, resources

    def output(
        self, outs: list[NotebookNode], msg: dict, display_id: str, cell_index: int
    ) -> NotebookNode | None:
        """Take one output of a cell, unless the cell has printed too much already."""
        content = msg["content"]
        if msg["msg_type"] in ("stream", "display_data"):
            room = self.max_output - self.printed
            self.printed += _size(content)
            if room < 0:
                return None
            if self.printed > self.max_output:
                cut = content.get("text", "")[:room] + "\n[more output was left out]\n"
                name = content.get("name", "stdout")
                msg = {**msg, "msg_type": "stream", "content": {"name": name, "text": cut}}
        return super().output(outs, msg, display_id, cell_index)

    def _fail(self, cell: NotebookNode, name: str, why: str) -> None:
        cell.outputs = [
            *cell.get("outputs", ()),
            new_output("error", ename=name, evalue=why, traceback=[f"{name}: {why}"]),
        ]


def _size(content: dict) -> int:
    """Return roughly how many characters an output has."""
    return len(content.get("text", "")) + sum(map(len, map(str, content.get("data", {}).values())))


def grade_notebook(content: bytes) -> bytes:
    """Grade the job in `content` in a kernel, as stock nbgrader does, without any walls."""
    job = Job.from_bytes(content)
    settings = Config()
    settings.GradingExecute.timeout = int(job.limits.cell_seconds)
    settings.GradingExecute.notebook_timeout = int(job.limits.notebook_seconds)
    settings.GradingExecute.max_output = job.limits.output_chars
    begun = time.monotonic()
    with TemporaryDirectory(prefix="adcourse-", ignore_cleanup_errors=True) as folder:
        for name, data in job.files:
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_bytes(data)
        runner = GradingExecute(config=settings)
        notebook, _ = runner.preprocess(job.notebook, {"metadata": {"path": folder}})
    cells = tuple(_outcome(cell) for cell in notebook.cells if _is_test(cell, job.run))
    ended = {State.TIMEOUT, State.OUT_OF_MEMORY, State.KILLED}
    usage = {"seconds": time.monotonic() - begun, "tier": "stock"}
    lasting = not ended & {cell.state for cell in cells}
    return Outcome(notebook, cells, (), usage, lasting).to_bytes()


def _is_test(cell: NotebookNode, run: tuple[str, ...] | None) -> bool:
    tested = cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)
    return tested and (run is None or cell.metadata.nbgrader.grade_id in run)


def _outcome(cell: NotebookNode) -> CellOutcome:
    settings = cell.metadata.nbgrader
    most = float(settings.points)
    points, said = points_of(cell)
    state, message, checks = judge(cell.outputs, points, most)
    return CellOutcome(
        settings.grade_id,
        points,
        most,
        State.ERROR if said else state,
        said or message,
        checks,
        forgeable=True,
        outputs=list(cell.outputs),
    )


STOCK = Engine(grade_notebook, version="stock nbgrader")
