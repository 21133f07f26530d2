"""Measure all rows and print one table: python -m tests.benchmarks.run [--rounds N] [row …].

Every contender runs in a process of its own, on one thread, and they take turns. What is
printed are medians, and their ratios to the first contender and to the targets. The table and
all samples go to build/bench/.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.row import Row, agree
from tests.benchmarks.rows import ROWS

ROOT = Path(__file__).parents[2]

SETTINGS = {
    # One thread.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    # Freed memory is kept, as in a process that runs for long. Otherwise what large arrays cost
    # depends on page faults, and those on what else the process did before.
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
}


@dataclass
class Measured:
    """What one contender of one row did: samples, or why there are none."""

    row: str
    contender: str
    samples: list[float] = field(default_factory=list)
    result: list[float] = field(default_factory=list)
    problem: str = ""

    @property
    def median(self) -> float | None:
        return statistics.median(self.samples) if self.samples else None


class Contender:
    """A worker process, and what it has measured."""

    def __init__(self, row: Row, name: str) -> None:
        self.measured = Measured(row.name, name)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.worker", row.name, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | SETTINGS,
        )
        first = self._read()
        if first is not None:
            self.measured.problem = first.get("skipped", "")
            self.measured.result = first.get("result", [])

    def sample(self, operations: int) -> None:
        if not self.measured.problem:
            print(file=self._process.stdin, flush=True)
            value = self._read()
            if value is not None:
                self.measured.samples.append(value / operations)

    def end(self) -> None:
        self._process.communicate()

    def _read(self) -> Any:
        line = self._process.stdout.readline()
        if line:
            return json.loads(line)
        last = self._process.stderr.read().strip().splitlines()[-1:]
        self.measured.problem = f"failed: {''.join(last)}"
        return None


def measure(row: Row, rounds: int) -> list[Measured]:
    """Return what every contender of `row` did in so many rounds."""
    contenders = [Contender(row, name) for name in row.contenders]
    for _ in range(rounds if row.unit == "s" else 1):
        for contender in contenders:
            contender.sample(row.operations)
    for contender in contenders:
        contender.end()
    found = [contender.measured for contender in contenders]
    reference = next((one.result for one in found if one.result), [])
    for one in found:
        if one.result and not agree(reference, one.result, row.tolerance):
            one.problem = f"another result than {found[0].contender}"
    return found


def table(row: Row, found: Sequence[Measured]) -> str:
    """Return the lines of one row: medians, ratios to the first contender, targets."""
    medians = {one.contender: one.median for one in found}
    base = found[0].median
    lines = [f"{row.title}" + (f", for one of {row.operations}" if row.operations > 1 else "")]
    for one in found:
        if one.median is None:
            lines.append(f"  {one.contender:<26}{'—':>12}          {one.problem}")
            continue
        ratio = f"{one.median / base:8.2f} ×" if base else ""
        lines.append(
            f"  {one.contender:<26}{shown(one.median, row.unit):>12}{ratio}  {one.problem}"
        )
    for target in row.targets:
        ours = medians[target.contender]
        theirs = medians[target.against] if target.against else 1.0
        if ours is not None and theirs is not None:
            ratio = ours / theirs
            verdict = "met" if ratio <= target.factor else "MISSED"
            lines.append(
                f"    {target.contender}{' / ' + target.against if target.against else ''} = "
                f"{ratio:.4g}, target {target.factor:g}: {verdict}"
            )
    return "\n".join(line.rstrip() for line in lines)


def shown(value: float, unit: str) -> str:
    """Return a measure with its unit.

    >>> shown(0.00123, "s"), shown(3.2e-7, "s"), shown(40.0, "bytes")
    ('1.23 ms', '320 ns', '40 bytes')
    """
    if unit != "s":
        return f"{value:.6g} {unit}"
    for scale, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= scale:
            return f"{value / scale:.4g} {name}"
    return f"{value / 1e-9:.4g} ns"


def machine() -> str:
    """Say on what was measured."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return f"{model}, Python {platform.python_version()}, NumPy {np.__version__}, one thread"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="row", help=f"any of: {', '.join(ROWS)}")
    parser.add_argument("--rounds", type=int, default=25, help="samples of each contender")
    parser.add_argument("--out", type=Path, default=Path("build/bench"))
    options = parser.parse_args()
    unknown = set(options.rows) - ROWS.keys()
    if unknown:
        parser.error(f"no row is called {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    texts, everything = [machine()], []
    print(texts[0], flush=True)
    for name in options.rows or ROWS:
        found = measure(ROWS[name], options.rounds)
        everything += found
        texts.append(table(ROWS[name], found))
        print("\n" + texts[-1], flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "table.txt").write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    samples = {"machine": texts[0], "measured": [asdict(one) for one in everything]}
    (options.out / "samples.json").write_text(json.dumps(samples, indent=1), encoding="utf-8")
    if any(one.problem.startswith(("failed", "another")) for one in everything):
        sys.exit(1)


if __name__ == "__main__":
    main()
