"""Mutants that an author calls right: `equivalent.toml` beside the cases of an assignment.

    [[equivalent]]
    cell = "newton"
    was = "tolerance = 1e-12"
    now = "tolerance = 2e-12"
    reason = "both are below what the last step leaves"

`was` and `now` are the lines as the audit shows them, less `-` and `+`. They may stand for several
mutants of a cell, if all of these are right.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.audit.findings import Finding, Kind, Verdict
from grading.audit.mutation import Mutant
from grading.course import CourseError

FILE = "equivalent.toml"
MOST = 0.05  # of an assignment's mutants
_FIELDS = ("cell", "was", "now", "reason")


@dataclass(frozen=True)
class Equivalent:
    """One entry; `reason` says why the mutant is right."""

    cell: str
    was: str
    now: str
    reason: str

    def fits(self, mutant: Mutant) -> bool:
        """Say whether `mutant` is meant."""
        return (self.cell, self.was, self.now) == (mutant.cell, mutant.was, mutant.now)


def read_equivalents(folder: Path) -> list[Equivalent]:
    """Return the entries in the folder of an assignment's cases; none where there is no file.

    Raises:
        CourseError: when the file is malformed; it says where.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from error
    entries = content.get("equivalent", [])
    if set(content) - {"equivalent"} or not isinstance(entries, list):
        raise CourseError(f"{path}: it may hold [[equivalent]] entries only")
    return [_entry(path, number, entry) for number, entry in enumerate(entries, 1)]


def _entry(path: Path, number: int, entry: object) -> Equivalent:
    if not isinstance(entry, dict) or set(entry) != set(_FIELDS):
        raise CourseError(f"{path}: entry {number} must have {', '.join(_FIELDS)}, and only these")
    if not all(isinstance(text, str) and text.strip() for text in entry.values()):
        raise CourseError(f"{path}: entry {number} has a field without text")
    lines = {
        name: "\n".join(line.strip() for line in text.strip().split("\n"))
        for name, text in entry.items()
    }
    return Equivalent(**lines)


def reason_of(mutant: Mutant, entries: Iterable[Equivalent]) -> str:
    """Return why `mutant` is right, or nothing."""
    return next((entry.reason for entry in entries if entry.fits(mutant)), "")


def judge_entries(
    entries: Sequence[Equivalent], every: Sequence[Mutant], verdicts: Sequence[Verdict]
) -> list[Finding]:
    """Return what is wrong with `entries`, where `every` mutant there is was made.

    That is an entry that fits no mutant, one whose mutant loses points, or too many of them.
    """
    findings = []
    for entry in entries:
        fitting = [verdict for verdict in verdicts if entry.fits(verdict.mutant)]
        shown = f"{entry.was!r} → {entry.now!r}"
        if not any(entry.fits(mutant) for mutant in every):
            text = f"stale: no mutant turns {shown}; remove the entry from {FILE}"
            findings.append(Finding(Kind.EQUIVALENT, entry.cell, text))
        findings += [
            Finding(
                Kind.EQUIVALENT,
                entry.cell,
                f"{shown} loses points in {verdict.killed_by}: it is not right, or the test is not",
            )
            for verdict in fitting
            if verdict.killed_by
        ]
    named = sum(bool(reason_of(mutant, entries)) for mutant in every)
    if named > MOST * len(every):
        text = f"{named} of {len(every)} mutants are called right, more than {MOST:.0%}"
        findings.append(Finding(Kind.EQUIVALENT, FILE, text))
    return findings
