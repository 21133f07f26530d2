"""Graphs: edges, paths, the layout's promises, and pictures that are well-formed and safe."""

import itertools
import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib import InputError, grad, graph, named
from autodiff_lib.drawing import Drawing
from autodiff_lib.layout import layered
from autodiff_lib.math import cos, exp, sin, sqrt
from tests.autodiff_lib.facts import FACTS

SVG = "{http://www.w3.org/2000/svg}"


def e1(x):
    a = named(x**2, "a")
    c = named(a + named(exp(a), "b"), "c")
    return named(named(sqrt(c), "d") + named(cos(c), "e"), "f")


class TestPaths:
    @pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
    def test_the_sum_over_paths_of_products_of_partials_is_the_derivative(self, fact):
        picture = graph(fact.f, *fact.point)
        output = picture.labels[-1]
        for node, partial in zip(picture.trace.inputs, fact.gradient, strict=True):
            paths = picture.paths(picture.trace.label(node), output)
            total = sum(math.prod(edge.partial for edge in path) for path in paths)
            assert total == pytest.approx(partial)

    def test_e1_has_four(self):
        assert len(graph(e1, 1.0).paths("x", "f")) == 4

    def test_parallel_edges_are_different_paths(self):
        assert len(graph(lambda x: x * x, 3.0).paths("x", "v₁")) == 2

    def test_a_node_reaches_itself_by_the_empty_path(self):
        assert graph(e1, 1.0).paths("c", "c") == [[]]
        assert graph(e1, 1.0).paths("f", "x") == []


@st.composite
def dags(draw):
    count = draw(st.integers(1, 12))
    pairs = [(i, j) for j in range(count) for i in range(j)]
    return count, draw(st.lists(st.sampled_from(pairs), max_size=20)) if pairs else []


class TestLayout:
    @given(dags())
    def test_edges_go_right_and_nodes_keep_apart(self, dag):
        count, edges = dag
        layout = layered(count, edges)
        assert len(layout.places) == count
        for (source, target), route in zip(edges, layout.routes, strict=True):
            assert route[0] == layout.places[source]
            assert route[-1] == layout.places[target]
            assert all(b[0] == a[0] + 1 for a, b in itertools.pairwise(route))
        for one in range(count):
            for other in range(one):
                (x0, y0), (x1, y1) = layout.places[one], layout.places[other]
                assert x0 != x1 or abs(y0 - y1) >= 1 - 1e-9

    def test_a_chain_is_a_straight_line(self):
        assert {y for _, y in layered(4, [(0, 1), (1, 2), (2, 3)]).places} == {0.0}

    def test_crossings_that_can_be_avoided_are(self):
        layout = layered(4, [(0, 3), (1, 2)])
        assert (layout.places[0][1] < layout.places[1][1]) == (
            layout.places[3][1] < layout.places[2][1]
        )


class TestDrawing:
    def test_the_picture_is_well_formed_and_holds_labels_signs_and_values(self):
        svg = ET.fromstring(graph(e1, 1.0).draw(partials=True).svg)
        texts = [text.text for text in svg.iter(SVG + "text")]
        assert {*"abcdef", "exp", "sqrt", "cos", "3.718", "0.2593"} <= set(texts)
        assert len([p for p in svg.iter(SVG + "path") if p.get("marker-end")]) == 8

    def test_adjoints_are_written_after_a_sweep(self):
        picture = graph(lambda x, y: x * y, 2.0, 5.0)
        picture.trace.adjoint()
        assert "adjoint 5" in picture.draw(adjoints=True).svg

    def test_an_edge_shows_what_the_sweep_passed_back_along_it(self):
        picture = graph(lambda x, y: 3 * (x * y), 2.0, 5.0)
        picture.trace.adjoint()
        svg = picture.draw(values=False, flows=True).svg
        assert [f">{flow}<" in svg for flow in (15, 6, 3, 5, 2)] == [True] * 3 + [False] * 2
        with pytest.raises(InputError, match="room for one number"):
            picture.draw(partials=True, flows=True)

    def test_a_highlighted_path_is_in_colour_and_no_other_edge_is(self):
        picture = graph(e1, 1.0)
        path = picture.paths("x", "f")[0]
        assert picture.draw(highlight=path).svg.count('url(#path)"') == len(path)

    def test_notebooks_get_an_image_with_a_description(self):
        html = graph(lambda x: sin(x) * 2, 1.0)._repr_html_()
        assert html.startswith('<img alt="Computational graph: v₁ = sin(v₀); v₂ = v₁·2"')
        assert 'src="data:image/svg+xml;base64,' in html

    def test_labels_cannot_break_out_of_the_picture(self):
        evil = '"><script>alert(1)</script>'
        drawing = graph(lambda x: named(sin(x), evil), 1.0).draw()
        assert "<script" not in drawing.svg
        assert "<script" not in drawing._repr_html_()
        ET.fromstring(drawing.svg)

    def test_a_drawing_can_be_saved(self, tmp_path):
        Drawing("<svg/>", "nothing").save(tmp_path / "x.svg")
        assert (tmp_path / "x.svg").read_text() == "<svg/>"

    def test_the_same_graph_gives_the_same_picture(self):
        assert graph(e1, 1.0).draw().svg == graph(e1, 1.0).draw().svg


def test_a_graph_prints_as_a_table():
    text = str(graph(lambda x, y: x * y + sin(x), 0.5, 4.2))
    assert "v₃    v₁ + v₂    2.579426  v₁, v₂" in text


def test_unused_inputs_stay_in_the_picture():
    assert graph(lambda x, y: 2 * x, 1.0, 2.0).labels == ["v₋₁", "v₀", "v₁"]
    assert grad(lambda x, y: 2 * x, 1)(1.0, 2.0) == 0.0
