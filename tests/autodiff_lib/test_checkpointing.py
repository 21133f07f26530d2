"""Checkpointing: right gradients under every schedule, and the proven number of steps."""

import heapq
import math
from functools import cache
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import InputError, grad
from autodiff_lib.checkpointing import Cost, cost, reverse_chain
from autodiff_lib.math import cos, sin
from autodiff_lib.schedules import (
    Advance,
    Free,
    Restore,
    Reverse,
    Snapshot,
    binomial,
    binomial_steps,
    one_level,
    repetitions,
    snapshots_for,
    store_all,
    trailing_zeros,
)

SCHEDULES = {
    "store_all": store_all,
    "one_level": one_level,
    "one_level, blocks of 3": lambda length: one_level(length, 3),
    "binomial, 1 state": lambda length: binomial(length, 1),
    "binomial, 3 states": lambda length: binomial(length, 3),
    "binomial, log l states": lambda length: binomial(length, snapshots_for(length)),
    "binomial, more states than steps": lambda length: binomial(length, length + 2),
    "trailing_zeros": trailing_zeros,
}
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)


@cache
def fewest_steps(length, snapshots):
    """By dynamic programming: advance to the best place, reverse what is behind it, then before."""
    if length <= 1:
        return 0
    if snapshots == 1:
        return length * (length - 1) // 2
    return min(
        k + fewest_steps(k, snapshots) + fewest_steps(length - k, snapshots - 1)
        for k in range(1, length)
    )


def fewest_steps_of_all_schedules(length, snapshots):
    """By Dijkstra's search through all that a schedule can do, one action at a time."""
    start = (frozenset(), 0, length)  # what is stored, the current state, the steps to reverse
    queue, settled = [(0, 0, start)], set()
    ties = count(1)
    while True:
        steps, _, node = heapq.heappop(queue)
        stored, place, left = node
        if left == 0:
            return steps
        if node in settled:
            continue
        settled.add(node)
        following = [(0, (stored, other, left)) for other in stored]
        following += [(0, (stored - {other}, place, left)) for other in stored]
        if len(stored) < snapshots:
            following.append((0, (stored | {place}, place, left)))
        if place < left - 1:
            following.append((1, (stored, place + 1, left)))
        if place == left - 1:
            following.append((0, (stored, place, left - 1)))
        for extra, other in following:
            heapq.heappush(queue, (steps + extra, next(ties), other))


def rotate(state):
    x, y = state
    return sin(x) + 0.5 * y, cos(y) * x


def rotate_and_record(state):
    x, y = state

    def pullback(cotangent):
        a, b = cotangent
        return a * math.cos(x) + b * math.cos(y), 0.5 * a - b * math.sin(y) * x

    return rotate(state), pullback


class TestReversal:
    @every_schedule
    @pytest.mark.parametrize("length", [0, 1, 2, 3, 7, 16, 50])
    def test_the_gradient_is_that_of_the_plain_program(self, schedule, length):
        def plain(x, y):
            for _ in range(length):
                x, y = rotate((x, y))
            return x * y

        start = 0.7, -0.4
        run = reverse_chain(
            rotate,
            rotate_and_record,
            start,
            length,
            schedule(length),
            seed=lambda final: (final[1], final[0]),
        )
        assert run.cotangent == pytest.approx(grad(plain, (0, 1))(*start), rel=1e-12)
        assert run.final[0] * run.final[1] == pytest.approx(plain(*start), rel=1e-14)

    def test_steps_are_run_as_often_as_counted(self):
        calls = {"step": 0, "record": 0}

        def step(x):
            calls["step"] += 1
            return x + 1

        def record(x):
            calls["record"] += 1
            return x + 1, lambda cotangent: cotangent

        run = reverse_chain(step, record, 0, 10, binomial(10, 3))
        assert (run.final, run.cotangent, run.cost) == (10, 1.0, Cost(15, 3))
        assert calls == {"step": 15, "record": 10}

    def test_each_step_is_recorded_at_its_own_state_the_last_first(self):
        seen = []

        def record(x):
            seen.append(x)
            return x + 1, lambda cotangent: cotangent

        for schedule in SCHEDULES.values():
            seen.clear()
            reverse_chain(lambda x: x + 1, record, 0, 23, schedule(23))
            assert seen == [*reversed(range(23))]

    def test_without_a_schedule_it_is_binomial_with_few_states(self):
        run = reverse_chain(lambda x: x, lambda x: (x, lambda bar: bar), 0, 1000)
        assert run.cost == Cost(binomial_steps(1000, 7), 7)

    def test_a_hundred_thousand_steps(self):
        length = 100_000
        factor = 1 + 1e-5
        run = reverse_chain(
            lambda x: factor * x, lambda x: (factor * x, factor.__mul__), 1.0, length
        )
        assert run.cotangent == pytest.approx(factor**length, rel=1e-9)
        assert run.cost == Cost(binomial_steps(length, 10), 10)


