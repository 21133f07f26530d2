"""Expressions: built, differentiated, simplified, shared, evaluated, shown; and how they swell."""

import math
import operator
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff_lib import InputError, NotDifferentiableError, OutputError, Var
from autodiff_lib import math as am
from autodiff_lib.expr import read
from autodiff_lib.expressions import names as names_in
from autodiff_lib.latex import latex
from autodiff_lib.rules import RULES
from autodiff_lib.simplification import LAWS
from autodiff_lib.symbolic import (
    count_nodes,
    diff,
    evaluate,
    expression,
    share,
    simplify,
    symbols,
)
from tests.autodiff_lib.facts import FACTS
from tests.autodiff_lib.test_rules import points

x, y, z = symbols("x y z")


def reverse(f, point):
    inputs = [Var(value) for value in point]
    output = f(*inputs)
    if isinstance(output, Var):
        output.backward()
    return [value.adjoint for value in inputs]


def product(factors):
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


def nested(depth, v=x):
    for _ in range(depth):
        v = v * am.sin(v)
    return v


# Operations that stay inside every domain and do not grow without bound: with them a random
# program can be run anywhere. Together they use all rows of the rule table.
OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: 3 - a - b,
    "mul": lambda a, b: am.tanh(a) * b,
    "div": lambda a, b: a / (2 + am.sin(b)),
    "pow": lambda a, b: (1.5 + am.sin(a)) ** am.tanh(b),
    "square": lambda a, b: am.sin(a) ** 2 + 2.0**-1,
    "neg": lambda a, b: -a,
    "abs": lambda a, b: abs(a) + am.sign(b),
    "roots": lambda a, b: am.sqrt(1 + a * a) + am.cbrt(2 + am.cos(b)),
    "exps": lambda a, b: am.exp(am.sin(a)) + am.exp2(am.cos(b)) - am.expm1(am.sin(b)),
    "logs": lambda a, b: am.log(2 + am.cos(a)) * am.log2(2 + am.cos(b)) + am.log10(2 + am.sin(a)),
    "log1p": lambda a, b: am.log1p(a * a),
    "tan": lambda a, b: am.tan(am.sin(a)),
    "arcs": lambda a, b: am.asin(0.9 * am.sin(a)) - am.acos(0.9 * am.cos(b)) + am.atan(a),
    "atan2": lambda a, b: am.atan2(a, 1 + b * b),
    "hyperbolic": lambda a, b: am.sinh(am.sin(a)) / am.cosh(am.sin(b)),
    "areas": lambda a, b: am.asinh(a) + am.acosh(2.5 + am.sin(a)) - am.atanh(0.9 * am.tanh(b)),
    "activations": lambda a, b: am.sigmoid(a) + am.softplus(b) * am.relu(a),
    "erf": lambda a, b: am.erf(a),
    "larger": lambda a, b: am.maximum(a, b) + am.minimum(b, 0.25),
    "constant": lambda a, b: a * 0 + 1 * b,
}
PROGRAMS = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=6,
)
COORDINATES = st.floats(-2, 2)


def run(program, *inputs):
    values = list(inputs)
    for name, left, right in program:
        values.append(
            OPERATIONS[name](values[-1 - left % len(values)], values[right % len(values)])
        )
    return values[-1]


def close(got, expected):
    return got == pytest.approx(expected, rel=1e-9, abs=1e-9)


class TestBuilding:
    @pytest.mark.parametrize(
        ("expr", "shown"),
        [
            (x + 2 * y, "x + 2·y"),
            ((x + y) * 2 - (x - (y - z)), "(x + y)·2 − (x − (y − z))"),
            (3 / x**2, "3 / x²"),
            (2**x, "2^x"),
            (-(x**-1), "−x⁻¹"),
            (am.sqrt(x) * abs(y), "√x·|y|"),
            (+x - True, "x − 1"),
            (np.sin(x) * np.float64(2) + np.float64(3) / x, "sin(x)·2 + 3 / x"),
            (np.maximum(1.5, x), "maximum(1.5, x)"),
            (x * math.pi, "x·π"),
            (symbols("w", 3)[2] ** 2, "w₃²"),
        ],
    )
    def test_operators_and_functions_build_what_one_writes(self, expr, shown):
        assert str(expr) == repr(expr) == shown

    def test_a_function_is_run_on_its_parameters_names(self):
        assert str(expression(lambda a, b: a * am.sin(b))) == "a·sin(b)"
        assert str(expression(lambda v: v[0] * v[1], symbols("v", 2))) == "v₁·v₂"
        assert str(expression(lambda a, b=2: (a, 3.0 * b))) == "(a, 6)"

    @pytest.mark.parametrize("name", RULES)
    def test_every_row_is_an_operation(self, name):
        operands = (x, y)[: len(RULES[name].inputs)]
        expr = getattr(am, name)(*operands)
        assert expr.operation == name
        assert expr.operands == operands


