"""The grader beside stock nbgrader, end to end: python -m tests.benchmarks.grader.

A class is made of sample answers to an assignment, once with the figures at its end and once
without. Both graders grade it into a gradebook on one core, taking turns, a student at a time in
stock nbgrader and all at once here. Medians and their ratios are printed, and written to
build/bench/grader.txt. It is no test.
"""

import argparse
import json
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat.v4 import new_code_cell
from nbgrader.converters import Autograde, GenerateFeedback

from grading import walls
from grading.batch.pool import Pool, usable_cores
from grading.batch.run import grade
from grading.cases import build_submission, load_cases
from grading.convert import convert
from grading.course import Course, read_notebook
from grading.engine import Job, grade_notebook
from grading.feedback import write_feedback
from grading.release import release
from tests.benchmarks.run import ROOT, machine
from tests.grading.engine.notebooks import simple

ASSIGNMENT = "ps01"
CLASS = [f"s{n:02}" for n in range(60)]  # of a size for which the second of starting counts little
ANSWERS = ("right_with_loops", "right_with_recursion", "multiplies_paths", "half_way")
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.ClearMarkScheme.enforce_metadata = False
"""


class Table:
    """Lines that are printed as they come, and kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, line: str = "") -> None:
        """Add a line."""
        self.lines.append(line)
        print(line, flush=True)

    def row(self, what: str, value: str, target: str, met: bool) -> None:
        """Add what was measured, and whether that is as it should be."""
        self.add(f"  {what:<58}{value:>12}   target {target}: {'met' if met else 'MISSED'}")


@contextmanager
def class_of(students: Sequence[str], figures: bool, config: str | None = None) -> Iterator[Course]:
    """Make a course in a folder of its own, where `students` hand in sample answers in turn."""
    source = ROOT / "course"
    cases = {case.name: case for case in load_cases(source / "cases" / ASSIGNMENT)}
    with TemporaryDirectory() as folder:
        root = Path(folder, "course")
        shutil.copytree(source / "source", root / "source")
        if config is None:
            shutil.copy(source / "nbgrader_config.py", root)
        else:
            (root / "nbgrader_config.py").write_text(config)
        course = Course(root)
        path = next((root / "source" / ASSIGNMENT).glob("*.ipynb"))
        if not figures:
            _without_figures(path)
        release(course, ASSIGNMENT)
        released = next(iter(course.released(ASSIGNMENT).values()))
        for number, student in enumerate(students):
            case = cases[ANSWERS[number % len(ANSWERS)]]
            notebook = build_submission(case, read_notebook(path), released)
            handed_in = course.path("submitted", student, ASSIGNMENT) / path.name
            handed_in.parent.mkdir(parents=True)
            nbformat.write(notebook, handed_in)
        yield course


def _without_figures(path: Path) -> None:
    """Take the cells that draw out of the notebook at `path`."""
    notebook = read_notebook(path)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type != "code" or "plt.show()" not in cell.source
    ]
    nbformat.write(notebook, path)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def against_stock(table: Table, rounds: int, figures: bool, target: float) -> None:
    """Compare the throughput of one core."""
    stock, ours = [], []
    with class_of(CLASS, figures, STOCK) as theirs, class_of(CLASS, figures) as course:
        for number in range(rounds):
            student = CLASS[number % len(CLASS)]
            coursedir = theirs.directory(assignment_id=ASSIGNMENT, student_id=student)
            stock.append(timed(lambda d=coursedir: convert(Autograde, theirs, d)))
            seconds = timed(lambda: grade(course, ASSIGNMENT, force=True, workers=1))
            ours.append(seconds / len(CLASS))
    ratio = statistics.median(stock) / statistics.median(ours)
    what = "with figures" if figures else "without figures"
    table.add(
        f"  stock {statistics.median(stock):.2f} s, here {statistics.median(ours):.3f} s a notebook"
    )
    table.row(f"times stock nbgrader, {what}", f"{ratio:.1f}", f"{target:g}", ratio >= target)


def own_overhead(table: Table, rounds: int) -> None:
    """Measure what an empty notebook costs, and each test cell more."""
    per_notebook, per_test = [], []
    few, many = _trivial(1), _trivial(21)
    grade_notebook(few)
    for _ in range(rounds):
        short, long = timed(lambda: grade_notebook(few)), timed(lambda: grade_notebook(many))
        per_test.append((long - short) / 20)
        per_notebook.append(short - per_test[-1])
    notebook, test = statistics.median(per_notebook) * 1e3, statistics.median(per_test) * 1e3
    table.row("own cost of a notebook (ms)", f"{notebook:.1f}", "25", notebook <= 25)
    table.row("own cost of a test cell (ms)", f"{test:.1f}", "10", test <= 10)


