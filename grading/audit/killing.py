"""Mutation: every slip in the reference solution must lose points."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grading.audit.equivalents import Equivalent, reason_of
from grading.audit.findings import Finding, Kind, Verdict
from grading.audit.mutation import Mutant, mutants
from grading.audit.running import Runner
from grading.audit.subject import Subject
from grading.engine.job import CellOutcome, Limits, Outcome
from grading.repairing import grade_id
from grading.results import State

# A mutant may take so many times as long as the longest test of the reference solution, and at
# least so many seconds.
TIMES, FLOOR = 10.0, 2.0

Progress = Callable[[int, int, str], None]
Seen = Callable[[Mutant, Outcome], None]


@dataclass(frozen=True)
class Target:
    """A mutant of a notebook, and the tests to put to it: the likeliest to object come first."""

    subject: Subject
    mutant: Mutant
    rounds: tuple[tuple[str, ...], ...]


def every_mutant(subject: Subject) -> list[Mutant]:
    """Return all mutants of the notebook's answers."""
    return [mutant for cell in subject.answers for mutant in mutants(grade_id(cell), cell.source)]


def chosen(every: Sequence[Mutant], sample: int | None, seed: int) -> list[Mutant]:
    """Return `sample` of the mutants, in their order, or all of them."""
    if sample is None or sample >= len(every):
        return list(every)
    places = sorted(random.Random(seed).sample(range(len(every)), sample))
    return [every[place] for place in places]


def limits_for(subject: Subject, reference: Outcome) -> Limits:
    """Return what a mutant may use, from what the reference solution needed.

    It is rounded up to a power of two, so that the next audit finds what this one found.
    """
    longest = max((cell.seconds for cell in reference.cells), default=0.0)
    factor = 2.0 ** math.ceil(math.log2(max(TIMES * longest / FLOOR, 1.0)))
    seconds = min(FLOOR * factor, subject.limits.cell_seconds)
    return replace(subject.limits, cell_seconds=seconds)


def judge_mutants(
    runner: Runner,
    subject: Subject,
    some: Sequence[Mutant],
    reference: Outcome,
    entries: Sequence[Equivalent] = (),
    progress: Progress = lambda done, total, what: None,
    seen: Seen = lambda mutant, outcome: None,
) -> tuple[list[Verdict], list[Finding]]:
    """Return a verdict on each of `some` mutants, and a finding for each that survives.

    The nearest test below a cell that its names reach is asked first, then the others that they
    reach, then all that are left. `seen` is told of every outcome.
    """
    limits = limits_for(subject, reference)
    findings = _control(runner, subject, limits)
    rounds = {cell: _rounds(subject, cell) for cell in {mutant.cell for mutant in some}}
    verdicts: dict[Mutant, Verdict] = {}
    left, done = list(some), 0
    for number in range(max(map(len, rounds.values()), default=0)):
        asked = {m: rounds[m.cell][number] for m in left if number < len(rounds[m.cell])}
        jobs = (
            (
                mutant,
                subject.job(
                    subject.read(subject.answered(mutant.cell, mutant.source))[0], tests, limits
                ),
            )
            for mutant, tests in asked.items()
        )
        for mutant, outcome in runner.run(jobs):
            seen(mutant, outcome)
            cell = _lost(outcome, asked[mutant])
            if cell is not None:
                reason = reason_of(mutant, entries)
                verdicts[mutant] = Verdict(mutant, cell.grade_id, str(cell.state), reason)
                done += 1
            progress(done, len(some), f"mutants of {mutant.cell}")
        left = [mutant for mutant in left if mutant not in verdicts]
    for mutant in left:
        verdicts[mutant] = Verdict(mutant, reason=reason_of(mutant, entries))
    found = [verdicts[mutant] for mutant in some]
    return found, findings + [_survivor(verdict) for verdict in found if verdict.survived]


def _control(runner: Runner, subject: Subject, limits: Limits) -> list[Finding]:
    """See that the reference solution itself keeps the mutants' limits."""
    job = subject.job(subject.read(subject.reference)[0], subject.tests, limits)
    return [
        Finding(
            Kind.REFERENCE,
            cell.grade_id,
            f"within {limits.cell_seconds:g} s the reference solution is {cell.state}: mutants "
            "would lose points for nothing",
        )
        for _, outcome in runner.run([("", job)])
        for cell in outcome.cells
        if cell.state is not State.PASSED
    ]


def _rounds(subject: Subject, cell: str) -> list[tuple[str, ...]]:
    below, reached = subject.below(cell), subject.affected(cell)
    rounds = [reached[:1], reached[1:], [name for name in below if name not in reached]]
    return [tuple(tests) for tests in rounds if tests]


def _lost(outcome: Outcome, tests: Sequence[str]) -> CellOutcome | None:
    """Return the first of `tests` that took points."""
    asked = [cell for cell in outcome.cells if cell.grade_id in tests]
    return next((cell for cell in asked if cell.points < cell.max_points - 1e-9), None)


def _survivor(verdict: Verdict) -> Finding:
    mutant = verdict.mutant
    return Finding(
        Kind.MUTATION,
        mutant.cell,
        f"full marks for a slip ({mutant.operator}):\n{mutant.diff()}",
    )