class TestDerivatives:
    @pytest.mark.parametrize(
        ("expr", "raw", "simplified"),
        [
            (x, "1", "1"),
            (y, "0", "0"),
            (x + y, "1", "1"),
            (x + am.sin(x), "1 + cos(x)·1", "1 + cos(x)"),
            (x * am.sin(x), "sin(x)·1 + x·cos(x)·1", "sin(x) + x·cos(x)"),
            (x**2, "2·x^(2 − 1)·1", "2·x"),
            (1 / x, "−(1 / x) / x·1", "−(1 / x / x)"),
            (am.sin(am.cos(x)), "cos(cos(x))·(−sin(x)·1)", "−(cos(cos(x))·sin(x))"),
            (am.exp(3 * x), "exp(3·x)·3·1", "3·exp(3·x)"),
            (am.relu(x), "(1 if x > 0 else 0)·1", "1 if x > 0 else 0"),
            (am.sqrt(x), "(0.5 / √x if √x ≠ 0 else ∞)·1", "0.5 / √x if √x ≠ 0 else ∞"),
            (am.log10(x), "1 / (x·log(10))·1", "1 / (x·log(10))"),
        ],
    )
    def test_derivatives_as_the_rules_give_them_and_simplified(self, expr, raw, simplified):
        derivative = diff(expr, x)
        assert str(derivative) == raw
        assert str(simplify(derivative)) == simplified

    def test_generic_derivatives_leave_single_points_out(self):
        assert str(simplify(diff(am.sqrt(x), x), generic=True)) == "0.5 / √x"
        assert str(simplify(diff(x**y, x), generic=True)) == "y·x^(y − 1)"
        kink = simplify(diff(am.maximum(x, y), x), generic=True)
        assert str(kink) == "1 if x > y else 0"

    @pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.id}@{fact.point[0]}")
    def test_worked_cases(self, fact):
        inputs = symbols("x", len(fact.point))
        at = dict(zip(inputs, fact.point, strict=True))
        f = expression(fact.f, *inputs)
        assert evaluate(f, at) == pytest.approx(fact.value, rel=1e-14)
        for symbol, expected in zip(inputs, fact.gradient, strict=True):
            derivative = diff(f, symbol)
            assert evaluate(derivative, at) == pytest.approx(expected, rel=1e-13)
            assert evaluate(simplify(derivative), at) == pytest.approx(expected, rel=1e-13)

    @pytest.mark.parametrize("name", RULES)
    @settings(max_examples=10)
    @given(data=st.data())
    def test_every_row_and_its_second_derivative(self, name, data):
        point = data.draw(points(name))
        inputs = symbols("x", len(point))
        at = dict(zip(inputs, point, strict=True))
        f = expression(getattr(am, name), *inputs)
        gradient = [diff(f, symbol) for symbol in inputs]
        assert close([evaluate(d, at) for d in gradient], reverse(getattr(am, name), point))
        for derivative in gradient:
            second = [evaluate(diff(derivative, symbol), at) for symbol in inputs]
            program = lambda *v, d=derivative: evaluate(d, dict(zip(inputs, v, strict=True)))  # noqa: E731
            assert close(second, reverse(program, point))

    @pytest.mark.parametrize(
        ("f", "at", "expected"),
        [
            (abs(x), 0.0, 0.0),
            (am.relu(x), 0.0, 0.0),
            (am.maximum(x, x * 2), 0.0, 1.5),
            (am.sqrt(x), 0.0, math.inf),
            (x**2, 0.0, 0.0),
            (x**0, 0.0, 0.0),
            (x**3, -2.0, 12.0),
            (x**y, 0.0, 0.0),
        ],
    )
    def test_conventions_at_kinks_are_the_tables(self, f, at, expected):
        assert evaluate(diff(f, x), {x: at, y: 2.0}) == expected

    @given(PROGRAMS, COORDINATES, COORDINATES)
    def test_evaluating_the_derivative_is_reverse_mode(self, program, a, b):
        f = run(program, x, y)
        got = [evaluate(diff(f, symbol), {x: a, y: b}) for symbol in (x, y)]
        assert close(got, reverse(lambda *v: run(program, *v), (a, b)))

    @given(PROGRAMS, PROGRAMS, COORDINATES, COORDINATES)
    def test_linearity_and_the_product_rule(self, first, second, a, b):
        f, g = run(first, x, y), run(second, x, y)
        at = {x: a, y: b}
        df, dg = (evaluate(diff(part, x), at) for part in (f, g))
        assert close(evaluate(diff(3 * f - g / 4, x), at), 3 * df - dg / 4)
        assert close(evaluate(diff(f * g, x), at), df * evaluate(g, at) + evaluate(f, at) * dg)

    def test_reverse_mode_on_symbols_gives_expressions_too(self):
        inner = Var(x)
        (inner * am.sin(inner)).backward()
        assert evaluate(inner.adjoint, {x: 0.7}) == pytest.approx(
            math.sin(0.7) + 0.7 * math.cos(0.7)
        )


