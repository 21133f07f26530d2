"""An audit for people, on a terminal, and for programs, as JSON."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from grading.audit.findings import Audit, Kind, Verdict

# Findings by the heading under which they are told.
HEADINGS = {
    Kind.FORM: "form",
    Kind.REFERENCE: "the reference solution",
    Kind.RELEASE: "the untouched student version",
    Kind.CASE: "sample answers that are not as declared",
    Kind.MUTATION: "slips that lose no points",
    Kind.EQUIVALENT: "equivalent.toml",
    Kind.STABILITY: "right answers that lost points",
    Kind.LEAK: "leaks",
}


def cell_table(audit: Audit) -> Table:
    """Return a table of the answer cells: their mutants, and how many lost points."""
    table = Table(title=f"{audit.assignment}: mutants by answer cell", title_justify="left")
    table.add_column("answer cell")
    for heading in ("mutants", "killed", "called right", "kill rate"):
        table.add_column(heading, justify="right")
    for cell, made, killed, right in audit.by_cell():
        rate = killed / (made - right) if made > right else 1.0
        style = "green" if killed == made - right else "bold red"
        table.add_row(cell, str(made), str(killed), str(right), Text(f"{rate:.0%}", style))
    return table


def finding_lines(audit: Audit) -> Iterator[str]:
    """Yield the findings, a heading above those of a kind."""
    for kind, heading in HEADINGS.items():
        found = audit.of(kind)
        if found:
            yield f"{audit.assignment}: {heading} ({len(found)})"
        for finding in found:
            first, *more = finding.text.split("\n")
            yield f"  ✗ {finding.where}: {first}"
            yield from (f"      {line}" for line in more)


def last_line(audits: Sequence[Audit]) -> str:
    """Return the whole in one line; of what was not asked it says nothing."""
    asked = frozenset.union(*(audit.asked for audit in audits))
    several = "assignment" if len(audits) == 1 else "assignments"
    parts = [f"{len(audits)} {several}"]
    if Kind.MUTATION in asked:
        killed, to_kill = (
            sum(audit.killed for audit in audits),
            sum(audit.to_kill for audit in audits),
        )
        parts.append(f"kill rate {killed}/{to_kill}")
    if Kind.CASE in asked:
        right, cases = (
            sum(audit.as_declared for audit in audits),
            sum(audit.cases for audit in audits),
        )
        parts.append(f"cases {right}/{cases}")
    for kind, well, one, many in (
        (Kind.STABILITY, "stable", "unstable answer", "unstable answers"),
        (Kind.LEAK, "no leaks", "leak", "leaks"),
    ):
        if kind in asked:
            count = sum(len(audit.of(kind)) for audit in audits)
            parts.append(f"{count} {one if count == 1 else many}" if count else well)
    told = {Kind.MUTATION, Kind.CASE, Kind.STABILITY, Kind.LEAK}
    others = sum(len(audit.of(*(set(Kind) - told))) for audit in audits)
    if others:
        parts.append(f"{others} other {'finding' if others == 1 else 'findings'}")
    return "audit: " + ", ".join(parts)


def write_json(path: Path, audits: Sequence[Audit]) -> None:
    """Write all that was found: a record an assignment."""
    content = {
        "summary": last_line(audits),
        "assignments": [_record(audit) for audit in audits],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _record(audit: Audit) -> dict:
    return {
        "assignment": audit.assignment,
        "asked": sorted(audit.asked),
        "killed": audit.killed,
        "to_kill": audit.to_kill,
        "cases": audit.cases,
        "as_declared": audit.as_declared,
        "cells": [
            {"cell": cell, "mutants": made, "killed": killed, "called_right": right}
            for cell, made, killed, right in audit.by_cell()
        ],
        "findings": [
            {"kind": str(finding.kind), "where": finding.where, "text": finding.text}
            for finding in audit.findings
        ],
        "mutants": [_verdict(verdict) for verdict in audit.verdicts],
    }


def _verdict(verdict: Verdict) -> dict:
    mutant = verdict.mutant
    return {
        "cell": mutant.cell,
        "operator": mutant.operator,
        "was": mutant.was,
        "now": mutant.now,
        "killed_by": verdict.killed_by,
        "state": verdict.state,
        "called_right": verdict.reason,
    }
