"""The process that runs a notebook: cell by cell to its end, with a fork at each test cell."""

import os
from collections.abc import Sequence

from grading.link import Link
from grading.seeding import reseed
from grading.student.alarm import interrupted_after
from grading.student.answering import answer, outputs_to
from grading.student.shell import NotebookShell


def run_notebook(
    shell: NotebookShell,
    link: Link,
    cells: Sequence[tuple[int, str, str]],
    tests: Sequence[Link],
    cell_seconds: float,
) -> None:
    """Run `cells`, telling through `link` what happens; do not return.

    A cell is its index in the notebook, its kind, and its source. At one of kind "test" a fork
    is left behind that answers the examiner through the next one of `tests`. Any other is run;
    told are ("cell", index) before it, ("output", message) for each of its outputs, and ("done",
    index, number) after it. The last message is ("end",).
    """
    reseed()
    shell.send = outputs_to(link)
    waiting = list(tests)
    for index, kind, source in cells:
        if kind == "test":
            shell.flush()
            own = waiting.pop(0)
            if _forked():
                _become_answerer(shell, own, [link, *waiting])
            own.close()
        else:
            link.send(("cell", index))
            _run_cell(shell, source, cell_seconds)
            link.send(("done", index, shell.execution_count - 1))
    link.send(("end",))
    os._exit(0)


def _forked() -> bool:
    """Fork, and say whether this is the child. Where no more can be had, there is none."""
    try:
        return os.fork() == 0
    except OSError:
        return False


def _run_cell(shell: NotebookShell, source: str, seconds: float) -> None:
    """Run one cell; whatever it raises has become one of its outputs."""
    try:
        with interrupted_after(seconds):
            shell.run_cell(source, store_history=True)
    except BaseException as error:  # an interrupt between the cell's end and the alarm's
        shell.emit("error", type(error).__name__, str(error), [])
    shell.flush()


def _become_answerer(shell: NotebookShell, own: Link, others: Sequence[Link]) -> None:
    for link in others:
        link.close()
    try:
        answer(shell, own)
    finally:
        os._exit(0)
