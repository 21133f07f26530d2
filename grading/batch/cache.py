"""Results by content, in two levels, so that a mended test alone runs again.

What the student's own cells print depends on them alone: one entry. What a test cell finds depends
on the student's cells above it and on its own source: one entry a test cell. With the source of a
cell goes that of the packages that it imports.
"""

import hashlib
import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.metadata import version
from typing import Any

import nbformat
from nbformat import NotebookNode

from grading.batch.imported import Imported
from grading.batch.store import Store
from grading.engine.job import CellOutcome, Job, Outcome
from grading.repairing import grade_id
from grading.unrun import is_test

PREFIX = "result/"


@dataclass(frozen=True)
class Found:
    """What is known of a job: what its student's cells printed, and its test cells' outcomes.

    Where `run`, the former, is None, the latter are not known either.
    """

    run: dict[str, Any] | None = None
    cells: Mapping[str, CellOutcome] = field(default_factory=dict)

    def missing(self, job: Job) -> tuple[str, ...]:
        """Return the test cells that have yet to run."""
        return tuple(name for name in tests_of(job.notebook) if name not in self.cells)

    def complete(self, job: Job) -> Outcome | None:
        """Return the whole outcome of `job` if nothing has to run, else None."""
        if self.run is None or self.missing(job):
            return None
        usage = {**self.run["usage"], "cached": True}
        return self.joined(Outcome(job.notebook, usage=usage), job)

    def joined(self, outcome: Outcome, job: Job) -> Outcome:
        """Return `outcome` of the missing cells with all that was known before."""
        if self.run is None:
            return outcome
        cells = {**self.cells, **{cell.grade_id: cell for cell in outcome.cells}}
        notebook = _with_outputs(job.notebook, self.run["outputs"])
        for cell in notebook.cells:
            if is_code_test(cell) and grade_id(cell) in cells:
                cell.outputs = [*cells[grade_id(cell)].outputs]
        return replace(
            outcome,
            notebook=notebook,
            cells=tuple(cells[name] for name in tests_of(notebook) if name in cells),
            notices=tuple(self.run["notices"]),
        )


class Cache:
    """Results of jobs, as an engine of the version `engine` finds them."""

    def __init__(self, store: Store, engine: str, read: bool = True) -> None:
        self.store = store
        self.engine = engine
        self.read = read
        self.imported = Imported()

    def find(self, job: Job) -> Found:
        """Return what is known of `job`; nothing where the cache is not to be read."""
        if not self.read:
            return Found()
        run_key, cell_keys = self._keys(job)
        values = self.store.get_many([run_key, *cell_keys.values()])
        if run_key not in values:
            return Found()
        cells = {
            name: CellOutcome.from_dict(values[key])
            for name, key in cell_keys.items()
            if key in values
        }
        return Found(values[run_key], cells)

    def keep(self, job: Job, outcome: Outcome, known: Found, student: str) -> None:
        """Keep the outcome of a student's `job`, if another run would end the same.

        It is that of the cells that were not `known`.
        """
        if not outcome.lasting:
            return
        run_key, cell_keys = self._keys(job)
        run = known.run or {
            "outputs": [
                [cell.get("execution_count"), cell.get("outputs", [])]
                for cell in outcome.notebook.cells
                if cell.cell_type == "code" and not is_test(cell)
            ],
            "notices": outcome.notices,
            "usage": outcome.usage,
        }
        cells = {
            cell_keys[cell.grade_id]: cell.to_dict()
            for cell in outcome.cells
            if cell.grade_id in cell_keys
        }
        self.store.put_many({run_key: run, **cells}, student)

    def _keys(self, job: Job) -> tuple[str, dict[str, str]]:
        """Return the key of the student's cells, and that of each test cell."""
        running = hashlib.sha256(
            json.dumps(
                [
                    _versions(self.engine),
                    [[name, hashlib.sha256(data).hexdigest()] for name, data in job.files],
                    asdict(job.limits),
                    job.forbidden,
                    job.tier,
                ]
            ).encode()
        )
        cells = {}
        for cell in job.notebook.cells:
            if cell.cell_type != "code":
                continue
            if is_code_test(cell):
                own = running.copy()
                settings = cell.metadata.nbgrader
                own.update(
                    json.dumps(
                        [settings.grade_id, settings.points, *self._source(cell)],
                    ).encode()
                )
                cells[settings.grade_id] = f"{PREFIX}cell/{own.hexdigest()}"
            else:
                running.update(json.dumps([grade_id(cell), *self._source(cell)]).encode())
        return f"{PREFIX}run/{running.hexdigest()}", cells

    def _source(self, cell: NotebookNode) -> list:
        return [cell.source, self.imported.digests([cell.source])]


def is_code_test(cell: NotebookNode) -> bool:
    """Say whether a cell is run as a test."""
    return cell.cell_type == "code" and is_test(cell)


def tests_of(notebook: NotebookNode) -> list[str]:
    """Return the grade ids of the notebook's test cells, in order."""
    return [cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_code_test(cell)]


def _with_outputs(notebook: NotebookNode, outputs: list) -> NotebookNode:
    """Return the notebook with what its student's cells printed."""
    ran = nbformat.from_dict(notebook)
    own = [cell for cell in ran.cells if cell.cell_type == "code" and not is_test(cell)]
    for cell, (count, printed) in zip(own, outputs, strict=True):
        cell.execution_count = count
        cell.outputs = [nbformat.from_dict(output) for output in printed]
    return ran


@cache
def _versions(engine: str) -> tuple[str, ...]:
    """Return the versions of what decides how a cell runs."""
    libraries = [version(name) for name in ("numpy", "ipython", "matplotlib")]
    return (engine, platform.python_implementation(), sys.version, *libraries)
