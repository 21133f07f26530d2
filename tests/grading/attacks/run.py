"""`make attacks`: all attacks in a table, beside what comes of them under stock nbgrader."""

import functools
import os
import sys
import tempfile
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

import nbgrader.api
from rich.console import Console
from rich.progress import track
from rich.table import Table

from grading.results import State
from tests.grading.attacks.all import ATTACKS
from tests.grading.attacks.attack import ENVIRONMENT, Attack
from tests.grading.attacks.here import Outside, grade_here, secrets_in
from tests.grading.attacks.stock import Effect, Stock

WORKERS = 2


def under_stock(number: int) -> str:
    """Return what comes of an attack under stock nbgrader."""
    attack = ATTACKS[number]
    if attack.stock not in set(Effect):
        return attack.stock
    return str(_stock().effect_of(attack, _outside()))


def here(number: int) -> tuple[bool, str]:
    """Say whether an attack failed here, and how it ended."""
    attack, outside = ATTACKS[number], _outside()
    outcome = grade_here(attack, outside)
    attacked, other = outcome.cells
    said = [f"{attacked.points:g} points, {attacked.state}"]
    said += [f"told {secret}" for secret in secrets_in(outcome)]
    said += [outside.reached()] if outside.reached() else []
    fair = attack.is_due(attacked.points, attacked.state)
    spared = other.state is State.PASSED or not attack.spares
    return fair and spared and len(said) == 1, ", ".join(said)


def main() -> int:
    """Run all attacks, and print what became of them."""
    numbers = range(len(ATTACKS))
    console = Console(width=None if sys.stdout.isatty() else 160)
    with _pool() as pool:
        stock = list(track(pool.map(_guarded, numbers), "stock nbgrader", len(numbers)))
        found = list(track(pool.map(here, numbers), "here", len(numbers)))
    for family, attacks in groupby(numbers, lambda number: ATTACKS[number].family):
        table = Table(title=family, title_justify="left", title_style="bold")
        for name in ("attack", "what it tries", "stock nbgrader", "here"):
            table.add_column(name, overflow="fold")
        for number in attacks:
            failed, said = found[number]
            attack: Attack = ATTACKS[number]
            shown = said if failed else f"[bold red]{said}[/]"
            table.add_row(attack.name, attack.tries, stock[number], shown)
        console.print(table)
    succeed = sum(not failed for failed, _ in found)
    bite = sum(effect in set(Effect) - {Effect.NONE} for effect in stock)
    console.print(f"{len(ATTACKS)} attacks: {bite} succeed under stock nbgrader, {succeed} here")
    return int(succeed > 0)


def _guarded(number: int) -> str:
    try:
        return under_stock(number)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:100]


def _pool() -> Executor:
    return ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Prepare a worker; what kernels say aside from any cell is of no use to anyone."""
    os.environ["TOKEN"] = ENVIRONMENT
    nbgrader.api.get_alembic_version = functools.cache(nbgrader.api.get_alembic_version)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


@functools.cache
def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="attacks-", ignore_cleanup_errors=True)


@functools.cache
def _stock() -> Stock:
    return Stock(Path(_folder().name))


def _outside() -> Outside:
    folder = Path(tempfile.mkdtemp(dir=_folder().name))
    folder.chmod(0o777)
    return Outside(folder)


if __name__ == "__main__":
    sys.exit(main())
