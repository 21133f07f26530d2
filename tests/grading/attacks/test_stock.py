"""Attacks succeed where nothing is done against them: under stock nbgrader.

Here a sample, for each takes seconds: one of each way to forge a score, to bring something to
light, and to break out. `make attacks` shows all.
"""

import functools

import pytest
from nbgrader.api import get_alembic_version

from tests.grading.attacks.all import ATTACKS
from tests.grading.attacks.attack import ENVIRONMENT
from tests.grading.attacks.here import Outside
from tests.grading.attacks.stock import Effect, Stock

SAMPLE = (
    "strips asserts",  # IPython's machinery
    "equals everything",  # an object that lies
    "reads the right value",  # the caller's frame
    "patches NumPy",  # a library that lies
    "ends the loop",  # an exception that the test does not expect
    "writes into the gradebook",  # the course's files
    "listens to IPython",  # hidden tests
    "remembers for a later cell",  # hidden inputs
    "prints the environment",  # the machine
    "calls home",  # the network
    "leaves in its cell",  # the end of the process
    "a daemon",  # a process that stays
)


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nbgrader.api.get_alembic_version", functools.cache(get_alembic_version))
        patch.setenv("TOKEN", ENVIRONMENT)
        yield Stock(tmp_path_factory.mktemp("stock"))


@pytest.mark.parametrize("name", SAMPLE)
def test_an_attack_succeeds(name, stock, tmp_path):
    (attack,) = (attack for attack in ATTACKS if attack.name == name)
    assert stock.effect_of(attack, Outside(tmp_path)) == attack.stock


def test_every_attack_says_what_comes_of_it_under_stock_nbgrader():
    for attack in ATTACKS:
        reason = attack.stock.startswith("(") and attack.stock.endswith(")")
        assert reason or attack.stock in set(Effect) - {Effect.NONE}, attack.name
