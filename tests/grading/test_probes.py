"""A probe is an ordinary function through which only plain values pass."""

import pytest

from grading import NotPlainError, probe


class Liar(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def test_a_probe_keeps_its_name_and_text():
    @probe
    def named(x):
        """What it does."""
        return x

    assert (named.__name__, named.__doc__) == ("named", "What it does.")


def test_results_are_rebuilt():
    @probe
    def lies():
        return [Liar(0.0)]

    assert lies() != [1.0]
    assert type(lies()[0]) is float


def test_arguments_are_rebuilt_whether_named_or_not():
    @probe
    def kinds(x, *, y):
        return type(x).__name__, type(y).__name__

    assert kinds(Liar(1.0), y=Liar(2.0)) == ("float", "float")


def test_an_argument_is_a_copy():
    numbers = [1, 2]

    @probe
    def spoils(xs):
        xs.append(3)
        return xs

    assert spoils(numbers) == [1, 2, 3]
    assert numbers == [1, 2]


def test_a_function_passed_in_is_a_black_box():
    seen = []

    @probe
    def calls(function):
        return function(Liar(3.0)), hasattr(function, "secret")

    def square(x):
        seen.append(type(x))
        return x * x

    square.secret = 9
    assert calls(square) == (9.0, False)
    assert seen == [float]


def test_a_function_passed_in_returns_plain_values_only():
    @probe
    def calls(function):
        return function()

    with pytest.raises(NotPlainError):
        calls(lambda: object())


def test_an_object_of_the_students_does_not_come_back():
    @probe
    def returns():
        return object()

    with pytest.raises(NotPlainError, match="a object cannot be judged"):
        returns()


def test_an_error_comes_through():
    @probe
    def raises():
        raise ZeroDivisionError("as it was")

    with pytest.raises(ZeroDivisionError, match="as it was"):
        raises()
