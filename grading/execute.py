"""Running a submitted notebook to its end, whatever its cells do."""

import subprocess
import time
from contextlib import AbstractContextManager

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Integer

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