class TestConditions:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("a if 0 > 1 or 2 > 3 else b", "y"),
            ("a if 0 > 1 or 3 > 2 else b", "x"),
            ("a if 1 > 0 and 3 > 2 else b", "x"),
            ("a if 1 > 0 and 2 > 3 else b", "y"),
            ("a if a > 0 or 2 > 3 else b", "x if x > 0 else y"),
            ("a if a > 0 and 3 > 2 else b", "x if x > 0 else y"),
            ("a if a > 0 or 3 > 2 else b", "x"),
            ("a if a > 0 and 2 > 3 else b", "y"),
            ("a if a > 0 and b != 0 else b", "x if x > 0 and y ≠ 0 else y"),
        ],
    )
    def test_what_needs_no_symbols_value_is_decided(self, text, shown):
        assert str(read(text, {"a": x, "b": y})) == shown

    def test_comparisons_of_numbers_are_true_or_false(self):
        two = expression(lambda: 2)
        assert two > 1
        assert not two == 3  # noqa: SIM201
        assert two


class TestSimplification:
    @pytest.mark.parametrize(
        ("expr", "shown"),
        [
            (x + 0, "x"),
            (0 * am.log(x) + y, "y"),
            (1 * x / 1, "x"),
            (x**1 + x**0, "x + 1"),
            (x + x, "2·x"),
            (x * y - x * y, "0"),
            ((x + y) * (x + y), "(x + y)²"),
            ((x + y) / (x + y), "1"),
            (-(0 - x), "x"),
            (-1 * x, "−x"),
            (x + -y, "x − y"),
            (x - -y, "x + y"),
            (-x + y, "y − x"),
            (x + -3, "x − 3"),
            (-x * -y, "x·y"),
            (-x / y, "−(x / y)"),
            (x * 2 * 3, "6·x"),
            (2 * x * (3 * y), "6·x·y"),
            (y * (2 * x) * 0.5, "y·x"),
            (x * (1 / y), "x / y"),
            (x + -2 * y, "x − 2·y"),
            (am.sin(x * 1), "sin(x)"),
            (x ** (3 - 1), "x²"),
            (x * 1e-200 * 1e-200, "1e−200·1e−200·x"),
            (2**0.5 * x, "1.41421·x"),
            (x - 1 / (x * 0 + 3), "x − 1 / 3"),
        ],
    )
    def test_what_changes_nothing_is_left_out(self, expr, shown):
        assert str(simplify(expr)) == shown

    @given(PROGRAMS, COORDINATES, COORDINATES)
    def test_it_keeps_the_value_and_never_grows(self, program, a, b):
        at = {x: a, y: b}
        f = run(program, x, y)
        for expr in (f, diff(f, x)):
            simpler = simplify(expr)
            assert count_nodes(simpler) <= count_nodes(expr)
            assert close(evaluate(simpler, at), evaluate(expr, at))
            assert count_nodes(simplify(simpler)) == count_nodes(simpler)

    _TREES = st.recursive(
        st.sampled_from([x, y, *(expression(lambda v=v: v) for v in (0.0, 1.0, -1.0, 2.0, -3.0))]),
        lambda inner: st.one_of(
            st.builds(
                lambda f, a, b: f(a, b),
                st.sampled_from([operator.add, operator.sub, operator.mul, operator.truediv]),
                inner,
                inner,
            ),
            st.builds(operator.neg, inner),
            st.builds(operator.pow, inner, st.sampled_from([0, 1, 2, -1])),
        ),
        max_leaves=14,
    )

    @settings(max_examples=300)
    @given(_TREES, st.floats(0.5, 2), st.floats(0.5, 2))
    def test_it_does_so_for_any_arithmetic(self, expr, a, b):
        simpler = simplify(expr)
        assert count_nodes(simpler) <= count_nodes(expr)
        try:
            expected = evaluate(expr, {x: a, y: b})
        except (ArithmeticError, ValueError):
            return
        largest = max(1.0, abs(expected))
        if all(1e-3 < abs(v) < 1e6 for v in parts(expr, {x: a, y: b})):
            assert abs(evaluate(simpler, {x: a, y: b}) - expected) <= 1e-6 * largest

    def test_every_law_holds_and_grows_nothing(self):
        numbers = {"a": 1.3, "b": 0.7, "c": 2.5, "d": -4.0, "n": -3.0, "u": 0.9}
        for left, right in LAWS:
            assert eval(left, numbers | {}) == pytest.approx(eval(right, numbers | {}))
            letters = {name: expression(lambda v=v: v) for name, v in numbers.items()}
            sizes = [count_nodes(eval(side, dict(letters)) + 0) for side in (left, right)]
            assert sizes[1] <= sizes[0] + right.count("-n") + right.count("-c")
            assert names_in(right) <= names_in(left)


