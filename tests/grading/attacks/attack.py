"""What an attack is: a notebook with a wrong answer that tries to get more than it deserves.

Each is small, and harmless where no wall stands in its way: it bounds its own memory, processes
and time, writes to temporary folders, and speaks to nobody but a listener of the test's.
"""

from dataclasses import dataclass, field
from textwrap import dedent

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grading.results import State
from tests.grading.engine.notebooks import graded_cell

# What must not come to light: each stands in one place that an attack has no business with.
HIDDEN_TEXT = "what-only-the-test-says"
HIDDEN_INPUT = "8675309"
SOLUTION = "what-only-the-solution-says"
OTHER_STUDENT = "what-another-student-wrote"
ENVIRONMENT = "what-the-environment-says"
HOST_FILE = "root:x:0:0"
SECRETS = (HIDDEN_TEXT, HIDDEN_INPUT, SOLUTION, OTHER_STUDENT, ENVIRONMENT, HOST_FILE)

POINTS = 3
LOST = frozenset({State.FAILED, State.ERROR})
STOPPED = frozenset({State.TIMEOUT})
ENDED = frozenset({State.KILLED, State.TIMEOUT, State.ERROR, State.FAILED})
# For an answer that is right for the check on view.
PARTLY = {"states": frozenset({State.PARTIAL}), "points": 1}
FULL = frozenset({State.OUT_OF_MEMORY, State.FAILED, State.KILLED, State.TIMEOUT})


@dataclass(frozen=True)
class Question:
    """A test cell: with probes, and as a course without them has it."""

    probed: str
    plain: str


def _question(probe: str, checks: str, hidden: str, plain: str, plain_hidden: str) -> Question:
    head = f"from grading import Checks, probe\nchecks = Checks({POINTS})\n"
    between = "### BEGIN HIDDEN TESTS\n{}  # " + HIDDEN_TEXT + "\n### END HIDDEN TESTS"
    probed = (
        f'{head}{probe}\nwith checks("on view", points=1):\n    {checks}\n'
        + between.format(f'with checks("hidden", points=2, hidden=True):\n    {hidden}')
        + "\nchecks.score()"
    )
    return Question(probed, f"{plain}\n" + between.format(plain_hidden))


# Whether double(x) is 2 * x, by a comparison.
EXACT = _question(
    "@probe\ndef ask(x):\n    return double(x)\n",
    "assert ask(2) == 4",
    f"assert ask({HIDDEN_INPUT}) == 2 * {HIDDEN_INPUT}",
    "for x, expected in [(2, 4), (5, 10)]:\n    assert double(x) == expected",
    f"for x, expected in [({HIDDEN_INPUT}, 2 * {HIDDEN_INPUT})]:\n    assert double(x) == expected",
)
# The same by a distance, by NumPy's help, in a loop over all values at once.
DISTANCE = _question(
    "@probe\ndef ask(x):\n    return double(x)\n",
    "assert abs(ask(2) - 4) < 1e-9",
    f"assert abs(ask({HIDDEN_INPUT}) - 2 * {HIDDEN_INPUT}) < 1e-9",
    "assert abs(double(2) - 4) < 1e-9",
    f"assert abs(double({HIDDEN_INPUT}) - 2 * {HIDDEN_INPUT}) < 1e-9",
)
NUMPY = _question(
    "import numpy as np\n@probe\ndef ask(x):\n    return double(x)\n",
    "np.testing.assert_allclose(ask(2.0), 4.0)",
    f"assert np.allclose(ask({HIDDEN_INPUT}), 2 * {HIDDEN_INPUT})",
    "import numpy as np\nfrom numpy.testing import assert_allclose\n"
    "assert_allclose(double(2.0), 4.0)",
    f"assert np.allclose(double({HIDDEN_INPUT}), 2 * {HIDDEN_INPUT})",
)
LOOP = _question(
    "@probe\ndef ask(x):\n    return double(x)\n",
    "for got, right in zip(map(ask, [1, 2]), [2, 4]): assert got == right",
    f"assert all(map(lambda x: ask(x) == 2 * x, [{HIDDEN_INPUT}]))",
    "for got, right in zip(map(double, [1, 2]), [2, 4]): assert got == right",
    f"assert all(map(lambda x: double(x) == 2 * x, [{HIDDEN_INPUT}]))",
)
# Whether double(f, x) calls the function that it is given.
CALLBACK = _question(
    "@probe\ndef ask(f, x):\n    return double(f, x)\n",
    "assert ask(lambda x: x * x, 3) == 18",
    f"assert ask(lambda x: x + {HIDDEN_INPUT}, 0) == 2 * {HIDDEN_INPUT}",
    "assert double(lambda x: x * x, 3) == 18",
    f"assert double(lambda x: x + {HIDDEN_INPUT}, 0) == 2 * {HIDDEN_INPUT}",
)


@dataclass(frozen=True)
class Attack:
    """A notebook that attacks the grader.

    Attributes:
        name: names it among all others.
        family: what it is after.
        tries: what it does, as a sentence without a subject.
        cells: the answer, wrong. `@PORT@` stands for a listener's port, `@FOLDER@` for a folder of
            the test's outside of the walls.
        after: the student's cells below the tests.
        stock: what comes of it under stock nbgrader: a value of `Outcome` in stock.py, or the
            reason why nothing does, in parentheses.
        states: in which of them the question may end here.
        points: what the answer deserves.
        spares: whether it leaves the other question of the notebook alone.
    """

    name: str
    family: str
    tries: str
    cells: tuple[str, ...]
    after: tuple[str, ...] = ()
    question: Question = EXACT
    stock: str = ""
    states: frozenset[State] = LOST
    points: float = 0
    spares: bool = True

    def is_due(self, points: float, state: State) -> bool:
        """Say whether a question may end so. On a busy machine, any may run out of time."""
        stopped = (points, state) == (0, State.TIMEOUT)
        return stopped or (points == self.points and state in self.states)


@dataclass
class Family:
    """The attacks of one module, in their order."""

    name: str
    attacks: list[Attack] = field(default_factory=list)

    def add(self, name: str, tries: str, *cells: str, **settings: object) -> None:
        """Add an attack that consists of `cells`."""
        after = tuple(map(dedent, settings.pop("after", ())))
        self.attacks.append(
            Attack(name, self.name, tries, tuple(map(dedent, cells)), after, **settings)
        )


OTHER_ANSWER = "def triple(x):\n    return 3 * x"
OTHER_TEST = (
    "from grading import Checks, probe\nchecks = Checks(1)\n"
    "@probe\ndef ask(x):\n    return triple(x)\n"
    'with checks("other", points=1):\n    assert ask(2) == 6\nchecks.score()'
)


def notebook_cells(attack: Attack, filled: dict[str, str]) -> list[NotebookNode]:
    """Return the cells of the attack's notebook: an honest answer, the attack, their tests."""
    cells = [OTHER_ANSWER, *attack.cells]
    return [
        *(new_code_cell(fill(cell, filled)) for cell in cells),
        graded_cell("attacked", attack.question.probed, POINTS),
        graded_cell("other", OTHER_TEST, 1),
        *(new_code_cell(fill(cell, filled)) for cell in attack.after),
    ]


def fill(cell: str, filled: dict[str, str]) -> str:
    """Return a cell with what is known at the time of the test only."""
    for name, value in filled.items():
        cell = cell.replace(f"@{name}@", value)
    return cell
