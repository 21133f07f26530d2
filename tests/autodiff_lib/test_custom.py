"""`custom_rule` and `checkpoint`: on numbers and arrays, in both modes, nested."""

import math

import numpy as np
import pytest

from autodiff_lib.counting import adjoint_work, tangent_work, value_work
from autodiff_lib.custom import checkpoint, custom_rule
from autodiff_lib.elimination import eliminate
from autodiff_lib.errors import InputError, NotDifferentiableError, OutputError
from autodiff_lib.graph import graph
from autodiff_lib.math import cos, sin
from autodiff_lib.statejacobians import state_jacobians
from autodiff_lib.stopping import no_grad, stop_gradient
from autodiff_lib.tape import Tape
from autodiff_lib.trace import trace
from autodiff_lib.transforms import grad, hessian, jacobian, jvp, vjp

MODES = ("forward", "reverse")
X, Y = np.array([0.3, 0.4]), np.array([2.0, 1.0])


def product(x, y):
    return math.sin(x) * y


def product_jvp(primals, tangents):
    (x, y), (x_dot, y_dot) = primals, tangents
    return sin(x) * y, cos(x) * y * x_dot + sin(x) * y_dot


def product_vjp(primals, value, bar):
    x, y = primals
    return cos(x) * y * bar, sin(x) * bar


def pair(x, y):
    return [np.sin(x) * y, {"total": np.sum(x * y)}]


def pair_jvp(primals, tangents):
    (x, y), (x_dot, y_dot) = primals, tangents
    first = np.cos(x) * y * x_dot + np.sin(x) * y_dot
    return pair(x, y), [first, {"total": np.sum(x_dot * y + x * y_dot)}]


def pair_vjp(primals, value, bar):
    (x, y), (first, total) = primals, (bar[0], bar[1]["total"])
    return np.cos(x) * y * first + y * total, np.sin(x) * first + x * total


NUMBERS = {
    "jvp": custom_rule(product, jvp=product_jvp),
    "vjp": custom_rule(product, vjp=product_vjp),
    "both": custom_rule(product, jvp=product_jvp, vjp=product_vjp),
    "checkpoint": checkpoint(lambda x, y: sin(x) * y),
}
ARRAYS = {
    "jvp": custom_rule(pair, jvp=pair_jvp),
    "vjp": custom_rule(pair, vjp=pair_vjp),
    "both": custom_rule(pair, jvp=pair_jvp, vjp=pair_vjp),
    "checkpoint": checkpoint(pair),
}


@pytest.mark.parametrize("f", NUMBERS.values(), ids=NUMBERS)
class TestNumbers:
    def test_first_order(self, f):
        x, y = 0.5, 2.0
        assert f(x, y) == pytest.approx(math.sin(x) * y)
        expected = (math.cos(x) * y, math.sin(x))
        assert grad(f, (0, 1))(x, y) == pytest.approx(expected)
        assert jvp(f, (x, y), (1.0, 10.0))[1] == pytest.approx(expected[0] + 10 * expected[1])
        assert grad(f)(x, 2) == pytest.approx(expected[0])

    @pytest.mark.parametrize("inner", MODES)
    @pytest.mark.parametrize("outer", MODES)
    def test_second_order(self, f, inner, outer):
        g = jacobian(lambda p: f(*p), mode=inner)
        expected = [[-math.sin(0.5) * 2, math.cos(0.5)], [math.cos(0.5), 0.0]]
        for arguments in ([0.5, 2.0], np.array([0.5, 2.0])):
            found = jacobian(g, mode=outer)(arguments)
            np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("f", ARRAYS.values(), ids=ARRAYS)