def parts(expr, at):
    """The values of all parts of an expression."""
    values = [evaluate(expr, at)]
    for operand in expr.operands:
        values += parts(operand, at)
    return values


class TestSharing:
    @given(PROGRAMS, COORDINATES, COORDINATES)
    def test_it_keeps_the_value_and_the_tree(self, program, a, b):
        derivative = diff(run(program, x, y), x)
        shared = share(derivative)
        assert evaluate(shared, {x: a, y: b}) == evaluate(derivative, {x: a, y: b})
        assert count_nodes(shared) == count_nodes(derivative)
        assert count_nodes(shared, shared=True) == count_nodes(derivative, shared=True)

    def test_equal_parts_become_one_object(self):
        a, b = symbols("x y")
        left, right = share(x * y + 1, a * b + 2.0)
        assert left.operands[0] is right.operands[0]
        assert share(x + y) is not share(x + y)
        zeros = share(x * 0.0 + x * -0.0)
        assert zeros.operands[0] is not zeros.operands[1]

    def test_counting(self):
        square = (x + y) * (x + y)
        assert count_nodes(square) == 7
        assert count_nodes(square, shared=True) == 4
        assert count_nodes(diff(am.relu(x), x)) == count_nodes(1 + x) + 5


class TestSwell:
    def test_speelpennings_product(self):
        """D3: the value, the gradient, and how many nodes its five derivatives have."""
        inputs = symbols("x", 5)
        point = dict(zip(inputs, (0.5, 1.0, 1.5, 2.0, 2.5), strict=True))
        f = product(inputs)
        gradient = [diff(f, symbol) for symbol in inputs]
        assert evaluate(f, point) == 3.75
        assert [evaluate(d, point) for d in gradient] == [7.5, 3.75, 2.5, 1.875, 1.5]
        assert [str(simplify(d)) for d in gradient][::4] == ["x₅·x₄·x₃·x₂", "x₁·x₂·x₃·x₄"]

    @pytest.mark.parametrize("n", [2, 8, 32])
    def test_its_gradient_has_n_squared_nodes_where_reverse_mode_takes_n_operations(self, n):
        inputs = symbols("x", n)
        f = product(inputs)
        gradient = [simplify(diff(f, symbol)) for symbol in inputs]
        assert count_nodes(f) == 2 * n - 1
        assert sum(map(count_nodes, gradient)) == n * (2 * n - 3)

    def test_a_nested_product_doubles_at_every_level_and_a_shared_one_does_not(self):
        trees = [count_nodes(simplify(diff(nested(depth), x))) for depth in (8, 9, 10, 11)]
        assert all(2.05 < later / earlier < 2.5 for earlier, later in zip(trees, trees[1:]))  # noqa: B905, RUF007
        shared = [count_nodes(diff(nested(depth), x), shared=True) for depth in (8, 9, 10, 40)]
        assert shared[1] - shared[0] == shared[2] - shared[1] == 7
        assert shared[3] == shared[2] + 30 * 7

    def test_a_tree_of_a_trillion_nodes_is_evaluated_at_once(self):
        f = nested(40)
        assert count_nodes(f) > 10**12
        (expected,) = reverse(lambda v: nested(40, v), (1.2,))
        assert evaluate(diff(f, x), {x: 1.2}) == pytest.approx(expected)
        assert str(f) == f"⟨an expression of {count_nodes(f)} nodes⟩"


