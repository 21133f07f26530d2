"""Vertex elimination: the counts of the worked cases, and one Jacobian whatever the order."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import InputError, Trace, backward, grad, graph, named, trace
from autodiff_lib.elimination import best_order, eliminate
from autodiff_lib.lineargraph import linear_graph
from autodiff_lib.math import exp, sin, sqrt
from tests.autodiff_lib.facts import FACTS
from tests.autodiff_lib.programs import programs

ORDERS = ("forward", "reverse", "markowitz", "best")


def d1(x1, x2):
    """[sin(x₁/x₂) + x₁/x₂ − eˣ²]·[x₁/x₂ − eˣ²]."""
    quotient = x1 / x2
    difference = quotient - exp(x2)
    return (sin(quotient) + difference) * difference


def edges(text):
    """{(from, to): 1.0} from lines such as "v3: v1 v2", what is made: what from."""
    pairs = (line.split(":") for line in text.strip().splitlines())
    return {(start, end.strip()): 1.0 for end, starts in pairs for start in starts.split()}


def sum_of(n, m):
    """y_j = g_j(Σ h_i(x_i)): the sum one vertex, each g_j of two operations."""
    lines = [f"h{i}: x{i}" for i in range(n)]
    lines += ["s: " + " ".join(f"h{i}" for i in range(n))]
    lines += [f"g{j}: s" for j in range(m)] + [f"y{j}: g{j}" for j in range(m)]
    return edges("\n".join(lines))


# Markowitz costs 6 too when it takes v4 before v2, which costs as much at that moment.
BY_A_TIE = edges("""
    v1: x2
    v2: x2 v1
    v3: v2
    v4: x1 v1
    y1: v3
    y2: v1 v4
""")
# Here Markowitz costs 8 whatever it takes among equals.
WHATEVER_THE_TIE = edges("""
    v1: x1 x2
    v2: v1
    v3: x1 x2 v1
    y1: v3
    y2: v2