@pytest.mark.parametrize("mode", MODES)
class TestArrays:
    def test_first_order(self, f, mode):
        found = jacobian(f, (0, 1), mode=mode)(X, Y)
        expected = jacobian(pair, (0, 1))(X, Y)
        for got, want in ((found[0], expected[0]), (found[1]["total"], expected[1]["total"])):
            np.testing.assert_allclose(got, want, rtol=1e-14)

    @pytest.mark.parametrize("outer", MODES)
    def test_second_order(self, f, mode, outer):
        g = lambda x: jacobian(f, (0, 1), mode=mode)(x, Y)[0]  # noqa: E731
        found = jacobian(g, mode=outer)(X)
        expected = jacobian(lambda x: jacobian(pair, (0, 1))(x, Y)[0])(X)
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)

    def test_one_argument_constant(self, f, mode):
        found = jacobian(lambda x: f(x, Y)[0], mode=mode)(X)
        np.testing.assert_allclose(found, np.diag(np.cos(X) * Y))

    def test_single_precision_stays(self, f, mode):
        x, y = X.astype(np.float32), Y.astype(np.float32)
        assert jacobian(f, mode=mode)(x, y)[0].dtype == np.float32


def test_a_stopped_newton_iteration_repaired_by_the_implicit_function_theorem():
    """√a by Newton's steps from 1: five give its value to six digits, not its derivative."""

    def newton(a):
        x = 1.0
        for _ in range(5):
            x = x - (x * x - a) / (2 * x)
        return x

    # F(x, a) = x² − a = 0, so x′ = −F_a / F_x = 1 / 2x.
    repaired = custom_rule(
        newton, jvp=lambda a, a_dot: (newton(a[0]), a_dot[0] / (2 * repaired(a[0])))
    )
    a = 30.0
    exact = 0.5 / math.sqrt(a)
    assert newton(a) == pytest.approx(math.sqrt(a), rel=1e-4)
    assert abs(grad(newton)(a) / exact - 1) > 10 * abs(grad(repaired)(a) / exact - 1)
    for f in (grad(repaired), lambda a: jvp(repaired, (a,), (1.0,))[1]):
        assert f(a) == pytest.approx(exact, rel=1e-4)
    assert grad(grad(repaired))(a) == pytest.approx(-0.25 * a**-1.5, rel=1e-3)
    np.testing.assert_allclose(
        np.diag(jacobian(repaired)(np.array([2.0, 3.0]))), 0.5 / np.sqrt([2.0, 3.0]), rtol=1e-6
    )


class TestCheckpoint:
    def test_records_the_arguments_only_and_runs_again(self):
        runs = []

        @checkpoint
        def block(p, x):
            runs.append(type(x).__name__)
            return {"y": np.tanh(p["w"] @ x), "note": "kept", "count": 3}

        p = {"w": np.array([[0.1, 0.2], [0.3, 0.4]]), "steps": 2}
        value, pullback = vjp(lambda w: block({**p, "w": w}, X)["y"], p["w"])
        assert runs == ["ndarray"]
        (found,) = pullback(np.ones(2))
        assert runs == ["ndarray", "Tensor"]
        np.testing.assert_allclose(found, (1 - value**2)[:, None] * X)
        assert block(p, X)["count"] == 3

    def test_a_jacobian_runs_it_again_once(self):
        runs = []
        block = checkpoint(lambda x: runs.append(0) or np.tanh(np.outer(x, x)))
        for mode in MODES:
            runs.clear()
            found = jacobian(block, mode=mode)(X)
            assert len(runs) == 2
            np.testing.assert_allclose(found, jacobian(lambda x: np.tanh(np.outer(x, x)))(X))

    def test_a_chain_of_blocks(self):
        @checkpoint
        def block(x):
            for _ in range(10):
                x = np.sin(x)
            return x

        def chain(x):
            for _ in range(5):
                x = block(x)
            return np.sum(x)

        plain = lambda x: np.sum(_times(np.sin, 50, x))  # noqa: E731
        np.testing.assert_allclose(grad(chain)(X), grad(plain)(X), rtol=1e-13)
        np.testing.assert_allclose(hessian(chain)(X), hessian(plain)(X), rtol=1e-12, atol=1e-15)


def _times(f, count, x):
    for _ in range(count):
        x = f(x)
    return x