class TestDepth:
    def test_a_chain_of_100_000_operations_needs_no_recursion(self):
        f = chain(x, 100_000)
        assert count_nodes(f) == count_nodes(f, shared=True) == 100_001
        (expected,) = reverse(lambda v: chain(v, 100_000), (1.0,))
        assert evaluate(diff(f, x), {x: 1.0}) == pytest.approx(expected)
        assert "nodes⟩" in str(f)
        with pytest.raises(InputError, match="100001 nodes is too large to write out"):
            f.latex()

    def test_simplifying_needs_none_either(self):
        f = x
        for _ in range(3_000):
            f = am.sin(f) * 1.0
        assert count_nodes(simplify(f)) == 3_001
        assert "nodes⟩" in str(simplify(f))


def chain(v, length):
    for _ in range(length):
        v = am.sin(v)
    return v


class TestEvaluation:
    def test_values_by_symbol_or_by_name(self):
        assert evaluate(x / y, {x: 3, "y": np.float64(4)}) == 0.75
        assert type(evaluate(x, {x: 3})) is float
        assert evaluate(expression(lambda: 2), {}) == 2.0

    def test_only_the_side_that_is_chosen_is_computed(self):
        derivative = diff(2.0 ** am.relu(x) * x**y, y)
        assert evaluate(derivative, {x: 0.0, y: 2.0}) == 0.0

    def test_values_may_be_traced(self):
        v = Var(0.5)
        evaluate(am.sin(x) * x, {x: v}).backward()
        assert v.adjoint == pytest.approx(math.sin(0.5) + 0.5 * math.cos(0.5))

    def test_outside_a_domain_it_fails_as_floats_do(self):
        with pytest.raises(ValueError, match="math domain error"):
            evaluate(am.log(x), {x: -1.0})
        with pytest.raises(ZeroDivisionError):
            evaluate(1 / x, {x: 0.0})


