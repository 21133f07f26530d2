"""A notebook runs to its end, looks as if run by Jupyter, and breaks nothing but itself."""

import base64
import re

import pytest

from grading.engine import Limits
from grading.results import State
from tests.grading.engine.notebooks import checked, graded_cell, simple

BRIEF = Limits(cell_seconds=1, notebook_seconds=30)
# After this no alarm sounds.
DEAF = (
    "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\n"
    "signal.setitimer = lambda *args: None\n"
)


def shown(outputs: list) -> list[str]:
    """Return the types of `outputs`, streams with their names."""
    return [
        f"{out.output_type} {out.name}" if out.output_type == "stream" else out.output_type
        for out in outputs
    ]


class TestOutputs:
    def test_text_a_warning_and_a_value(self, grade):
        cell = "import sys\nprint('a')\nprint('b')\nprint('c', file=sys.stderr)\n1 + 1"
        outputs = grade(cell).outputs(0)
        assert shown(outputs) == ["stream stdout", "stream stderr", "execute_result"]
        assert outputs[0].text == "a\nb\n"
        assert outputs[2].data == {"text/plain": "2"}

    def test_numbers_count_the_cells_that_ran(self, grade):
        cells = grade("1", "2", simple("t", "1", "1"), "3").outcome.notebook.cells
        assert [cell.execution_count for cell in cells if cell.outputs][:2] == [1, 2]
        assert cells[3].execution_count == 3

    def test_a_figure(self, grade):
        cell = "import matplotlib.pyplot as plt\nplt.plot([1, 3])\nplt.show()"
        (output,) = grade(cell).outputs(0)
        assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")
        assert output.data["text/plain"] == "<Figure size 640x480 with 1 Axes>"

    def test_a_figure_without_show(self, grade):
        outputs = grade("import matplotlib.pyplot as plt\nplt.plot([1, 3]);").outputs(0)
        assert shown(outputs) == ["display_data"]

    def test_an_error_with_its_traceback(self, grade):
        found = grade("def f(): 1 / 0\nf()", "print('on')")
        (output,) = found.outputs(0)
        assert (output.ename, output.evalue) == ("ZeroDivisionError", "division by zero")
        text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
        assert "----> 1 def f(): 1 / 0" in text
        assert found.outputs(1)[0].text == "on\n"

    def test_a_mistake_in_the_grammar(self, grade):
        (output,) = grade("def f(:").outputs(0)
        assert output.ename == "SyntaxError"

    def test_magics_and_commands(self, grade):
        outputs = grade("%time 3", "!echo hello", "%%bash\necho there").outcome.notebook.cells
        assert [cell.outputs[0].text.strip() for cell in outputs[1:]] == ["hello", "there"]

    def test_a_display_that_is_updated(self, grade):
        cell = "h = display('one', display_id=True)\nh.update('two')"
        (output,) = grade(cell).outputs(0)
        assert output.data["text/plain"] == "'two'"

    def test_output_that_is_cleared(self, grade):
        cell = "from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)"
        (output,) = grade(cell).outputs(0)
        assert output.text == "2\n"

    def test_asynchronous_code(self, grade):
        (output,) = grade("import asyncio\nawait asyncio.sleep(0, 'done')").outputs(0)
        assert output.data["text/plain"] == "'done'"

    def test_nobody_to_ask_for_input(self, grade):
        assert grade("input('name?')").outputs(0)[0].ename == "StdinNotImplementedError"

    def test_no_more_than_may_be(self, grade):
        limits = Limits(output_chars=1000)
        cell = "for i in range(100_000): print('x' * 100)\n42"
        outputs = grade(cell, limits=limits).outputs(0)
        assert len(outputs[0].text) < 1100
        assert "more output was left out" in outputs[0].text
        assert outputs[-1].data["text/plain"] == "42"

    def test_a_notebook_leaves_no_trace_of_the_warm_parent(self, grade):
        cell = "sorted(name for name in globals() if not name.startswith('_'))"
        names = grade(cell).outputs(0)[0].data["text/plain"]
        assert names == "['In', 'Out', 'exit', 'get_ipython', 'open', 'quit']"


class TestACellThatBreaks:
    def test_by_a_loop_is_interrupted_and_the_next_runs(self, grade):
        found = grade("while True: pass", "x = 1", simple("t", "x", "1"), limits=BRIEF)
        assert found.outputs(0)[0].ename == "KeyboardInterrupt"
        assert found["t"].state is State.PASSED
        assert not found.outcome.lasting

    def test_by_a_loop_that_swallows_interrupts_costs_itself(self, grade):
        loop = f"{DEAF}while True: pass"
        found = grade("x = 1", loop, simple("t", "x", "1"), limits=BRIEF)
        assert found.outputs(1)[-1].ename == "CellTimeoutError"
        assert found["t"].state is State.PASSED
        assert found.outcome.usage["runs"] == 2

    def test_by_leaving_costs_itself(self, grade):
        found = grade("x = 1", "print('so long')\nimport os\nos._exit(0)", simple("t", "x", "1"))
        assert found.outputs(1)[-1].ename == "DeadKernelError"
        assert found["t"].state is State.PASSED

    def test_by_a_crash_costs_itself(self, grade):
        crash = "import ctypes\nctypes.string_at(0)"
        found = grade("x = 1", crash, simple("t", "x", "1"))
        assert found.outputs(1)[-1].ename == "DeadKernelError"
        assert found["t"].state is State.PASSED

    def test_again_and_again_stops_the_notebook(self, grade):
        leave = "import os\nos._exit(0)"
        found = grade(*[leave] * 6, simple("t", "1", "1"))
        assert found["t"].state is State.KILLED
        assert found["t"].message

    def test_takes_no_more_than_the_notebook_may(self, grade):
        limits = Limits(cell_seconds=20, notebook_seconds=2)
        found = grade("import time\ntime.sleep(60)", "1", simple("t", "1", "1"), limits=limits)
        assert found["t"].state is State.TIMEOUT
        assert found.outcome.usage["seconds"] < 15


