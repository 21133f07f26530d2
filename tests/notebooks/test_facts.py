"""The lessons print the values that the course's worked cases have.

The values were computed with 25 digits; A1, B1 and so on name the worked cases.
"""

import re
from functools import cache
from math import factorial
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
DIGITS = 6  # a lesson shows at least so many significant ones

# fmt: off
FACTS = (
    # case  lesson            what the lesson calls it   value
    ("A1", "01_chain_rule", "h(1)",                0.7080734182735712),
    ("A1", "01_chain_rule", "h′(1)",               0.9092974268256817),
    ("A2", "01_chain_rule", "f(2, 3, 7, 4, 5)",    3.0),
    ("A2", "01_chain_rule", "∂f/∂a",               0.6),
    ("A2", "01_chain_rule", "∂f/∂b",               0.6),
    ("A2", "01_chain_rule", "∂f/∂c",               1.0),
    ("A2", "01_chain_rule", "∂f/∂d",              -1.0),
    ("A2", "01_chain_rule", "∂f/∂e",              -0.6),
    ("B1", "01_chain_rule", "z(0.5, 4.2)",         2.579425538604203),
    ("B1", "01_chain_rule", "∂z/∂x",               5.077582561890373),
    ("B1", "01_chain_rule", "∂z/∂y",               0.5),
    ("E1", "01_chain_rule", "f(0.5)",              1.275320421415741),
    ("E1", "01_chain_rule", "f(1.0)",              1.090012211974743),
    ("E1", "01_chain_rule", "f(1.5)",              4.101920492006400),
    ("E1", "01_chain_rule", "f(2.0)",              7.194329635585852),
    ("E1", "01_chain_rule", "f′(0.5)",            -1.360431078598279),
    ("E1", "01_chain_rule", "f′(1.0)",             5.983082595908696),
    ("E1", "01_chain_rule", "f′(1.5)",            27.78045491291173),
    ("E1", "01_chain_rule", "f′(2.0)",          -182.8698073059828),
    ("D1", "02_numerical_errors", "f(1.5, 0.5)",   2.016646669428201),
    ("D1", "02_numerical_errors", "∂f/∂x₁",        3.011843327673907),
    ("D1", "02_numerical_errors", "∂f/∂x₂",      -13.72396150931407),
    ("D2", "02_numerical_errors", "F(x)",  333833500.0),
    ("D2", "02_numerical_errors", "n(n + 1)(2n + 1)/6", 333833500.0),
    ("D2", "02_numerical_errors", "quotient",      2.026558),
    ("B1", "04_forward_mode", "z(0.5, 4.2)",     2.579425538604203),
    ("B1", "04_forward_mode", "∂z/∂x",           5.077582561890373),
    ("B1", "04_forward_mode", "∂z/∂y",           0.5),
    ("C1", "04_forward_mode", "f(2, 5)",         11.652071455223084),
    ("C1", "04_forward_mode", "∂f/∂x₁",          5.5),
    ("C1", "04_forward_mode", "∂f/∂x₂",          1.7163378145367738),
    ("D1", "04_forward_mode", "y(1.5, 0.5)",     2.016646669428201),
    ("D1", "04_forward_mode", "∂y/∂x₁",          3.011843327673907),
    ("D1", "04_forward_mode", "∂y/∂x₂",         -13.72396150931407),
    ("D5", "04_forward_mode", "y1",              0.622459331201855),
    ("D5", "04_forward_mode", "y2",              0.320821300824607),
    ("D5", "04_forward_mode", "y3",              0.182425523806356),
    ("D5", "04_forward_mode", "dy1/dx",          0.117501856100797),
    ("D5", "04_forward_mode", "dy2/dx",         -0.163421245321361),
    ("D5", "04_forward_mode", "dy3/dx",         -0.223719678105499),
    ("D6", "04_forward_mode", "network: y",      0.4610712082158925),
    ("D6", "04_forward_mode", "∂y/∂w₁₁",         0.003899093015887),
    ("A3", "05_reverse_mode", "E",               0.1562780841536489),
    ("A3", "05_reverse_mode", "∂E/∂w1",         -0.01684516474160),
    ("A3", "05_reverse_mode", "∂E/∂w2",         -0.03369032948320),
    ("A3", "05_reverse_mode", "∂E/∂w3",          0.01549356927205),
    ("A3", "05_reverse_mode", "∂E/∂w4",          0.03098713854411),
    ("A3", "05_reverse_mode", "∂E/∂w5",         -0.05864873942512),
    ("A3", "05_reverse_mode", "∂E/∂w6",         -0.10339803944803),
    ("A3", "05_reverse_mode", "∂E/∂x1",          0.00296355430746),
    ("A3", "05_reverse_mode", "∂E/∂x2",          0.00956646065714),
    ("B1", "05_reverse_mode", "z(0.5, 4.2)",     2.579425538604203),
    ("B1", "05_reverse_mode", "∂z/∂x",           5.077582561890373),
    ("B1", "05_reverse_mode", "∂z/∂y",           0.5),
    ("B2", "05_reverse_mode", "z(0.5)",          1.479425538604203),
    ("B2", "05_reverse_mode", "v(0.5)",          2.877582561890373),
    ("B2", "05_reverse_mode", "dz/dx",           2.877582561890373),
    ("B2", "05_reverse_mode", "dv/dx",           3.520574461395797),
    ("C1", "05_reverse_mode", "f(2, 5)",         11.652071455223084),
    ("C1", "05_reverse_mode", "∂f/∂x₁",          5.5),
    ("C1", "05_reverse_mode", "∂f/∂x₂",          1.7163378145367738),
    ("D1", "05_reverse_mode", "y(1.5, 0.5)",     2.016646669428201),
    ("D1", "05_reverse_mode", "∂y/∂x₁",          3.011843327673907),
    ("D1", "05_reverse_mode", "∂y/∂x₂",         -13.72396150931407),
    ("D4", "05_reverse_mode", "y",               0.645656306225795),
    ("D4", "05_reverse_mode", "∂y/∂w1",          0.228784240456657),
    ("D4", "05_reverse_mode", "∂y/∂w2",          0.457568480913314),
    ("D4", "05_reverse_mode", "∂y/∂w3",          0.686352721369971),
    ("E1", "05_reverse_mode", "f(0.5)",          1.275320421415741),
    ("E1", "05_reverse_mode", "f′(0.5)",        -1.360431078598279),
    ("E1", "05_reverse_mode", "f(1.0)",          1.090012211974743),
    ("E1", "05_reverse_mode", "f′(1.0)",         5.983082595908696),
    ("E1", "05_reverse_mode", "f(1.5)",          4.101920492006400),
    ("E1", "05_reverse_mode", "f′(1.5)",         27.78045491291173),
    ("E1", "05_reverse_mode", "f(2.0)",          7.194329635585852),
    ("E1", "05_reverse_mode", "f′(2.0)",        -182.8698073059828),
    ("B2", "07_jacobian_cost", "z(0.5)",           1.479425538604203),
    ("B2", "07_jacobian_cost", "v(0.5)",           2.877582561890373),
    ("B2", "07_jacobian_cost", "∂z/∂x",            2.877582561890373),
    ("B2", "07_jacobian_cost", "∂v/∂x",            3.520574461395797),
    ("D1", "07_jacobian_cost", "f(1.5, 0.5)",      2.016646669428201),
    ("D1", "07_jacobian_cost", "∂f/∂x₁",           3.011843327673907),
    ("D1", "07_jacobian_cost", "∂f/∂x₂",         -13.72396150931407),
    ("D5", "07_jacobian_cost", "y1",               0.622459331201855),
    ("D5", "07_jacobian_cost", "y2",               0.320821300824607),
    ("D5", "07_jacobian_cost", "y3",               0.182425523806356),
    ("D5", "07_jacobian_cost", "dy1/dx",           0.117501856100797),
    ("D5", "07_jacobian_cost", "dy2/dx",          -0.163421245321361),
    ("D5", "07_jacobian_cost", "dy3/dx",          -0.223719678105499),
)
# fmt: on