""")

COUNTS = (
    # graph, forward, reverse, Markowitz, best
    ("D1", trace(d1, 1.5, 0.5), (13, 8, 8, 8)),
    ("sum 4 → 4", sum_of(4, 4), (36, 36, 24, 24)),
    ("sum 2 → 5", sum_of(2, 5), (22, 25, 17, 17)),
    ("Markowitz loses by a tie", BY_A_TIE, (7, 7, 7, 6)),
    ("Markowitz loses", WHATEVER_THE_TIE, (8, 8, 8, 7)),
    ("no inner vertex", edges("y: x"), (0, 0, 0, 0)),
)


@pytest.mark.parametrize(
    ("source", "counts"), [case[1:] for case in COUNTS], ids=[case[0] for case in COUNTS]
)
def test_the_number_of_multiplications_of_each_order(source, counts):
    assert tuple(eliminate(source, order).multiplications for order in ORDERS) == counts


def costs(graph, order):
    return [entering * leaving for entering, leaving in eliminate(graph, order).degrees]


def takes_the_cheapest(graph, order):
    """Whether each vertex of `order` is one that costs least at its moment."""
    return all(
        costs(graph, order)[step]
        == min(
            costs(graph, [*order[:step], v, *(w for w in order[step:] if w != v)])[step]
            for v in order[step:]
        )
        for step in range(len(order))
    )


@pytest.mark.parametrize(("graph", "totals"), [(BY_A_TIE, {6, 7}), (WHATEVER_THE_TIE, {8})])
def test_what_markowitz_costs_for_every_choice_among_equals(graph, totals):
    orders = itertools.permutations(linear_graph(graph).inner)
    assert {sum(costs(graph, o)) for o in orders if takes_the_cheapest(graph, o)} == totals


class TestJacobian:
    @pytest.mark.parametrize("order", ["forward", "reverse", "markowitz"])
    @pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
    def test_worked_cases(self, fact, order):
        [row] = eliminate(trace(fact.f, *fact.point), order).jacobian
        assert row == pytest.approx(fact.gradient, rel=1e-13)

    @given(st.data())
    def test_is_the_same_whatever_the_order(self, data):
        f, point = data.draw(programs())
        run = trace(f, *point)
        expected = []
        for place in range(len(run.outputs)):
            backward([run.outputs[place]], [1.0])
            expected.append([node.adjoint for node in run.inputs])
        linear = linear_graph(run)
        shuffled = data.draw(st.permutations(linear.inner))
        for order in (*ORDERS, shuffled):
            jacobian = eliminate(linear, order).jacobian
            for row, right in zip(jacobian, expected, strict=True):
                assert row == pytest.approx(right, rel=1e-12, abs=1e-12)

    def test_of_outputs_that_are_inputs_or_are_used_further(self):
        def f(x, y):
            u = x * y
            return u, sin(u), x, u

        u = 0.5 * 4.0
        assert eliminate(trace(f, 0.5, 4.0)).jacobian == [
            [4.0, 0.5],
            [4.0 * math.cos(u), 0.5 * math.cos(u)],
            [1.0, 0.0],
            [4.0, 0.5],
        ]

    def test_of_inputs_that_are_not_used(self):
        assert eliminate(trace(lambda x, y: 2 * x, 1.0, 2.0)).jacobian == [[2.0, 0.0]]

    def test_of_parallel_edges(self):
        assert eliminate(trace(lambda x: sin(x * x), 3.0)).jacobian[0] == pytest.approx(
            [6 * math.cos(9.0)]
        )

    def test_an_infinite_partial_beside_a_zero_one_counts_for_nothing(self):
        assert eliminate(trace(lambda x: sqrt(0.0 * x), 1.0), "reverse").jacobian == [[0.0]]

    def test_can_itself_be_differentiated(self):
        def slope(x):
            return eliminate(trace(lambda z: sin(z * z), x)).jacobian[0][0]

        assert grad(slope)(0.7) == pytest.approx(
            2 * math.cos(0.49) - 4 * 0.49 * math.sin(0.49), rel=1e-13
        )


@st.composite
def graphs(draw, max_inner):
    """Edges between two inputs, some inner vertices and two outputs, all drawn at random."""
    inner = [f"v{number}" for number in range(draw(st.integers(1, max_inner)))]
    chosen = {
        end: draw(st.sets(st.sampled_from(["x1", "x2", *inner[:place]]), min_size=1))
        for place, end in enumerate([*inner, "y1", "y2"])
    }
    return {(start, end): 1.0 for end, starts in chosen.items() for start in sorted(starts)}


class TestOrders:
    @given(graphs(max_inner=5))
    def test_none_of_all_orders_is_better_than_the_best(self, edges):
        linear = linear_graph(edges)
        orders = itertools.permutations(linear.inner)
        least = min(eliminate(linear, order).multiplications for order in orders)
        assert eliminate(linear, "best").multiplications == least

    @given(graphs(max_inner=8))
    def test_markowitz_always_takes_the_cheapest(self, edges):
        linear = linear_graph(edges)
        assert takes_the_cheapest(linear, eliminate(linear, "markowitz").order)

    def test_markowitz_notices_that_a_vertex_has_become_dearer(self):
        graph = edges("v: x1 x2 \n u: v \n w: x1 x2 \n y1: u w \n y2: u w \n y3: u")
        assert costs(graph, ["v", "u", "w"]) == [2, 6, 4]
        assert eliminate(graph, "markowitz").order == ("v", "w", "u")

    def test_the_best_order_is_one_of_the_inner_vertices(self):
        assert sorted(best_order(BY_A_TIE)) == ["v1", "v2", "v3", "v4"]

    def test_steps_are_shown_as_a_table(self):
        table = eliminate(BY_A_TIE, ["v4", "v1", "v2", "v3"]).table()
        assert table.rows == (
            ("v4", "2", "1", "2"),
            ("v1", "1", "2", "2"),
            ("v2", "1", "1", "1"),
            ("v3", "1", "1", "1"),
        )

    def test_a_long_chain(self):
        def f(x):
            for _ in range(3000):
                x = sin(x)
            return x

        run = trace(f, 1.0)
        for order in ("forward", "reverse", "markowitz"):
            assert eliminate(run, order).multiplications == 2999


class TestGraphs:
    def test_a_graph_and_its_trace_are_the_same(self):
        assert linear_graph(graph(d1, 1.5, 0.5)).edges == linear_graph(trace(d1, 1.5, 0.5)).edges

    def test_vertices_carry_the_labels_of_the_trace(self):
        linear = linear_graph(trace(d1, 1.5, 0.5))
        assert linear.inputs == ("v₋₁", "v₀")
        assert linear.inner == ("v₁", "v₂", "v₃", "v₄", "v₅")
        assert linear.outputs == ("v₆",)

    def test_names_that_are_given_twice_are_not_mixed_up(self):
        run = trace(lambda x: named(sin(named(exp(x), "a")), "a") * x, 0.3)
        assert isinstance(run, Trace)
        slope = math.cos(math.exp(0.3)) * math.exp(0.3) * 0.3 + math.sin(math.exp(0.3))
        assert eliminate(run).jacobian[0] == pytest.approx([slope])

    def test_inputs_and_outputs_can_be_chosen(self):
        linear = linear_graph({("x", "v"): 2.0, ("v", "y"): 3.0}, ["z", "x"], ["v", "y", "x"])
        assert eliminate(linear).jacobian == [[0.0, 2.0], [0.0, 6.0], [0.0, 1.0]]

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: linear_graph({("a", "b"): 1, ("b", "a"): 1}), "circle"),
            (lambda: linear_graph({("a", "a"): 1}), "circle a → a"),
            (lambda: linear_graph({("x", "y"): 1}, ["y"]), "enters 'y'"),
            (lambda: linear_graph({("x", "y"): 1}, ["x", "x"]), "'x' is given 2 times"),
            (lambda: linear_graph({("x", "y"): 1}, None, ["z"]), "output 'z'"),
            (lambda: linear_graph(trace(sin, 1.0), ["x"]), "has its own inputs"),
            (lambda: eliminate({("x", "y"): 1}, "backward"), "no order is called 'backward'"),
            (lambda: eliminate(BY_A_TIE, ["v1"]), r"\['v1'\] is not .*: v1, v2, v3, v4"),
            (lambda: eliminate(BY_A_TIE, ["v1", "v1", "v2", "v3"]), "is not one of"),
            (lambda: best_order({(i, i + 1): 1.0 for i in range(18)}), "2\\^17"),
        ],
    )
    def test_errors_say_what_is_wrong(self, call, message):
        with pytest.raises(InputError, match=message):
            call()
