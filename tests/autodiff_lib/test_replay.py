"""A tape at new inputs: values and partials are new, and guards stop another branch."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import math as am
from autodiff_lib.dual import Dual
from autodiff_lib.errors import InputError, ReplayError
from autodiff_lib.math import log, maximum, sqrt
from autodiff_lib.tape import Tape
from tests.autodiff_lib.programs import programs


def recorded(f, *point):
    with Tape() as tape:
        inputs = [tape.variable(x) for x in point]
        return tape, inputs, f(*inputs)


@given(programs(), st.data())
def test_a_replay_is_a_recording_at_the_new_point(program, data):
    f, point = program
    elsewhere = data.draw(st.tuples(*[st.floats(0.2, 1.5)] * len(point)))
    tape, inputs, outputs = recorded(f, *point)
    fresh, fresh_inputs, fresh_outputs = recorded(f, *elsewhere)
    tape.replay(*elsewhere)
    assert [y.primal for y in outputs] == [y.primal for y in fresh_outputs]
    for y, fresh_y in zip(outputs, fresh_outputs, strict=True):
        assert tape.gradient(y, inputs) == fresh.gradient(fresh_y, fresh_inputs)


def test_constants_on_both_sides_keep_their_values():
    tape, (x,), y = recorded(lambda x: 3 - (2**x) / 4 * x**2, 1.0)
    tape.replay(3.0)
    assert y.primal == 3 - 8 / 4 * 9
    assert tape.gradient(y, x) == pytest.approx(-(8 * math.log(2) / 4 * 9 + 8 / 4 * 6))


def test_a_rule_with_branches_takes_the_one_of_the_new_point():
    tape, (a, b), y = recorded(maximum, 1.0, 2.0)
    tape.replay(5.0, 2.0)
    assert tape.gradient(y, [a, b]) == [1.0, 0.0]


GUARDED = (
    # program, recorded at, replayed at while the branch is the same, no more at, and the guard
    (lambda x: x * x if x > 0 else -x, 3.0, 1.0, 0.0, "v₀ > 0"),
    (lambda x: x * x if x > 0 else -x, -3.0, 0.0, 0.5, "v₀ ≤ 0"),
    (lambda x: x * 2 if x >= 1 else x, 1.0, 4.0, 0.9, "v₀ ≥ 1"),
    (lambda x: x * 2 if x < -1 else x, 1.0, -1.0, -1.1, "v₀ ≥ −1"),
    (lambda x: x * 2 if x <= 1 else x, 1.0, 0.0, 1.1, "v₀ ≤ 1"),
    (lambda x: x * 2 if x == 1 else x, 1.0, 1.0, 1.1, "v₀ = 1"),
    (lambda x: x * 2 if x != 1 else x, 2.0, 0.0, 1.0, "v₀ ≠ 1"),
    (lambda x: x * 2 if x else x, 2.0, -1.0, 0.0, "v₀ ≠ 0"),
    (lambda x: x * 2 if x > 1 else x, 2.0, 1.5, 1.0, "v₀ > 1"),
    (lambda x: max(x, 2 - x) * 3, 2.0, 1.5, 0.5, "v₁ ≤ v₀"),
)


class TestGuards:
    @pytest.mark.parametrize(("f", "point", "same", "other", "guard"), GUARDED)
    def test_a_comparison_that_comes_out_differently_stops_the_replay(
        self, f, point, same, other, guard
    ):
        tape, (x,), y = recorded(f, point)
        assert [str(kept) for kept in tape.guards] == [guard]
        assert str(tape).startswith(f"holds while {guard}\n")
        tape.replay(same)
        assert y.primal == f(same)
        kept = (y.primal, tape.gradient(y, x))
        with pytest.raises(ReplayError, match=f"holds while {guard}, and v. is .* record"):
            tape.replay(other)
        assert (y.primal, tape.gradient(y, x)) == kept

    def test_a_guard_stops_before_an_operation_that_would_fail(self):
        tape, _, _ = recorded(lambda x: log(x) if x > 0 else x, 2.0)
        with pytest.raises(ReplayError):
            tape.replay(-1.0)

    def test_a_loop_that_would_run_on_is_stopped(self):
        def heron(x):
            guess = x
            while abs(guess * guess - x) > 1e-12:
                guess = (guess + x / guess) / 2
            return guess

        tape, _, y = recorded(heron, 2.0)
        tape.replay(2.01)
        assert y.primal == pytest.approx(math.sqrt(2.01))
        with pytest.raises(ReplayError):
            tape.replay(2000.0)

    @pytest.mark.parametrize("inner", ["tape", "dual"])
    @pytest.mark.parametrize("is_larger", [lambda z: z > 1, lambda z: np.float64(1) < z])
    def test_a_comparison_inside_is_a_guard_outside(self, inner, is_larger):
        def program(x):
            with Tape() as tape:
                z = tape.variable(x) if inner == "tape" else Dual(x, 1.0, tag=tape.tag)
                return x * 2 if is_larger(z) else x

        outer, _, _ = recorded(program, 3.0)
        assert [str(guard) for guard in outer.guards] == ["v₀ > 1"]

    def test_values_of_two_levels_are_compared_where_they_belong(self):
        def program(x):
            with Tape() as tape:
                z = tape.variable(4.0)
                assert x < z
                assert z > x
            assert [str(guard) for guard in tape.guards] == ["v₀ > 3", "v₀ > 3"]
            return x

        outer, _, _ = recorded(program, 3.0)
        assert [str(guard) for guard in outer.guards] == ["v₀ < 4", "v₀ < 4"]

    def test_a_comparison_after_the_block_is_no_guard(self):
        tape, (x,), _ = recorded(lambda x: x * x, 2.0)
        assert x > 1
        assert tape.guards == []


def test_what_a_replay_cannot_see():
    tape, _, y = recorded(lambda x: x * x if x.primal > 0 else -x, 3.0)
    tape.replay(-3.0)
    assert y.primal == 9.0


def test_a_replay_may_itself_be_differentiated():
    tape, (x,), y = recorded(lambda x: x**3, 2.0)
    tape.replay(Dual(5.0, 1.0))
    assert y.primal.tangent == 75.0
    assert tape.gradient(y, x).tangent == 30.0
    tape.replay(1.0)
    assert tape.gradient(y, x) == 3.0
    assert tape.on_floats


class TestRefusals:
    def test_inputs_of_another_number_or_type(self):
        tape, _, _ = recorded(lambda x, y: x * y, 2.0, 3.0)
        with pytest.raises(InputError, match="got 1 inputs for 2 variables"):
            tape.replay(1.0)
        with pytest.raises(InputError, match="real number"):
            tape.replay(1.0, "2")

    def test_a_tape_that_is_recording(self):
        with Tape() as tape:
            tape.variable(1.0)
            with pytest.raises(ReplayError, match="after its `with` block"):
                tape.replay(2.0)

    def test_an_operation_that_fails_leaves_the_record_as_it_was(self):
        tape, (x,), y = recorded(lambda x: am.sin(x) * sqrt(x), 4.0)
        before = (x.primal, y.primal, tape.gradient(y, x))
        with pytest.raises(ValueError, match="domain"):
            tape.replay(-1.0)
        assert (x.primal, y.primal, tape.gradient(y, x)) == before