@cache
def printed(lesson):
    """Return all text that the code cells of a lesson print or show."""
    notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return "\n".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in outputs
    ).replace("−", "-")


def numbers_called(name, text):
    """Return every number that stands after `name =` in `text`, as it is written."""
    pattern = rf"(?<![\w∂/]){re.escape(name)}\s*=\s*(-?\d[\d.]*(?:e[+-]?\d+)?)"
    return re.findall(pattern, text)


def significant(number):
    """Return how many significant digits a number is written with; zeros behind it count."""
    return len(number.lstrip("-").split("e")[0].replace(".", "").lstrip("0"))


def is_rounded(number, value):
    """Return whether `number` is `value`, to the digits that it is written with."""
    mantissa, _, exponent = number.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return abs(float(number) - value) <= 0.5000001 * 10.0**-decimals


@pytest.mark.parametrize(("case", "lesson", "name", "value"), FACTS)
def test_lesson_prints_the_value(case, lesson, name, value):
    found = numbers_called(name, printed(lesson))
    assert found, f"{lesson} prints no {name} ="
    for number in found:
        assert significant(number) >= DIGITS, f"{name} = {number}"
        assert is_rounded(number, value), f"{name} = {number}, should be {value}"


# fmt: off
DIFFERENCES = (
    # what is shown                     how the lesson prints it
    ("D1, forward: half of the digits", r"forward +order 1, best error 5e-09, step 10\^-7.50"),
    ("D1, central: two thirds of them", r"central +order 2, best error 3e-12, step 10\^-5.50"),
    ("D1, Richardson: nearly all",      r"richardson +order 8, best error below 1e-14, step .*"),
    ("D1, complex step: all of them",   r"h = 1e-20 +below 3e-16"),
    ("D2, by the order of summation",   r"h=1e-7: 2\.38, last square first: 1\.79"),
    ("D2, the step is absorbed",        r"h=1e-8: 0\.0"),
    ("D2, ⅓n³√ε is not 33.3",           r"with ε = 1e-16 +3\.33"),
    ("D2, exactly 2 by AD",             r"AD: +2\.0"),
    ("a naive softplus at 1000",        r".* arrows are inf and 0\.0, with the product nan"),
)
# fmt: on