class TestAnAnswerThatBreaks:
    """…while it is probed: it costs its own cell."""

    OTHER = simple("other", "1", "1")

    @pytest.mark.parametrize(
        ("answer", "state"),
        [
            ("def f():\n    while True: pass", State.TIMEOUT),
            ("import os\ndef f(): os._exit(0)", State.KILLED),
            ("import ctypes\ndef f(): ctypes.string_at(0)", State.KILLED),
            ("def f(): raise SystemExit", State.ERROR),
            ("def f(): return f()", State.FAILED),
            (f"{DEAF}def f():\n    while True: pass", State.TIMEOUT),
        ],
        ids=["loops", "leaves", "crashes", "exits", "recurses", "loops for good"],
    )
    def test_ends_in_a_state(self, grade, answer, state):
        found = grade(answer, simple("t", "f()", "1"), self.OTHER, limits=BRIEF)
        assert (found["t"].state, found["t"].points) == (state, 0)
        assert found["t"].message
        assert found["other"].state is State.PASSED


class TestWithoutProbes:
    """A test cell of any other course runs in the student's notebook."""

    def test_it_passes_when_it_ends(self, grade):
        found = grade("x = 1", graded_cell("t", "assert x == 1", 2))
        assert (found["t"].points, found["t"].state) == (2, State.PASSED)

    def test_it_is_forgeable_and_says_so(self, grade):
        assert grade(graded_cell("t", "1", 2))["t"].forgeable

    def test_it_fails_when_it_raises(self, grade):
        found = grade("x = 1", graded_cell("t", "assert x == 2, 'not two'", 2))
        assert (found["t"].points, found["t"].state) == (0, State.FAILED)
        assert found["t"].message == "not two"

    def test_its_value_is_partial_credit(self, grade):
        assert grade(graded_cell("t", "0.5", 2))["t"].points == 0.5

    def test_a_warning_costs_nothing(self, grade):
        found = grade(graded_cell("t", "import warnings\nwarnings.warn('careful')", 2))
        assert found["t"].points == 2

    def test_it_changes_nothing_for_the_cells_below(self, grade):
        found = grade("x = 1", graded_cell("t", "del x", 1), "print(x)")
        assert found.outputs(2)[0].text == "1\n"

    def test_it_is_stopped_in_time(self, grade):
        found = grade(graded_cell("t", "while True: pass", 1), limits=BRIEF)
        assert found["t"].state is State.TIMEOUT


def test_files_of_the_assignment_lie_beside_the_notebook_and_its_tests(grade):
    cell = checked(
        "t",
        "def ask():\n    return text",
        'with checks("it", points=1):\n    assert ask() == open("data/a.txt").read() == "hello"',
    )
    found = grade("text = open('data/a.txt').read()", cell, files=(("data/a.txt", b"hello"),))
    assert found["t"].state is State.PASSED


def test_a_forbidden_module_is_refused_in_words(grade):
    found = grade("import wave", simple("t", "wave.__name__", "'wave'"),
                  forbidden=("wave",))  # fmt: skip
    assert found.outputs(0)[0].ename == "ImportError"
    assert "may not be used in the answers" in found.outputs(0)[0].evalue
    assert any("wave" in notice for notice in found.outcome.notices)


def test_only_the_tests_that_are_named_run(grade):
    found = grade("x = 1", simple("a", "x", "1"), simple("b", "x", "1"), "1 / 0", run=("a",))
    assert [cell.grade_id for cell in found.outcome.cells] == ["a"]
    assert found.outputs(3) == []


def test_two_notebooks_draw_different_random_numbers(grade):
    cell = "import random\nimport numpy as np\nrandom.random(), np.random.rand()"
    assert grade(cell).outputs(0)[0].data != grade(cell).outputs(0)[0].data


def test_what_every_notebook_needs_is_imported_before(grade):
    """A module that is imported in each student's process costs each of them the time."""
    found = grade("import sys\nprint(sorted(n for n in sys.modules if n.startswith('numpy')))")
    assert "'numpy.random.mtrand'" in found.outputs(0)[0].text


def test_more_tests_than_descriptors_in_a_message(grade):
    tests = [simple(f"t{n}", "x", "1") for n in range(300)]
    found = grade("x = 1", *tests, limits=Limits(notebook_seconds=240))
    assert {(cell.state, cell.message) for cell in found.outcome.cells} == {(State.PASSED, "")}


def test_a_cell_too_long_to_be_run_says_so(grade):
    found = grade("x = 1 #" + "x" * 2_000_000, "y = 1", simple("t", "y", "1"))
    assert "too long to be run" in found.outputs(0)[0].evalue
    assert found["t"].state is State.PASSED