@pytest.mark.parametrize(
    ("rules", "error", "message"),
    [
        ({"jvp": lambda p, t: t[0]}, OutputError, r"must return \(y, y_dot\)"),
        ({"jvp": lambda p, t: (None, [t[0]])}, OutputError, "in the containers of the result"),
        ({"jvp": lambda p, t: (None, t[0][:1])}, OutputError, r"shape \(1,\) for the result"),
        ({"vjp": lambda p, y, b: b}, OutputError, "containers of the tuple of arguments"),
        ({"vjp": lambda p, y, b: (np.sum(b),)}, OutputError, r"shape \(\) for the tuple"),
    ],
)
def test_rules_that_do_not_fit(rules, error, message):
    for mode in MODES:
        with pytest.raises(error, match=message):
            jacobian(custom_rule(lambda x: x * x, **rules), mode=mode)(X)


def test_what_is_refused():
    with pytest.raises(InputError, match="needs jvp= or vjp="):
        custom_rule(math.sin)
    square = custom_rule(lambda x: x * x, jvp=lambda x, x_dot: (None, 2 * x[0] * x_dot[0]))
    with Tape() as tape, pytest.raises(NotDifferentiableError, match="use grad, jvp"):
        square(tape.variable(1.0))


def squared(x):
    return x * x


SQUARED = custom_rule(squared, jvp=lambda x, x_dot: (None, 2 * x[0] * x_dot[0]))


class TestShown:
    def test_a_trace_has_a_line_of_it_and_numbers_for_its_partials(self):
        record = trace(lambda x: SQUARED(x) + 1.0, 3.0)
        assert [record.formula(node) for node in record.operations] == ["squared(v₀)", "v₁ + 1"]
        assert "6·v̇₀" in str(record.tangent(1.0))
        assert "v̄₁·6" in str(record.adjoint())
        assert record.inputs[0].adjoint == 6.0

    def test_a_graph_draws_it(self):
        picture = graph(lambda x: SQUARED(x) * x, 3.0)
        assert [edge.partial for edge in picture.edges] == [6.0, 3.0, 9.0]
        assert "squared" in picture.draw().svg

    @pytest.mark.parametrize("f", [lambda x: x * x, math.sin], ids=["no name", "a row's name"])
    def test_one_without_a_name_of_its_own_is_called_custom(self, f):
        record = trace(custom_rule(f, jvp=lambda x, x_dot: (None, 2 * x_dot[0])), 3.0)
        assert record.formula(record.operations[0]) == "custom(v₀)"
        assert [text for _, text in record.partial_formulas(record.operations[0])] == ["2.0"]

    def test_its_work_is_not_known(self):
        for work in (value_work, tangent_work, adjoint_work):
            with pytest.raises(InputError, match=r"squared has a rule of its own.*without it"):
                work(trace(SQUARED, 3.0))

    def test_state_jacobians_and_elimination_take_its_partials(self):
        record = trace(lambda x, y: SQUARED(x) * y, 3.0, 2.0)
        assert [list(row) for row in state_jacobians(record).reverse()] == [[12.0, 9.0]]
        assert [list(row) for row in eliminate(record).jacobian] == [[12.0, 9.0]]


@pytest.mark.parametrize("x", [1.0, X], ids=["number", "array"])
def test_a_rule_cannot_know_of_what_is_no_argument(x):
    def f(z):
        scaled = custom_rule(lambda x: x * z, jvp=lambda x, x_dot: (None, x_dot[0]))
        return scaled(z)

    for mode in MODES:
        with pytest.raises(NotDifferentiableError, match="pass it as an argument"):
            jacobian(f, mode=mode)(x)


class TestStopping:
    def test_a_stopped_value_is_constant_at_every_level(self):
        f = lambda x: stop_gradient(x) * x  # noqa: E731
        assert grad(f)(3.0) == 3.0
        assert grad(grad(f))(3.0) == 0.0
        np.testing.assert_array_equal(jacobian(f)(X), np.diag(X))
        assert stop_gradient({"a": [1.0, None]}) == {"a": [1.0, None]}

    def test_a_function_without_gradient(self):
        seen = []
        step = no_grad(lambda x, *, scale: seen.append(type(x)) or scale * x)
        assert grad(lambda x: x - step(x, scale=x))(3.0) == 1.0
        assert seen == [float]
        assert grad(lambda x: no_grad(lambda: x * x)() * x)(3.0) == 9.0