@pytest.mark.parametrize(("shown", "line"), DIFFERENCES)
def test_the_lesson_on_differences_prints_where_the_digits_go(shown, line):
    assert re.search(rf"^{line}$", printed("02_numerical_errors"), re.M), shown


# fmt: off
COUNTS = (
    # what is counted     forward, reverse, Markowitz, best
    ("the textbook graph", "13    8    8    8"),
    ("hourglass 4 → 4",    "36   36   24   24"),
    ("tie",  "24 orders   forward  7   reverse  7   greedy 6 or 7   best 6"),
    ("loss", "6 orders   forward  8   reverse  8   greedy 8        best 7"),
)
# fmt: on


@pytest.mark.parametrize(("graph", "counts"), COUNTS)
def test_the_cost_lesson_prints_what_eliminations_take(graph, counts):
    assert re.search(rf"^{graph} +{counts}$", printed("07_jacobian_cost"), re.M)


def test_the_reverse_lesson_prints_how_many_orders_are_right_and_what_impatience_costs():
    text = printed("05_reverse_mode")
    # f, then d and e either way, then c, b, a; and x, which passes nothing on, anywhere.
    assert re.search(rf"^{2 * 7} of {factorial(7)}, for example", text, re.M)
    rows = re.findall(r"^ *(\d+) +(\d+) +([\d,]+)   True$", text, re.M)
    assert len(rows) == 8
    for stages, nodes, visits in rows:
        assert int(nodes) == 2 * int(stages) + 1
        assert int(visits.replace(",", "")) == 3 * 2 ** int(stages) - 2


@pytest.mark.parametrize(
    ("number", "value", "fits"),
    [
        ("0.600000", 0.6, True),
        ("-182.8698073060", -182.8698073059828, True),
        ("-182.8698073059", -182.8698073059828, False),
        ("1.2500e-07", 1.25e-7, True),
        ("1.2501e-07", 1.25e-7, False),
    ],
)
def test_a_number_is_compared_in_the_digits_it_is_written_with(number, value, fits):
    assert is_rounded(number, value) is fits
