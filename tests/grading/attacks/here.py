"""Grading an attack here: what comes of it, and what it leaves behind."""

import json
import os
import socket
import tempfile
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import psutil
from nbformat.v4 import new_notebook

from grading import walls
from grading.engine import Job, Limits, Outcome, grade_notebook, nursery
from tests.grading.attacks.attack import SECRETS, Attack, notebook_cells

LIMITS = Limits(
    cell_seconds=2,
    notebook_seconds=60,
    memory_bytes=256 << 20,
    processes=40,
    workspace_bytes=32 << 20,
    output_chars=100_000,
)


class Outside:
    """What lies outside of the walls: a folder, and a server that nobody is to call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0)

    @property
    def filled(self) -> dict[str, str]:
        """What stands for the placeholders in the cells of attacks."""
        return {"PORT": str(self.server.getsockname()[1]), "FOLDER": str(self.folder)}

    def reached(self) -> str:
        """Say how an attack got out, or nothing."""
        if any(self.folder.iterdir()):
            return "wrote into a folder outside"
        try:
            self.server.accept()[0].close()
        except BlockingIOError:
            return ""
        return "reached a server"


@dataclass(frozen=True)
class Left:
    """What a worker holds between two notebooks."""

    processes: int
    descriptors: int
    folders: frozenset[str]

    @classmethod
    def now(cls) -> "Left":
        """Return what this process, as a worker, holds now."""
        (warm,) = nursery._nurseries.values()
        return cls(
            len(walls.processes_of(warm._process.pid)) + len(psutil.Process().children()),
            len(os.listdir("/proc/self/fd")),
            frozenset(place.name for place in Path(tempfile.gettempdir()).glob("adcourse-*")),
        )


def grade_here(attack: Attack, outside: Outside, tier: str = "best") -> Outcome:
    """Return what the engine finds in the notebook of `attack`."""
    filled = {**outside.filled, "HARMLESS": "False"}
    job = Job(new_notebook(cells=notebook_cells(attack, filled)), limits=LIMITS, tier=tier)
    return Outcome.from_bytes(grade_notebook(job.to_bytes()))


def secrets_in(outcome: Outcome) -> list[str]:
    """Return what of SECRETS an outcome tells besides the text of the tests itself."""
    content = json.loads(outcome.to_bytes())
    notebook = deepcopy(content["notebook"])
    for cell in notebook["cells"]:
        cell["source"] = ""
    text = json.dumps([notebook, content["cells"], content["notices"], content["usage"]])
    return [secret for secret in SECRETS if secret in text]
