"""What an audit has to object to, and what it counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grading.audit.kinds import Kind
from grading.audit.mutation import Mutant

__all__ = ["Audit", "Finding", "Kind", "Verdict"]


@dataclass(frozen=True)
class Finding:
    """One thing to mend: `text` is a sentence or more for the author."""

    kind: Kind
    where: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: `killed_by` is the test that took points from it, if any.

    `reason` is its author's word that it is right all the same, or empty.
    """

    mutant: Mutant
    killed_by: str = ""
    state: str = ""
    reason: str = ""

    @property
    def survived(self) -> bool:
        """Whether it got full marks, though nobody said that it is right."""
        return not self.killed_by and not self.reason


@dataclass(frozen=True)
class Audit:
    """What the audit of one assignment found.

    `cases` and `as_declared` count sample answers. What was not asked is not in `asked`.
    """

    assignment: str
    verdicts: Sequence[Verdict] = ()
    cases: int = 0
    as_declared: int = 0
    findings: Sequence[Finding] = ()
    asked: frozenset[Kind] = field(default_factory=lambda: frozenset(Kind))

    @property
    def killed(self) -> int:
        """How many mutants lost points, those apart that their author calls right."""
        return sum(bool(verdict.killed_by) and not verdict.reason for verdict in self.verdicts)

    @property
    def to_kill(self) -> int:
        """How many mutants must lose points."""
        return sum(not verdict.reason for verdict in self.verdicts)

    def of(self, *kinds: Kind) -> list[Finding]:
        """Return the findings of these kinds."""
        return [finding for finding in self.findings if finding.kind in kinds]

    def by_cell(self) -> Iterator[tuple[str, int, int, int]]:
        """Yield each answer cell with its mutants: how many in all, killed, and called right."""
        cells = dict.fromkeys(verdict.mutant.cell for verdict in self.verdicts)
        for cell in cells:
            own = [verdict for verdict in self.verdicts if verdict.mutant.cell == cell]
            right = sum(bool(verdict.reason) for verdict in own)
            killed = sum(bool(verdict.killed_by) and not verdict.reason for verdict in own)
            yield cell, len(own), killed, right
