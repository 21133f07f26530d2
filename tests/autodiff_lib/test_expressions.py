"""The language of the rule table: shown, simplified, with conditions decided."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodiff_lib.expressions import formula, names, resolve, simplify, subscript, substitute


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a + b", "a + b"),
        ("a - (b - c)", "a − (b − c)"),
        ("a - (b + c)", "a − (b + c)"),
        ("(a + b) * c", "(a + b)·c"),
        ("a * (b * c)", "a·b·c"),
        ("a / (b * c)", "a / (b·c)"),
        ("-a * b", "−a·b"),
        ("a * -b", "a·(−b)"),
        ("(-a) ** 2", "(−a)²"),
        ("-(a ** 2)", "−a²"),
        ("a ** b", "a^b"),
        ("a ** -1", "a⁻¹"),
        ("pow(a, 3)", "a³"),
        ("sqrt(a + b)", "√(a + b)"),
        ("sqrt(a) * b", "√a·b"),
        ("abs(a - b)", "|a − b|"),
        ("atan2(a, b)", "atan2(a, b)"),
        ("1.0 if a > 0 else 0.5 if a == 0 else -inf", "1 if a > 0 else 0.5 if a = 0 else −∞"),
        ("2 / sqrt(pi)", "2 / √π"),
    ],
)
def test_formula_is_what_one_writes_by_hand(text, shown):
    assert formula(text) == shown


def test_formula_puts_labels_in_for_names():
    assert formula("a * b", {"a": "v₋₁", "b": "v₀"}) == "v₋₁·v₀"
    assert "v" + subscript(-12) == "v₋₁₂"


def test_formula_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="no formula for"):
        formula("[a, b]")


@pytest.mark.parametrize(
    ("text", "simpler"),
    [
        ("1.0 * x", "x"),
        ("x * 1", "x"),
        ("0.0 * x + y", "y"),
        ("x - 0", "x"),
        ("0 - x", "-x"),
        ("-1.0 * x", "-x"),
        ("x * (-y)", "-(x * y)"),
        ("(-x) * (-y)", "x * y"),
        ("(x / y) * z", "x * z / y"),
        ("z * (1.0 / y)", "z / y"),
        ("-x / y * z", "-(x * z / y)"),
        ("2 * x ** (2 - 1)", "2 * x"),
        ("x ** 0", "1.0"),
        ("--x", "x"),
        ("sin(1.0 * x)", "sin(x)"),
    ],
)
def test_simplify_leaves_out_what_changes_nothing(text, simpler):
    assert simplify(text) == simpler


_LEAVES = st.sampled_from(["x", "y", "0", "1", "2", "-1", "1.0", "0.5"])
_EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("(-{})".format, inner),
        st.builds("({} ** {})".format, inner, st.sampled_from(["0", "1", "2", "3"])),
    ),
    max_leaves=12,
)


@given(_EXPRESSIONS, st.floats(0.5, 2), st.floats(0.5, 2))
def test_simplify_keeps_the_value(text, x, y):
    try:
        expected = eval(text, {"x": x, "y": y})
    except (ZeroDivisionError, OverflowError):
        return
    got = eval(simplify(text), {"x": x, "y": y})
    assert math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-9)


def test_resolve_keeps_the_branch_that_holds():
    text = "1.0 if a > b else 0.5 if a == b else 0.0"
    assert resolve(text, {"a": 2.0, "b": 1.0}, {}) == "1.0"
    assert resolve(text, {"a": 1.0, "b": 1.0}, {}) == "0.5"
    assert resolve(text, {"a": 0.0, "b": 1.0}, {}) == "0.0"
    assert resolve("a if abs(a) > 1 else 0.0", {"a": -2.0}, {"abs": abs}) == "a"


def test_substitute_keeps_the_order_of_operations():
    assert substitute("a * b", {"a": "x + 1", "b": "-y"}) == "(x + 1) * -y"
    assert names("log(a) * y") == {"log", "a", "y"}