class TestLatex:
    @pytest.mark.parametrize(
        ("expr", "typeset"),
        [
            (x + y - (x - 2), r"x + y - \left(x - 2\right)"),
            ((x + 1) * -y, r"\left(x + 1\right) \cdot \left(-y\right)"),
            (x / (y + 1) ** 2, r"\frac{x}{\left(y + 1\right)^{2}}"),
            ((x / y) ** 2, r"\left(\frac{x}{y}\right)^{2}"),
            ((-x) ** 2, r"\left(-x\right)^{2}"),
            ((x**2) ** y, r"\left(x^{2}\right)^{y}"),
            (am.exp(-(x**2)), r"e^{-x^{2}}"),
            (am.exp(x) ** 2, r"\left(e^{x}\right)^{2}"),
            (am.sqrt(x) + abs(y) + am.cbrt(x), r"\sqrt{x} + \left|y\right| + \sqrt[3]{x}"),
            (am.log(x) * am.sigmoid(y), r"\ln\left(x\right) \cdot \sigma\left(y\right)"),
            (am.softplus(x), r"\operatorname{softplus}\left(x\right)"),
            (am.atan2(x, 1e-7 * y), None),
            (symbols("theta", 2)[1] * symbols("rate")[0], r"\theta_{2} \cdot \mathrm{rate}"),
            (x * math.pi, r"x \cdot \pi"),
            (
                simplify(diff(am.relu(x) * y, x)),
                r"y \cdot \left(\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}\right)",
            ),
        ],
    )
    def test_expressions(self, expr, typeset):
        assert typeset is None or expr.latex() == typeset
        assert expr._repr_latex_() == rf"$\displaystyle {expr.latex()}$"

    @pytest.mark.parametrize("name", RULES)
    def test_every_row_can_be_shown(self, name):
        for text in (RULES[name].value, *RULES[name].partials):
            shown = latex(text)
            assert shown.count("{") == shown.count("}")
            assert shown.count(r"\left") == shown.count(r"\right")


class TestRefusals:
    @pytest.mark.parametrize(
        ("call", "error", "message"),
        [
            (lambda: bool(x > 0), NotDifferentiableError, "whether x > 0 is open.*grad"),
            (lambda: bool(x), NotDifferentiableError, "whether x ≠ 0 is open"),
            (lambda: x == y or x, NotDifferentiableError, "whether x = y is open"),
            (lambda: x in [y], NotDifferentiableError, "whether y = x is open"),
            (lambda: np.float64(1) < x or x, NotDifferentiableError, "whether x > 1 is open"),
            (lambda: float(x), NotDifferentiableError, r"float\(\) would need the value of x"),
            (lambda: math.sin(x), NotDifferentiableError, "use those of autodiff_lib.math"),
            (lambda: np.array([x]), NotDifferentiableError, "array"),
            (lambda: np.floor(x), NotDifferentiableError, "floor"),
            (lambda: x.primal, NotDifferentiableError, "value of x"),
            (lambda: x * np.ones(3), InputError, "array of shape"),
            (lambda: x + "y", InputError, "a real number, got 'y'"),
            (lambda: x + 1j, InputError, "a real number, got 1j"),
            (lambda: x + (x > 0), InputError, "a real number, got x > 0 of type Condition"),
            (lambda: symbols("x-y"), InputError, "names like x or x1, got 'x-y'"),
            (lambda: symbols(3), InputError, "got 3"),
            (lambda: diff(x * y, x * y), InputError, "expected a symbol.*got x·y"),
            (lambda: diff(x, "x"), InputError, "expected a symbol.*got 'x'"),
            (lambda: diff("x", x), InputError, "a real number, got 'x'"),
            (lambda: evaluate(x * y, {x: 1.0}), InputError, "symbol y has no value.*'y': 1.0"),
            (lambda: evaluate(x, {x: "1"}), InputError, "a real number, got '1'"),
            (lambda: evaluate(x, {x * y: 1.0}), InputError, "expected a symbol.*got x·y"),
            (lambda: expression(max), InputError, "not known.*with symbols for its arguments"),
            (lambda: expression(lambda *a: a), InputError, r"takes \*a: call expression"),
            (lambda: expression(lambda a: None), OutputError, "no expression.*got None"),
            (lambda: expression(lambda a: [a, "b"]), OutputError, "got 'b'"),
            (
                lambda: expression(lambda a: a if a > 0 else -a),
                NotDifferentiableError,
                "cannot branch",
            ),
        ],
    )
    def test_errors_say_what_was_given_and_what_to_do(self, call, error, message):
        with pytest.raises(error, match=message):
            call()


def test_it_runs_without_numpy():
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from autodiff_lib.math import exp\n"
        "from autodiff_lib.symbolic import diff, evaluate, simplify, symbols\n"
        "(x,) = symbols('x')\n"
        "assert evaluate(simplify(diff(exp(2 * x), x)), {x: 0.0}) == 2.0\n"
        "diff(exp(x), x).latex()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