class TestCost:
    @given(st.integers(0, 200))
    def test_storing_all_runs_each_step_once(self, length):
        assert cost(store_all(length), length) == Cost(max(length - 1, 0), length)

    @given(st.integers(1, 500), st.integers(1, 30))
    def test_one_level_stores_the_blocks_and_one_block(self, length, every):
        blocks, last = -(-length // every), length - (length - 1) // every * every
        steps = (blocks - 1) * every + length - blocks
        peak = max(blocks - 1 + last, blocks - 2 + every if blocks > 1 else 0)
        assert cost(one_level(length, every), length) == Cost(steps, peak)

    @given(st.integers(1, 2000))
    def test_one_level_with_blocks_of_the_root(self, length):
        found = cost(one_level(length), length)
        assert found.snapshots <= 2 * math.sqrt(length) + 1
        assert found.forward_steps <= 2 * length

    @pytest.mark.parametrize("snapshots", range(1, 7))
    def test_binomial_is_the_optimum_that_dynamic_programming_finds(self, snapshots):
        for length in range(41):
            fewest = fewest_steps(length, snapshots)
            assert binomial_steps(length, snapshots) == fewest
            found = cost(binomial(length, snapshots), length)
            assert found == Cost(fewest, min(snapshots, length))

    @pytest.mark.parametrize("snapshots", [1, 2, 3])
    def test_no_schedule_at_all_takes_fewer_steps(self, snapshots):
        for length in range(1, 8):
            fewest = fewest_steps_of_all_schedules(length, snapshots)
            assert binomial_steps(length, snapshots) == fewest

    def test_ten_steps_with_three_states_take_fifteen(self):
        assert binomial_steps(10, 3) == 2 * 10 - math.comb(5, 1) == 15
        assert cost(binomial(10, 3), 10) == Cost(15, 3)

    @given(st.integers(1, 600), st.integers(1, 40))
    def test_binomial_runs_as_many_steps_as_the_formula_says(self, length, snapshots):
        r = repetitions(length, snapshots)
        assert r == 0 or math.comb(snapshots + r - 1, snapshots) < length
        assert length <= math.comb(snapshots + r, snapshots)
        found = cost(binomial(length, snapshots), length)
        assert found.forward_steps == binomial_steps(length, snapshots) <= r * length
        assert found.snapshots <= snapshots

    @pytest.mark.parametrize("length", [10, 100, 1_000, 10_000, 100_000])
    def test_memory_and_repetitions_grow_as_the_logarithm(self, length):
        snapshots = snapshots_for(length)
        assert repetitions(length, snapshots) <= snapshots <= 0.8 * math.log2(length) + 1
        assert cost(binomial(length, snapshots), length) == Cost(
            binomial_steps(length, snapshots), snapshots
        )

    @given(st.integers(1, 2000))
    def test_trailing_zeros_stores_as_many_states_as_there_are_digits(self, length):
        found = cost(trailing_zeros(length), length)
        below = range(1, length)
        zeros = [(state & -state).bit_length() - 1 for state in below]
        assert found.forward_steps == length - 1 + sum(2**z - 1 for z in zeros)
        assert found.snapshots == 1 + max(map(int.bit_count, below), default=0)

    def test_no_schedule_beats_the_binomial_one_with_its_states(self):
        for schedule in SCHEDULES.values():
            for length in range(1, 60):
                steps, snapshots = cost(schedule(length), length)
                assert steps >= binomial_steps(length, snapshots)


@st.composite
def spoilt(draw):
    """A valid schedule with one action left out or done twice, or with two exchanged."""
    length = draw(st.integers(2, 12))
    actions = list(draw(st.sampled_from([*SCHEDULES.values()]))(length))
    place = draw(st.integers(0, len(actions) - 1))
    match draw(st.sampled_from(["left out", "twice", "exchanged"])):
        case "left out":
            del actions[place]
        case "twice":
            actions.insert(place, actions[place])
        case "exchanged":
            other = draw(st.integers(0, len(actions) - 1))
            actions[place], actions[other] = actions[other], actions[place]
    return length, actions


class TestValidity:
    @given(spoilt())
    def test_a_spoilt_schedule_is_refused_or_still_gives_the_derivative(self, case):
        length, actions = case
        states = []

        def record(x):
            states.append(x)
            return x + 1, lambda cotangent: cotangent

        try:
            run = reverse_chain(lambda x: x + 1, record, 0, length, actions)
        except InputError:
            return
        assert states == [*reversed(range(length))]
        assert (run.final, run.cotangent) == (length, 1.0)

    @pytest.mark.parametrize(
        ("actions", "message"),
        [
            ([Advance(1, 2)], r"Advance\(start=1, stop=2\) cannot be done.* state is 0"),
            ([Advance(0, 3)], "Advance"),
            ([Reverse(0)], r"Reverse\(step=0\) cannot.* 3 of 3 steps"),
            ([Restore(0)], "stored are none"),
            ([Free(1)], "Free"),
            ([Snapshot(1)], "Snapshot"),
            ([Snapshot(0), Snapshot(0)], r"stored are \[0\]"),
            (["advance"], "advance cannot be done"),
            ([Advance(0, 2), Reverse(2)], "ends with 2 of 3 steps not reversed"),
        ],
    )
    def test_an_action_that_cannot_be_done_is_named(self, actions, message):
        with pytest.raises(InputError, match=message):
            cost(actions, 3)

    @pytest.mark.parametrize(
        ("schedule", "message"),
        [
            (lambda: store_all(-1), "length of a chain must be a whole number, 0 or more, got -1"),
            (lambda: one_level(3, 0), "length of a block.* 1 or more, got 0"),
            (lambda: binomial(3, 0), "number of snapshots.* got 0"),
            (lambda: trailing_zeros(1.5), r"got 1\.5"),
        ],
    )
    def test_impossible_sizes_are_refused(self, schedule, message):
        with pytest.raises(InputError, match=message):
            list(schedule())
