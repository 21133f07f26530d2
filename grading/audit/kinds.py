"""The questions of an audit, which the command line names."""

from enum import StrEnum


class Kind(StrEnum):
    """Which question of the audit a finding answers."""

    REFERENCE = "reference"
    RELEASE = "release"
    CASE = "case"
    MUTATION = "mutation"
    EQUIVALENT = "equivalent"
    STABILITY = "stability"
    LEAK = "leak"
    FORM = "form"
