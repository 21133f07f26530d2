"""All rows of the table, in its order."""

from tests.benchmarks import chain, gated, jacobians, memory, mlp, programs
from tests.benchmarks.row import Row

MODULES = (chain, programs, mlp, gated, jacobians, memory)

ROWS: dict[str, Row] = {row.name: row for module in MODULES for row in module.ROWS}
