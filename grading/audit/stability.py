"""Stability: a right answer gets full marks each time, whatever the seeds of chance are."""

from collections.abc import Callable, Sequence

from grading.audit.findings import Finding, Kind
from grading.audit.running import Runner
from grading.audit.subject import REFERENCE, Subject
from grading.cases import Case

TURNS = 20

Progress = Callable[[int, int, str], None]


def judge_stability(
    runner: Runner,
    subject: Subject,
    cases: Sequence[Case],
    turns: int = TURNS,
    progress: Progress = lambda done, total, what: None,
) -> list[Finding]:
    """Grade the reference solution and the correct ones of `cases` over and over.

    Each turn has processes of its own, with new seeds for Python's and NumPy's chance and for the
    order of sets. Returns a finding for each test that took points from a right answer.
    """
    right = [REFERENCE, *(case for case in cases if case.kind == "correct")]
    notebooks = {case.name: subject.read(subject.submission(case))[0] for case in right}
    jobs = (
        (name, subject.job(notebook, subject.tests))
        for _ in range(turns)
        for name, notebook in notebooks.items()
    )
    lost: dict[tuple[str, str], list[str]] = {}
    for done, (name, outcome) in enumerate(runner.run(jobs, anew=True), 1):
        for cell in outcome.cells:
            if cell.points < cell.max_points - 1e-9:
                said = cell.message or str(cell.state)
                lost.setdefault((name, cell.grade_id), []).append(said)
        progress(done, turns * len(right), f"once more {name}")
    return [
        Finding(
            Kind.STABILITY,
            name,
            f"it lost points in {cell} in {len(said)} of {turns} turns, saying “{said[0]}”",
        )
        for (name, cell), said in lost.items()
    ]