def _trivial(tests: int) -> bytes:
    """Return the job of a notebook with one cell, and so many test cells that ask for it."""
    cells = [new_code_cell("x = 1"), *[simple(f"t{n}", "x", "1") for n in range(tests)]]
    return Job(nbformat.v4.new_notebook(cells=cells)).to_bytes()


def two_cores(table: Table, rounds: int) -> None:
    """Compare two cores, a worker each, with one: it has its worker, students and all."""
    if not hasattr(os, "sched_setaffinity") or usable_cores() < 2:
        table.add("  two cores against one: this machine has one, or can't be told to use one")
        return
    everywhere = os.sched_getaffinity(0)
    cores = sorted(everywhere)[:2]
    seconds: dict[int, list[float]] = {1: [], 2: []}
    with class_of(CLASS, figures=True) as course:
        for _ in range(rounds):
            for many, taken in seconds.items():
                os.sched_setaffinity(0, cores[:many])
                taken.append(timed(lambda n=many: grade(course, ASSIGNMENT, force=True, workers=n)))
    os.sched_setaffinity(0, everywhere)
    ratio = statistics.median(a / b for a, b in zip(seconds[1], seconds[2], strict=True))
    table.row("two cores against one", f"{ratio:.2f}", "1.8", ratio >= 1.8)


def unchanged(table: Table, students: int = 1000) -> None:
    """Time a second grading of a class in which nothing has changed."""
    with class_of([f"s{n:04}" for n in range(students)], figures=False) as course:
        grade(course, ASSIGNMENT)
        seconds = timed(lambda: grade(course, ASSIGNMENT))
    table.row(f"{students} unchanged submissions (s)", f"{seconds:.2f}", "5", seconds <= 5)


def feedback(table: Table, rounds: int) -> None:
    """Compare the making of feedback pages."""
    students = [f"s{n:02}" for n in range(16)]
    stock, ours = [], []
    with class_of(students, figures=True) as course:
        grade(course, ASSIGNMENT)
        for number in range(rounds):
            student = students[number % len(students)]
            coursedir = course.directory(assignment_id=ASSIGNMENT, student_id=student)
            plain = Course(course.root)
            for ours_alone in ("GenerateFeedback", "HTMLExporter"):
                plain.config.pop(ours_alone, None)
            stock.append(timed(lambda d=coursedir, c=plain: convert(GenerateFeedback, c, d)))
            ours.append(timed(lambda: write_feedback(course, ASSIGNMENT)) / len(students))
    ratio = statistics.median(stock) / statistics.median(ours)
    table.row("feedback pages, times stock nbgrader", f"{ratio:.1f}", "5", ratio >= 5)


def memory(table: Table, notebooks: int) -> None:
    """Watch the memory of a worker, and of its warm parent, over many notebooks."""
    job = _trivial(3)
    with Pool(1, grade_and_weigh) as pool:
        found = [json.loads(said) for _, said in pool.run((n, job) for n in range(notebooks))]
    own, everything = found[-1]
    growth = everything - found[min(10, notebooks - 1)][1]
    table.row(f"growth over {notebooks} notebooks (MB)", f"{growth:.1f}", "5", growth <= 5)
    table.row("a worker, beside the notebook and its libraries (MB)", f"{own:.0f}", "80", own <= 80)
    table.add(f"  with the warm parent, whose memory notebooks share: {everything:.0f} MB")


def grade_and_weigh(job: bytes) -> bytes:
    """Grade a notebook; return the MB of this process, and with its warm parent, by share."""
    grade_notebook(job)
    pid = os.getpid()
    return json.dumps([walls.memory_of_process(pid) / 1e6, walls.memory_of(pid) / 1e6]).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--students", type=int, default=1000, help="for what is counted in classes")
    options = parser.parse_args()
    table = Table()
    table.add(machine())
    table.add(f"\nGrading {ASSIGNMENT}, behind walls of the kind “{walls.best_tier()}”")
    memory(table, options.students)  # first: workers begin as forks of this process
    own_overhead(table, 5 * options.rounds)
    against_stock(table, options.rounds, figures=True, target=10)
    against_stock(table, options.rounds, figures=False, target=25)
    two_cores(table, max(3, options.rounds // 2))
    feedback(table, options.rounds)
    unchanged(table, options.students)
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "grader.txt").write_text("\n".join(table.lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
