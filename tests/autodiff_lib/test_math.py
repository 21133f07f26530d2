"""`autodiff_lib.math`: one function a row, for numbers and traced values alike."""

import math
import subprocess
import sys

import numpy as np
import pytest

import autodiff_lib.math as am
from autodiff_lib import InputError, Var, grad
from autodiff_lib.rules import RULES


def test_every_row_is_a_documented_function():
    for name in RULES:
        function = getattr(am, name)
        assert name in am.__all__
        assert function.__name__ == name
        assert function.__doc__.startswith("Return ")


@pytest.mark.parametrize("number", [2, 2.0, np.float64(2), np.float32(2), np.int64(2)])
def test_plain_numbers_give_floats(number):
    assert am.sqrt(number) == math.sqrt(2)
    assert type(am.sqrt(number)) is float


def test_a_wrong_number_of_arguments_says_what_is_needed():
    with pytest.raises(TypeError, match="atan2 takes a and b, got 1"):
        am.atan2(1.0)
    with pytest.raises(TypeError, match="sin takes a, got 2"):
        am.sin(Var(1.0), 2.0)


def test_what_is_no_number_is_refused():
    with pytest.raises(InputError, match="real number, got 'x' of type str"):
        am.sin("x")


def test_where_differentiates_the_branch_that_was_taken():
    guarded = lambda x: am.where(x > 0, am.sqrt(am.maximum(x, 0.0)), -x)  # noqa: E731
    assert grad(guarded)(4.0) == 0.25
    assert grad(guarded)(-4.0) == -1.0
    assert am.where(np.array([True, False]), 1.0, 2.0).tolist() == [1.0, 2.0]


def test_the_scalar_side_runs_without_numpy():
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from autodiff_lib import Var, grad, graph, trace\n"
        "from autodiff_lib.check import assert_close\n"
        "from autodiff_lib.math import sin\n"
        "f = lambda x, y: x * y + sin(x)\n"
        "assert_close(grad(f, (0, 1))(0.5, 4.2), (5.077582561890373, 0.5))\n"
        "str(trace(f, 0.5, 4.2).adjoint()), graph(f, 0.5, 4.2).draw().svg\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
