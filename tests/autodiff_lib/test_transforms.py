"""`grad` and `value_and_grad`: values, arguments, errors."""

import pytest

from autodiff_lib import InputError, OutputError, grad, value_and_grad
from autodiff_lib.math import sin
from tests.autodiff_lib.facts import FACTS


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
def test_worked_cases(fact):
    everything = tuple(range(len(fact.point)))
    value, gradient = value_and_grad(fact.f, everything)(*fact.point)
    assert value == pytest.approx(fact.value, rel=1e-14)
    assert gradient == pytest.approx(fact.gradient, rel=1e-13)


def test_argnums_chooses_the_argument():
    f = lambda x, y, z: x * y**2 * z**3  # noqa: E731
    assert grad(f)(2.0, 3.0, 1.0) == 9.0
    assert grad(f, 2)(2.0, 3.0, 1.0) == 54.0
    assert grad(f, (2, 0))(2.0, 3.0, 1.0) == (54.0, 9.0)
    assert grad(f, (1,))(2.0, 3.0, 1.0) == (12.0,)


def test_other_arguments_may_be_anything():
    assert grad(lambda x, power, name: x**power)(2.0, 3, "cube") == 12.0


def test_a_constant_function_has_gradient_zero():
    assert grad(lambda x: 7.0)(2.0) == 0.0
    assert grad(lambda x, y: y, (0, 1))(2.0, 3.0) == (0.0, 1.0)
    assert value_and_grad(lambda x: 7)(2.0) == (7, 0.0)


def test_loops_branches_and_recursion():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    assert grad(power)(2.0, 10) == pytest.approx(10 * 2.0**9)


@pytest.mark.parametrize(
    ("f", "args", "error", "message"),
    [
        (sin, (1,), InputError, r"an argument is 1 of type int.*pass 1\.0"),
        (sin, ("1",), InputError, "an argument is '1' of type str"),
        (sin, ([1.0],), InputError, "real number, got .* of type list"),
        (sin, (), InputError, "names argument 0, but only 0 were given"),
        (lambda x: [x], (1.0,), OutputError, "one number.*of type list"),
        (lambda x: None, (1.0,), OutputError, "returned None"),
    ],
)
def test_errors_say_what_was_given_and_what_to_do(f, args, error, message):
    with pytest.raises(error, match=message):
        grad(f)(*args)
