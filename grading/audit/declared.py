"""What must come out as said beforehand: the author's answers, no answers, sample answers."""

from collections.abc import Callable, Sequence

from grading.audit.findings import Finding, Kind
from grading.audit.running import Runner
from grading.audit.subject import REFERENCE, Subject
from grading.cases import Case, CaseError, compare
from grading.engine.job import Outcome
from grading.results import CellResult, Notice, State

UNTOUCHED = Case("untouched", "The student version as it was handed out", "empty", "", "release")

Progress = Callable[[int, int, str], None]
Ran = dict[str, Outcome]  # by the name of the case


def run_cases(
    runner: Runner,
    subject: Subject,
    cases: Sequence[Case],
    progress: Progress = lambda done, total, what: None,
) -> tuple[Ran, list[Finding]]:
    """Grade the notebooks of `cases`; return the outcomes and where they are not as declared."""
    jobs, notices, findings = [], {}, []
    for case in cases:
        try:
            notebook, notices[case.name] = subject.read(subject.submission(case))
        except CaseError as error:
            findings.append(Finding(Kind.CASE, case.name, str(error)))
            continue
        jobs.append((case, subject.job(notebook)))
    ran: Ran = {}
    for done, (case, outcome) in enumerate(runner.run(jobs), 1):
        ran[case.name] = outcome
        said = [
            Notice(case.name, subject.name, text)
            for text in (*notices[case.name], *outcome.notices)
        ]
        findings += [
            Finding(Kind.CASE, case.name, text)
            for text in compare(case, results_of(case.name, subject, outcome), said)
        ]
        progress(done, len(jobs), f"case {case.name}")
    return ran, findings


def run_author(runner: Runner, subject: Subject) -> tuple[Outcome, list[Finding]]:
    """Grade the reference solution, which must get full marks and raise nothing."""
    job = subject.job(subject.read(subject.submission(REFERENCE))[0])
    ((_, outcome),) = runner.run([("", job)])
    findings = [
        Finding(
            Kind.REFERENCE,
            cell.grade_id,
            f"{cell.points:g} of {cell.max_points:g} points: {cell.message or cell.state}",
        )
        for cell in outcome.cells
        if cell.state is not State.PASSED
    ]
    findings += [
        Finding(Kind.REFERENCE, place, f"the author's own cell raised {said}")
        for place, name, said in errors_of(outcome)
    ]
    return outcome, findings


def run_untouched(runner: Runner, subject: Subject) -> tuple[Outcome, list[Finding]]:
    """Grade the student version as it is, which must get nothing, and break nothing."""
    job = subject.job(subject.read(subject.submission(UNTOUCHED))[0])
    ((_, outcome),) = runner.run([("", job)])
    findings = [
        Finding(
            Kind.RELEASE,
            cell.grade_id,
            f"untouched it is {cell.state} with {cell.points:g} points; it must fail with 0",
        )
        for cell in outcome.cells
        if cell.points > 0 or cell.state is not State.FAILED
    ]
    answered = True
    for place, name, said in errors_of(outcome):
        if name != "NotImplementedError" and answered:
            findings.append(
                Finding(
                    Kind.RELEASE,
                    place,
                    f"it raised {said} before any answer that is left to be written",
                )
            )
        answered = answered and name != "NotImplementedError"
    return outcome, findings


def results_of(student: str, subject: Subject, outcome: Outcome) -> list[CellResult]:
    """Return an outcome as results of `student`."""
    return [
        CellResult(
            student,
            subject.name,
            cell.grade_id,
            cell.points,
            cell.max_points,
            cell.state,
            cell.message,
            cell.checks,
            cell.seconds,
            cell.forgeable,
        )
        for cell in outcome.cells
    ]


def errors_of(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return the errors of the cells that are no tests: where, what kind, and in words."""
    tests = {cell.grade_id for cell in outcome.cells}
    found = []
    for number, cell in enumerate(outcome.notebook.cells, 1):
        name = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell {number}")
        if cell.cell_type != "code" or name in tests:
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                found.append((name, output.ename, f"{output.ename}: {output.evalue}"))
    return found
