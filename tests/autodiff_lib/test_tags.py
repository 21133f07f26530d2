"""Tags: which differentiation lies inside which, and what is refused where none does."""

import contextvars
import threading

import numpy as np
import pytest

from autodiff_lib.errors import EscapedError, NestingError
from autodiff_lib.scalar import Var
from autodiff_lib.tracing import GROUND, Tag, differentiation, enclosing, innermost, product
from autodiff_lib.transforms import grad


def in_a_thread(function):
    """Run `function` in a thread of its own and return what it returned."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def opened():
    """Open a differentiation and pause inside it; the next step closes it."""
    with differentiation() as tag:
        yield tag


class TestNesting:
    def test_a_tag_lies_inside_all_that_were_open(self):
        with differentiation() as outer, differentiation() as middle, differentiation() as inner:
            assert inner.parent is middle
            assert outer.encloses(inner)
            assert GROUND.encloses(outer)
            assert not inner.encloses(outer)
            assert not inner.encloses(inner)

    def test_tags_opened_one_after_the_other_are_not_nested(self):
        with differentiation() as first:
            pass
        with differentiation() as second:
            assert second.parent is GROUND
            assert not first.encloses(second)
        assert not first.is_open

    def test_a_tag_closes_when_its_block_raises(self):
        with pytest.raises(ZeroDivisionError), differentiation() as tag:
            raise ZeroDivisionError
        assert not tag.is_open
        with differentiation() as after:
            assert after.parent is GROUND

    def test_generators_may_close_theirs_in_any_order(self):
        one, two = opened(), opened()
        first, second = next(one), next(two)
        assert second.parent is first
        assert list(one) == []
        with differentiation() as third:
            assert third.parent is second
        assert list(two) == []
        with differentiation() as fourth:
            assert fourth.parent is GROUND

    def test_a_thread_begins_outside_unless_it_runs_in_a_copy_of_the_context(self):
        with differentiation() as tag:
            outside = in_a_thread(lambda: next(opened()))
            copy = contextvars.copy_context()
            inside = in_a_thread(lambda: copy.run(lambda: next(opened())))
            assert not tag.encloses(outside)
            assert tag.encloses(inside)


class TestInnermost:
    def test_it_is_the_value_of_the_tag_opened_last(self):
        with differentiation() as outer, differentiation() as inner:
            x, y, z = Var(1.0), Var(2.0, tag=outer), Var(3.0, tag=inner)
            for operands in ((x, y, z), (z, y, x), (y, 7.0, z), (z, z)):
                assert innermost(operands) is z
            assert innermost((1.0, 2.0)) is None

    def test_tags_of_which_neither_lies_inside_the_other_do_not_mix(self):
        x, y = Var(1.0, tag=Tag(GROUND)), Var(2.0, tag=Tag(GROUND))
        needed = r"neither inside nor around.*with differentiation"
        for operate in (x.mul, x.atan2, lambda y: y - x, lambda y: np.power(x, y)):
            with pytest.raises(NestingError, match=needed):
                operate(y)

    def test_two_engines_do_not_mix_in_one_differentiation(self):
        class Other(Var):
            pass

        with pytest.raises(NestingError, match="a Var met a Other"):
            Var(1.0) * Other(2.0)

    def test_an_ended_differentiation_is_refused(self):
        with differentiation() as tag:
            kept = Var(1.0, tag=tag)
        with pytest.raises(EscapedError, match="has ended"):
            innermost((kept,))


class TestEnclosing:
    def test_numbers_and_values_further_out_are_constant_to_a_level(self):
        with differentiation() as outer, differentiation() as inner:
            x = Var(1.0, tag=outer)
            assert enclosing(x, inner) is x
            assert enclosing(np.float32(2), inner) == 2.0

    @pytest.mark.parametrize("swapped", [True, False])
    def test_values_of_the_same_level_or_further_in_are_refused(self, swapped):
        with differentiation() as outer, differentiation() as inner:
            x = Var(1.0, tag=inner)
            with pytest.raises(NestingError, match=r"does not lie around.*tag=tag"):
                enclosing(x, outer if swapped else inner)

    def test_values_of_an_ended_differentiation_are_refused(self):
        with differentiation() as outer, differentiation() as inner:
            x = Var(1.0, tag=outer)
            outer.is_open = False
            with pytest.raises(EscapedError):
                enclosing(x, inner)


def test_a_function_that_returns_a_value_from_inside_is_no_constant_function():
    paused = []

    def f(x):
        paused.append(opened())
        return x * Var(3.0, tag=next(paused[0]))

    with pytest.raises(NestingError, match="does not lie around"):
        grad(f)(2.0)


def test_a_hand_made_value_around_another_needs_a_tag_of_its_own():
    with pytest.raises(NestingError, match="with differentiation"):
        Var(Var(1.0))
    with differentiation() as tag:
        assert Var(Var(1.0), tag=tag).primal.primal == 1.0


def test_the_number_0_annihilates_and_a_traced_0_does_not():
    inf, nan = float("inf"), float("nan")
    for other in (inf, -inf, nan, 2.0, Var(inf)):
        assert type(product(0.0, other)) is float
        assert product(0.0, other) == product(other, 0.0) == 0.0
    assert isinstance(product(Var(0.0), 2.0), Var)
    assert product(3.0, 2.0) == 6.0


class TestComparisons:
    RELATIONS = (
        (lambda x, y: x < y, True),
        (lambda x, y: x <= y, True),
        (lambda x, y: x > y, False),
        (lambda x, y: x >= y, False),
        (lambda x, y: x == y, False),
        (lambda x, y: x != y, True),
        (np.less, True),
        (np.less_equal, True),
        (np.greater, False),
        (np.greater_equal, False),
        (np.equal, False),
        (np.not_equal, True),
    )

    @pytest.mark.parametrize(("relation", "expected"), RELATIONS)
    def test_they_look_at_the_numbers_through_all_levels(self, relation, expected):
        with differentiation() as outer, differentiation() as inner:
            one, two = Var(1.0, tag=outer), Var(2.0, tag=outer)
            deep_one, deep_two = Var(one, tag=inner), Var(two, tag=inner)
            for smaller in (1.0, np.float64(1.0), one, deep_one):
                for larger in (2.0, np.float64(2.0), two, deep_two):
                    assert bool(relation(smaller, larger)) is expected
