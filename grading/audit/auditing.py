"""The audit of one assignment, question by question."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grading.audit.declared import run_author, run_cases, run_untouched
from grading.audit.equivalents import judge_entries, read_equivalents
from grading.audit.findings import Audit, Finding, Kind, Verdict
from grading.audit.form import form_findings
from grading.audit.killing import chosen, every_mutant, judge_mutants
from grading.audit.leaks import (
    Secrets,
    leaks_in_outcome,
    leaks_in_release,
    once,
    page_of,
)
from grading.audit.mutation import Mutant
from grading.audit.running import Runner
from grading.audit.stability import TURNS, judge_stability
from grading.audit.subject import subjects
from grading.cases import Case, CaseError, load_cases
from grading.course import Course
from grading.engine.job import Outcome

EVERYTHING = frozenset(Kind)
Progress = Callable[[int, int, str], None]


@dataclass
class _Notes:
    """What has been found so far."""

    findings: list[Finding] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    leaks: list[Finding] = field(default_factory=list)
    cases: int = 0
    as_declared: int = 0

    def count_cases(self, cases: Sequence[Case], found: Sequence[Finding]) -> None:
        """Note which of `cases` are as declared, where `found` are those that are not."""
        wrong = {finding.where for finding in found}
        self.findings += found
        self.cases += len(cases)
        self.as_declared += sum(case.name not in wrong for case in cases)


def audit(
    course: Course,
    assignment: str,
    runner: Runner,
    *,
    asked: Collection[Kind] = EVERYTHING,
    sample: int | None = None,
    seed: int = 0,
    turns: int = TURNS,
    progress: Progress = lambda done, total, what: None,
) -> Audit:
    """Ask of `assignment` the questions in `asked`.

    With `sample` only so many mutants are made, chosen by `seed`, of those of each notebook. Right
    answers are graded `turns` times. Leaks are looked for in whatever is graded for the other
    questions.

    Raises:
        CourseError: when there is no such assignment, it cannot be released, or a file of its cases
            is malformed.
    """
    notes = _Notes()
    books = subjects(course, assignment, runner.tier)
    folder = course.root / "cases" / assignment
    entries = read_equivalents(folder)
    cases = _cases(folder, notes) if {Kind.CASE, Kind.STABILITY} & {*asked} else []
    if len(books) != 1 and cases:
        text = f"{len(books)} notebooks; sample answers fit an assignment with one"
        notes.findings.append(Finding(Kind.CASE, assignment, text))
        cases = []
    every: list[Mutant] = []
    for subject in books:
        if Kind.FORM in asked:
            notes.findings += form_findings(subject.source)
        secrets = Secrets.of(course, subject)
        reference, found = run_author(runner, subject)
        notes.findings += found
        ran = {"reference": reference}
        if Kind.RELEASE in asked:
            ran["untouched"], more = run_untouched(runner, subject)
            notes.findings += more
        if Kind.MUTATION in asked and not found:
            made = every_mutant(subject)
            every += made
            some = chosen(made, sample, seed)
            look = _Looking(secrets) if Kind.LEAK in asked else _not_looking
            verdicts, found = judge_mutants(
                runner, subject, some, reference, entries, progress, look
            )
            notes.verdicts += verdicts
            notes.findings += found
            notes.leaks += getattr(look, "findings", [])
        if Kind.CASE in asked:
            of_cases, found = run_cases(runner, subject, cases, progress)
            ran |= of_cases
            notes.count_cases(cases, found)
        if Kind.STABILITY in asked:
            notes.findings += judge_stability(runner, subject, cases, turns, progress)
        if Kind.LEAK in asked:
            notes.leaks += leaks_in_release(subject, secrets)
            for who, outcome in ran.items():
                page = page_of(course, subject, who, outcome)
                notes.leaks += leaks_in_outcome(who, outcome, secrets, page)
    if Kind.EQUIVALENT in asked:
        notes.findings += judge_entries(entries, every, notes.verdicts)
    notes.findings += once(notes.leaks)
    return Audit(
        assignment,
        tuple(notes.verdicts),
        notes.cases,
        notes.as_declared,
        tuple(notes.findings),
        frozenset(asked),
    )


class _Looking:
    """Looks for leaks in what mutants are told."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets
        self.findings: list[Finding] = []

    def __call__(self, mutant: Mutant, outcome: Outcome) -> None:
        who = f"a mutant of {mutant.cell}"
        self.findings += leaks_in_outcome(who, outcome, self.secrets)


def _not_looking(mutant: Mutant, outcome: Outcome) -> None:
    """Look for nothing."""


def _cases(folder: Path, notes: _Notes) -> list[Case]:
    try:
        return load_cases(folder)
    except CaseError as error:
        notes.findings.append(Finding(Kind.CASE, folder.name, str(error)))
        return []
