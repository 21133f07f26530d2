"""Traces: labels, formulas, and the tangents and adjoints in the tables."""

import pytest

from autodiff_lib import InputError, OutputError, Trace, Var, graph, named, trace
from autodiff_lib.math import cos, exp, log, maximum, sin
from tests.autodiff_lib.facts import FACTS

C1 = lambda x1, x2: log(x1) + x1 * x2 - sin(x2)  # noqa: E731


def column(table, title):
    place = table.heading.index(title)
    return [row[place] for row in table.rows]


def test_inputs_and_operations_are_numbered_as_griewank_and_walther_do():
    table = trace(C1, 2.0, 5.0).primal()
    assert column(table, "variable") == ["v₋₁", "v₀", "v₁", "v₂", "v₃", "v₄", "v₅"]
    assert column(table, "formula") == [
        *("x₁", "x₂", "log(v₋₁)", "v₋₁·v₀", "v₁ + v₂", "sin(v₀)", "v₃ − v₄")
    ]
    assert column(table, "value")[-1] == "11.652071"


def test_operations_stand_in_the_order_in_which_the_program_ran():
    def f(x):
        late = sin(x)
        early = cos(x)
        return early - late

    assert column(trace(f, 1.0).primal(), "formula") == ["x", "sin(v₀)", "cos(v₀)", "v₂ − v₁"]


def test_names_given_in_the_program_become_the_labels():
    def f(a, b):
        return named(a * b, "m") + 1

    assert column(trace(f, 2.0, 3.0).primal(), "variable") == ["a", "b", "m", "v₂"]


def test_constants_are_written_where_they_stand():
    formulas = column(trace(lambda x: 2 * x - (-3 + x / 4) ** 2, 1.0).primal(), "formula")
    assert formulas == ["x", "2·v₀", "v₀ / 4", "(−3) + v₂", "v₃²", "v₁ − v₄"]


def test_the_tangent_table_writes_the_rule_with_dots():
    table = trace(C1, 2.0, 5.0).tangent(1.0, 0.0)
    assert column(table, "formula of the tangent") == [
        "1",
        "0",
        "v̇₋₁ / v₋₁",
        "v₀·v̇₋₁ + v₋₁·v̇₀",
        "v̇₁ + v̇₂",
        "cos(v₀)·v̇₀",
        "v̇₃ − v̇₄",
    ]
    assert column(table, "value of it")[-1] == "5.500000"


def test_the_adjoint_table_runs_backwards_and_collects_from_every_use():
    table = trace(C1, 2.0, 5.0).adjoint()
    assert column(table, "adjoint") == [*("v̄₅", "v̄₄", "v̄₃", "v̄₂", "v̄₁", "v̄₀", "v̄₋₁")]
    assert column(table, "formula")[-2:] == [
        "−v̄₄·cos(v₀)".replace("−v̄₄", "v̄₄") + " + v̄₂·v₋₁",
        "v̄₂·v₀ + v̄₁ / v₋₁",
    ]
    assert column(table, "value")[-2:] == ["1.716338", "5.500000"]


def test_a_rule_with_branches_shows_the_branch_taken():
    table = trace(lambda x, y: maximum(x, y), 1.0, 2.0).tangent(1.0, 1.0)
    assert column(table, "formula of the tangent")[-1] == "0 + v̇₀"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
def test_worked_cases_in_all_three_tables(fact):
    run = trace(fact.f, *fact.point)
    shown = f"{fact.value:.6f}"
    assert column(run.primal(), "value")[-1] == shown
    run.adjoint()
    assert [node.adjoint for node in run.inputs] == pytest.approx(fact.gradient)
    for place, partial in enumerate(fact.gradient):
        direction = [float(place == other) for other in range(len(fact.point))]
        tangent = column(run.tangent(*direction), "value of it")[-1]
        assert float(tangent.replace("−", "-")) == pytest.approx(partial, abs=1e-6)


def test_several_outputs_take_a_seed_each():
    run = trace(lambda x: (2 * x + sin(x), 4 * x + cos(x)), 0.5)
    run.adjoint(1.0, 0.0)
    assert run.inputs[0].adjoint == pytest.approx(2.877582561890373)
    run.adjoint(0.0, 1.0)
    assert run.inputs[0].adjoint == pytest.approx(3.520574461395797)
    with pytest.raises(InputError, match="seeds has 0 numbers for 2 outputs"):
        run.adjoint()


def test_lists_are_taken_apart_into_numbered_inputs():
    run = trace(lambda x: x[0] * x[1] * x[2], [1.0, 2.0, 3.0])
    assert column(run.primal(), "formula")[:3] == ["x₁", "x₂", "x₃"]


def test_a_graph_made_by_hand_has_a_trace_too():
    x = Var(3.0, name="x")
    assert column(Trace.of(x * x, x + 1).primal(), "formula") == ["x", "v₀·v₀", "v₀ + 1"]


def test_errors_say_what_is_wrong():
    with pytest.raises(OutputError, match="does not depend on its arguments"):
        trace(lambda x: 3.0, 1.0)
    with pytest.raises(InputError, match="real number"):
        trace(lambda x: x, "1")
    with pytest.raises(InputError, match="direction has 1 numbers for 2 inputs"):
        trace(C1, 2.0, 5.0).tangent(1.0)
    with pytest.raises(InputError, match="no node is called 'q'; there are v₋₁"):
        graph(C1, 2.0, 5.0).paths("q", "v₅")


def test_tables_show_as_text_and_as_html_without_letting_markup_in():
    def f(x):
        return named(exp(x), "<b>")

    table = trace(f, 0.0).primal()
    assert "<b>" in str(table)
    assert "<b>" not in table._repr_html_()
    assert "&lt;b&gt;" in table._repr_html_()
    assert trace(f, 0.0)._repr_html_() == table._repr_html_()
