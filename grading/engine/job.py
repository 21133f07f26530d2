"""What goes into the engine and what comes out of it: a notebook to grade, and what was found.

Both cross to a worker process as bytes, in JSON: the engine is a function from bytes to bytes.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import nbformat
from nbformat import NotebookNode

from grading.checks import Result
from grading.limits import Limits
from grading.results import State

TIERS = ("best", "namespaces", "landlock", "none")


@dataclass(frozen=True)
class Job:
    """One notebook to grade.

    `notebook` is repaired, its test cells with their full source, hidden tests included. `files`
    are the assignment's data files by relative path. `forbidden` are the top-level modules that
    answers may not import. `tier` is one of TIERS; "none" is without walls. `run` are the grade
    ids of the test cells to run, None for all; the others are left without outputs.
    """

    notebook: NotebookNode
    files: tuple[tuple[str, bytes], ...] = ()
    limits: Limits = field(default_factory=Limits)
    forbidden: tuple[str, ...] = ()
    tier: str = "best"
    run: tuple[str, ...] | None = None

    def to_bytes(self) -> bytes:
        """Return the job as bytes, from which `from_bytes` makes an equal one."""
        content = _shallow(self)
        content["files"] = [(name, base64.b64encode(data).decode()) for name, data in self.files]
        content["limits"] = asdict(self.limits)
        return json.dumps(content).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Job":
        """Return the job that `to_bytes` wrote."""
        found = json.loads(content)
        found["notebook"] = nbformat.from_dict(found["notebook"])
        found["files"] = tuple((name, base64.b64decode(data)) for name, data in found["files"])
        found["limits"] = Limits(**found["limits"])
        found["forbidden"] = tuple(found["forbidden"])
        found["run"] = None if found["run"] is None else tuple(found["run"])
        return cls(**found)


@dataclass(frozen=True)
class CellOutcome:
    """How one test cell ended. `forgeable` is one that ran inside the student's process."""

    grade_id: str
    points: float
    max_points: float
    state: State
    message: str = ""
    checks: tuple[Result, ...] = ()
    seconds: float = 0.0
    forgeable: bool = False
    outputs: list[NotebookNode] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as what JSON can hold."""
        return {**_shallow(self), "checks": [asdict(check) for check in self.checks]}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> "CellOutcome":
        """Return the outcome that `to_dict` described."""
        return cls(
            **{
                **found,
                "state": State(found["state"]),
                "checks": tuple(Result(**check) for check in found["checks"]),
                "outputs": [nbformat.from_dict(output) for output in found["outputs"]],
            }
        )


@dataclass(frozen=True)
class Outcome:
    """What grading one notebook found.

    `notebook` has the outputs of the student's cells, and those of the test cells that ran.
    `notices` are sentences about the run as a whole. `usage` tells seconds, cpu_seconds,
    peak_memory_bytes, tier and runs. An outcome in which a time limit, a kill or a lack of memory
    had a part is not `lasting`: another run may end otherwise.
    """

    notebook: NotebookNode
    cells: tuple[CellOutcome, ...] = ()
    notices: tuple[str, ...] = ()
    usage: dict[str, Any] = field(default_factory=dict)
    lasting: bool = True

    def to_bytes(self) -> bytes:
        """Return the outcome as bytes, from which `from_bytes` makes an equal one."""
        content = {**_shallow(self), "cells": [cell.to_dict() for cell in self.cells]}
        return json.dumps(content).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Outcome":
        """Return the outcome that `to_bytes` wrote."""
        found = json.loads(content)
        found["notebook"] = nbformat.from_dict(found["notebook"])
        found["cells"] = tuple(map(CellOutcome.from_dict, found["cells"]))
        found["notices"] = tuple(found["notices"])
        return cls(**found)


def _shallow(record: Any) -> dict[str, Any]:
    """Return the fields of a dataclass by name, without looking inside them."""
    return {part.name: getattr(record, part.name) for part in fields(record)}
