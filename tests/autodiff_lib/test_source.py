"""Source transformation: the programs it writes, their values, and what it refuses."""

import inspect
import math
import textwrap

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import autodiff_lib.math as am
from autodiff_lib import Var, backward
from autodiff_lib.math import cos, exp, sigmoid, sin, sqrt, tanh
from autodiff_lib.source import SourceError, adjoint, tangent
from tests.autodiff_lib.facts import CURVES, FACTS
from tests.autodiff_lib.random_programs import programs

SCALE = 2.5


def numbers(value):
    """The numbers in nested lists and tuples, in order."""
    if isinstance(value, list | tuple):
        return [number for item in value for number in numbers(item)]
    return [value]


def like(shape, values):
    """`values`, taken from an iterator, in the form of `shape`."""
    if isinstance(shape, list | tuple):
        return type(shape)(like(item, values) for item in shape)
    return next(values)


def by_graph(f, args, direction):
    """The value and the gradient of Σ outputs by `Var`, and its derivative along `direction`."""
    inputs = [like(arg, map(Var, numbers(arg))) if is_active(arg) else arg for arg in args]
    outputs = numbers(f(*inputs))
    leaves = [leaf for arg, given in zip(inputs, args, strict=True) if is_active(given)
              for leaf in numbers(arg)]  # fmt: skip
    active = [output for output in outputs if isinstance(output, Var)]
    if active:
        backward(active, [1.0] * len(active))
    gradient = [leaf.adjoint if active else 0.0 for leaf in leaves]
    values = [output.primal if isinstance(output, Var) else output for output in outputs]
    return values, gradient, sum(g * d for g, d in zip(gradient, direction, strict=True))


def is_active(arg):
    return isinstance(arg, float | list)


def check(f, *args, source=None):
    """Hold both programs of `f` against the graph, and see that the arguments stay as they are."""
    active = [arg for arg in args if is_active(arg)]
    direction = [math.cos(3.0 * n) for n in range(len(numbers(active)))]
    values, gradient, slope = by_graph(f, args, direction)
    kept = [list(arg) if isinstance(arg, list) else arg for arg in args]
    reverse = adjoint(source or f)
    result = f(*args)
    seed = {} if isinstance(result, float | int) else {"seed": like(result, iter(lambda: 1.0, 0))}
    value, bars = reverse(*args, **seed)
    close = {"rel": 1e-9, "abs": 1e-9 * (1 + max(map(abs, gradient), default=0.0))}
    assert numbers(value) == pytest.approx(values, rel=1e-12)
    assert numbers(bars) == pytest.approx(gradient, **close)
    forward = tangent(source or f)
    names = [name for name in inspect.signature(forward).parameters if name.endswith("_dot")]
    dots = like(active, iter(direction))
    value, value_dot = forward(*args, **dict(zip(names, dots, strict=True)))
    assert numbers(value) == pytest.approx(values, rel=1e-12)
    assert sum(numbers(value_dot)) == pytest.approx(slope, **close)
    assert list(args) == kept


def c_arithmetic(x, y):
    return -x + 2 * y - x / y + x**3 - (+y) ** -1 + x**y + 0.5**x


def c_reassignment(x, y):
    x = x * y
    x = sin(x) * x
    y = x
    x = x + y * y
    return x * y


def c_result_and_old_value(x):
    x = tanh(x * x)
    x = exp(x)
    x = sqrt(x) * x
    return sigmoid(x)


def c_augmented(x, y):
    s = 1.0
    s += x
    s *= y * s
    s -= x / s
    s /= 2 + s
    s **= 2
    return s


def c_tuples(a, b):
    a, b = b, a * b
    (a, b) = a + b, a - b
    c = d = a * b
    return a / b + c * d


def c_branches(x, y):
    if x > y and not y > 3:
        z = x * y
    elif x > 0:
        z = x / y
        x = z * z
    else:
        z = 3.0
    return z * x if z > 1 else z - x


def c_early_return(x, n):
    if x < 0:
        return -x
    for i in range(n):
        if x > 100.0:
            return x * i
        x = x * x
    return sin(x)


def c_break_and_continue(x):
    k = 0
    while True:
        x = x * 1.5
        k += 1
        if x > 10.0:
            break
        if k % 2 == 0:
            continue
        x = x + sin(x)
    return x * k


def c_breaks_inside_branches(x, n):
    y = x
    for i in range(n):
        if y < 2.0:
            y = y * x
            if i > 3:
                break
            y = y * y
        elif i > 1:
            for _ in range(3):
                y = y * 0.5
                if y < x:
                    if y < 0.3:
                        break
                    y = y - 0.1 * y * y
            if y > 4:
                if x > 1:
                    y = y / x
                    break
                y = sin(y)
        y = y * 1.2 + x
    return y


def c_nested_loops(x, n):
    y = x
    for i in range(n):
        for j in range(i, 0, -1):
            y = y * x + j
            if y > 50:
                y = y / 40
                break
        y = sin(y) * i
    return y


def c_return_from_nested_loops(x):
    for i in range(3):
        for j in range(4):
            if i * j > x:
                return x * i * j
            x = x * 1.1
    return x


def c_loop_variable_overwritten(x, n):
    s = x
    i = 5
    for i in range(n):
        i = i * 2
        n = n - 1
        s = s * x + i + n
    for i in range(i):  # noqa: B020
        s = s + x * i
    return s * i


def c_while(x, y):
    n = 0
    while x * x < 50.0 and n < 20:
        x = x * y + 0.5
        n = n + 1
    return x * n


def c_newton(a):
    x = a
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


def c_squares(x):
    s = 0.0
    for v in x:
        s += v**2
    return s


def c_product(x):
    p = 1.0
    for i, v in enumerate(x):
        p *= v + i
    return p


def c_dot(x, y):
    return sum(a * b for a, b in zip(x, y, strict=False)) + sum(x) * math.prod(y)


def c_list_writes(x, n):
    v = [0.0] * n
    v[0] = x
    for i in range(1, n):
        v[i] = sin(v[i - 1]) * x
    for i in range(n):
        v[i] = v[i] * v[n - 1 - i] + v[i]
        v[i] += v[-1]
    return sum(v)


def c_recurrence_in_place(x):
    v = list(x)
    for _ in range(3):
        for i in range(len(v) - 1):
            v[i], v[i + 1] = v[i + 1] * v[i], tanh(v[i])
    return v[0] * v[1] + v[2]


def c_append(x, n):
    h = [x]
    for _ in range(n):
        h.append(tanh(h[-1] * h[-1] + 0.5))
    return h[-1] * h[0]


def c_new_list_in_loop(x, y):
    v = [x, y]
    for _ in range(3):
        v = [v[1] * v[0], exp(-v[0])]
        w = v.copy()
        w[0] = w[0] * w[1]
        v = list(w)
    return v[0] - v[1]


def c_comprehension(x):
    y = [sin(v) * v for v in x if v > 0.0]
    y = [v * u for v in y for u in y]
    return sum(y)


def c_matrix(w, x):
    y = 0.0
    for i in range(len(w)):
        s = 0.0
        for j in range(len(x)):
            s += w[i][j] * x[j]
        y += tanh(s) ** 2
    return y


def c_extremes(x, y):
    return max(x, y) * min(x, y, 0.3) + max(2, x) + abs(-y)


def c_where(x, y):
    return am.where(x > y, x * y, sin(y)) + am.where(x > 0, 1.0, 2.0) * x


def c_several_outputs(x):
    return 2 * x + sin(x), 4 * x + cos(x)


def c_list_output(x, y):
    v = [x, y]
    v[0] = v[0] * v[1]
    v.append(v[0] * y)
    return v


def c_outputs_overwritten_on_the_way(x):
    for _ in range(3):
        x = x * x
    v = [x]
    v[0] = v[0] * v[0]
    return x, v


def c_constant_output(x):
    return 3.0


def c_dead_code(x, y):
    z = sin(x)
    z = y * y
    x = 2.0
    return z * x


def c_zero_times_a_branch(x, y):
    z = max(x, y)
    return 0.5 * (2 - 2) * z + x * y


def c_zero_times_lists(x, y):
    v = [sin(x) * y, y]
    for _ in range(2):
        v = [tanh(u) * sin(u * x) for u in v]
    w = [v[0], x]
    return (3 - 3) * w[0] + x * y


def c_globals(x):
    return SCALE * x * math.pi + am.sin(x) * np.pi


def c_library_functions(x):
    return am.tanh(x) * am.exp(x) + pow(x, 2)


def helper(a, b=2.0):
    a = sin(a * b)
    if a > 0.5:
        return a * b
    return tanh(a) * b


def pair(a, v):
    s = 0.0
    for e in v:
        s += e * a
    return s, a * v[0]


def power(x, n: int):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def c_calls(x, y):
    s = 0.0
    for i in range(3):
        s = s + helper(x, y + i) * helper(b=y, a=s) + helper(x * y)
    return s


def c_call_with_list(x, y):
    v = [x, y, x * y]
    s, t = pair(y, v)
    v[0] = s * t
    s, v[1] = pair(s, v)
    return s + v[0] + v[1]


def c_recursion(x):
    return power(x, 6) + power(x, 2)


CASES = (
    (c_arithmetic, 1.5, 0.7),
    (c_zero_times_a_branch, 0.8, -0.6),
    (c_zero_times_lists, 0.8, -0.6),
    (c_reassignment, 0.8, 1.3),
    (c_result_and_old_value, 0.8),
    (c_augmented, 0.8, 1.3),
    (c_tuples, 2.0, 3.0),
    (c_branches, 1.2, 0.7),
    (c_branches, 0.7, 1.2),
    (c_branches, -0.7, 1.2),
    (c_early_return, 1.3, 10),
    (c_early_return, 0.3, 3),
    (c_early_return, -1.3, 3),
    (c_break_and_continue, 1.1),
    (c_breaks_inside_branches, 1.7, 5),
    (c_breaks_inside_branches, 0.4, 8),
    (c_breaks_inside_branches, 1.1, 9),
    (c_breaks_inside_branches, 3.1, 9),
    (c_nested_loops, 1.7, 5),
    (c_return_from_nested_loops, 2.0),
    (c_return_from_nested_loops, 9.0),
    (c_loop_variable_overwritten, 1.1, 4),
    (c_while, 1.1, 1.4),
    (c_newton, 2.0),
    (c_squares, [1.0, 2.0, 3.0]),
    (c_product, [0.5, 1.0, 1.5]),
    (c_dot, [0.5, 1.0], [1.5, 2.0, 3.0]),
    (c_list_writes, 0.8, 5),
    (c_recurrence_in_place, [0.8, 1.5, 0.4]),
    (c_append, 0.4, 4),
    (c_new_list_in_loop, 0.4, 0.9),
    (c_comprehension, [0.5, -1.0, 1.5]),
    (c_matrix, [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], [1.5, 2.0]),
    (c_extremes, 0.5, 0.2),
    (c_extremes, 2.5, 2.7),
    (c_where, 0.5, 0.2),
    (c_where, -0.5, 0.2),
    (c_several_outputs, 0.5),
    (c_list_output, 0.5, 2.0),
    (c_outputs_overwritten_on_the_way, 1.1),
    (c_constant_output, 1.1),
    (c_dead_code, 1.1, 0.4),
    (c_globals, 0.4),
    (c_library_functions, 0.4),
    (c_calls, 0.4, 0.9),
    (c_call_with_list, 0.4, 0.9),
    (c_recursion, 1.1),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__[2:])
def test_both_programs_agree_with_the_graph(case):
    f, *args = case
    check(f, *args)


@pytest.mark.parametrize("fact", [f for f in FACTS if f.id != "D2"], ids=lambda fact: fact.id)
def test_worked_cases(fact):
    value, bars = adjoint(fact.f)(*fact.point)
    assert value == pytest.approx(fact.value, rel=1e-14)
    assert bars == pytest.approx(fact.gradient, rel=1e-12)
    program = tangent(fact.f)
    for place, derivative in enumerate(fact.gradient):
        direction = [float(place == n) for n in range(len(fact.point))]
        assert program(*fact.point, *direction)[1] == pytest.approx(derivative, rel=1e-12)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.id)
def test_worked_cases_of_one_input_and_several_outputs(curve):
    values, derivatives = tangent(curve.f)(curve.point, 1.0)
    assert values == pytest.approx(curve.values, rel=1e-14)
    assert derivatives == pytest.approx(curve.derivatives, rel=1e-12)
    for place, derivative in enumerate(curve.derivatives):
        seed = tuple(float(place == n) for n in range(len(curve.values)))
        assert adjoint(curve.f)(curve.point, seed=seed)[1] == (
            pytest.approx(derivative, rel=1e-12),
        )


@pytest.mark.parametrize(
    "body",
    ["sqrt(x) * 0.0", "sqrt(x * 0.0)", "sqrt(x) * (x > 0)", "maximum(sqrt(x), 1.0)", "sqrt(x * x)"],
)
def test_a_constant_zero_beside_an_infinity_is_zero(body):
    text = f"def f(x):\n    return {body}"
    assert adjoint(text)(0.0)[1] == (0.0,)
    assert tangent(text)(0.0, 1.0)[1] == 0.0


def test_the_sum_of_squares_over_a_list():
    x = [float(i) for i in range(1, 1001)]
    value, (bars,) = adjoint(c_squares)(x)
    assert value == 1000 * 1001 * 2001 / 6
    assert bars == [2 * i for i in x]


def test_what_follows_a_branch_with_a_return_may_itself_return_from_a_loop():
    text = """
def f(x, y):
    if x > y:
        if y < 0.3:
            return x * y
    n = 0
    while n < 3:
        n += 1
        if n > 1:
            return x * y * n
    return x + y
"""
    for point in ((0.8, 0.1), (0.8, 0.5), (0.8, 1.1)):
        factor = 1 if point == (0.8, 0.1) else 2
        expected = (factor * point[0] * point[1], (factor * point[1], factor * point[0]))
        value, bars = adjoint(text)(*point)
        assert (value, *bars) == pytest.approx((expected[0], *expected[1]))
        assert tangent(text)(*point, 1.0, 0.0) == pytest.approx((expected[0], expected[1][0]))


SETTINGS = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.timeout(90)  # a wrong program may never end
@settings(max_examples=80, **SETTINGS)
@given(programs())
def test_random_programs(text):
    """ȳᵀẏ = x̄ᵀẋ: adjoint, tangent and graph agree."""
    namespace = {name: getattr(am, name) for name in am.__all__}
    exec(text, namespace)
    check(namespace["f"], 0.8, -0.6, [0.3, 1.1], source=text)


class TestText:
    def test_the_adjoint_of_b1(self):
        assert adjoint("def f(x, y):\n    return x * y + sin(x)").source == textwrap.dedent("""\
            from math import cos, sin


            def f_adjoint(x, y, *, seed=1.0):
                x = float(x)
                y = float(y)
                value = x * y + sin(x)

                value_bar = float(seed)
                x_bar = value_bar * y + value_bar * cos(x)
                y_bar = value_bar * x
                return value, (x_bar, y_bar)
            """)

    def test_both_programs_of_a_loop(self):
        def f(x, n):
            y = 1.0
            for _ in range(n):
                y = y * x + 1.0
            return y

        assert tangent(f).source == textwrap.dedent("""\
            def f_tangent(x, n, x_dot):
                x = float(x)
                y_dot = 0.0
                y = 1.0
                for _ in range(n):
                    y_dot = x * y_dot + y * x_dot
                    y = y * x + 1.0
                return y, y_dot
            """)
        assert adjoint(f).source == textwrap.dedent("""\
            def f_adjoint(x, n, *, seed=1.0):
                x = float(x)
                stack = []
                y = 1.0
                for _ in range(n):
                    stack.append(y)
                    y = y * x + 1.0
                value = y

                y_bar = float(seed)
                x_bar = 0.0
                for _ in reversed(range(n)):
                    y = stack.pop()
                    x_bar += y_bar * y
                    y_bar = y_bar * x
                return value, (x_bar,)
            """)

    @pytest.mark.parametrize(
        ("body", "pushes"),
        [
            ("y = y + 3 * x", 0),  # linear: no value is needed
            ("y = y + sin(x)", 0),  # x is never overwritten
            ("y = y * x", 1),  # y is needed and overwritten
            ("y = tanh(y)", 1),  # the result is needed, and is the next operand
            ("t = x * 2\n        y = y + t", 0),
            ("t = sin(y)\n        y = t", 1),
            ("k = k + 1\n        y = y + x", 0),  # an integer that no index uses
        ],
    )
    def test_only_needed_values_that_are_overwritten_are_pushed(self, body, pushes):
        loop = f"for i in range(n):\n        {body}"
        text = f"def f(x, n):\n    y = x\n    k = 0\n    {loop}\n    return y"
        assert adjoint(text).source.count("stack.append") == pushes
        namespace = {name: getattr(am, name) for name in am.__all__}
        exec(text, namespace)
        check(namespace["f"], 0.7, 4, source=text)

    def test_nothing_is_pushed_outside_loops(self):
        for f in (c_reassignment, c_branches, c_tuples):
            assert "stack" not in adjoint(f).source

    def test_integers_and_constants_get_no_adjoints(self):
        text = adjoint(
            "def f(x, n):\n    c = 2.0\n    for i in range(n):\n        x = c * x * i\n    return x"
        )
        assert "c_bar" not in text.source
        assert "i_bar" not in text.source
        assert "n_bar" not in text.source

    def test_common_subexpressions_are_computed_once(self):
        text = adjoint(
            "def f(x, y):\n    return (sin(x / y) + x / y - exp(y)) * (x / y - exp(y))"
        ).source
        forward, _ = text.split("\n\n    value_bar")
        assert forward.count("x / y") == 1
        assert forward.count("exp(y)") == 1

    def test_a_result_is_reused_in_its_derivative(self):
        assert "exp" not in adjoint("def f(x):\n    return exp(x)").source.split("seed)")[1]

    def test_the_users_names_are_not_captured(self):
        def f(x, x_bar, stack, seed, cos):
            value = x * x_bar
            for exp in range(3):  # noqa: F402
                value = value * stack + seed * cos * am.sin(value) + exp
            float = value * 2.0
            return -float

        args = (0.5, 1.1, 0.3, 0.4, 0.7)
        _, gradient, _ = by_graph(f, args, (0.0,) * 5)
        assert adjoint(f)(*args)[0] == pytest.approx(f(*args))
        assert adjoint(f)(*args)[1] == pytest.approx(gradient)

    def test_a_debugger_finds_the_text(self):
        program = adjoint(c_while)
        assert inspect.getsource(program) in program.source


class TestSignatures:
    def test_integers_stay_without_derivative_and_argnums_chooses(self):
        def f(x, y, n, k=2):
            return x**k * y * n

        assert len(adjoint(f)(2.0, 3.0, 1.5)[1]) == 3
        assert adjoint(f, 1)(2.0, 3.0, 1.5) == (18.0, (6.0,))
        assert adjoint(f, ("n", 0))(2.0, 3.0, 1.5)[1] == (18.0, 12.0)
        assert list(inspect.signature(tangent(f, "y")).parameters) == ["x", "y", "n", "k", "y_dot"]

    def test_keywords_and_defaults_stay(self):
        def f(x, *, scale=2.0):
            return x * scale

        assert adjoint(f)(3.0) == (6.0, (2.0, 3.0))
        assert adjoint(f)(3.0, scale=1.0, seed=2.0) == (3.0, (2.0, 6.0))
        assert tangent(f)(3.0, x_dot=1.0, scale_dot=0.0) == (6.0, 2.0)

    def test_several_outputs_take_a_seed_each(self):
        program = adjoint(c_several_outputs)
        assert program(0.5, seed=(1.0, 0.0))[1][0] == pytest.approx(2.877582561890373)
        assert program(0.5, seed=(0.0, 1.0))[1][0] == pytest.approx(3.520574461395797)
        with pytest.raises(TypeError, match="seed"):
            program(0.5)

    def test_arrays_serve_as_lists(self):
        value, (bars,) = adjoint(c_squares)(np.array([1.0, 2.0]))
        assert (value, bars) == (5.0, [2.0, 4.0])
        assert adjoint(lists_of_numpy)(np.array([1.0, 2.0]))[1] == ([4.0, 4.0],)

    @pytest.mark.parametrize("wrong", [[1.0], "a", 1j, np.ones(2), Var(1.0)])
    def test_a_number_must_be_a_number(self, wrong):
        with pytest.raises((TypeError, ValueError)):
            adjoint(c_newton)(wrong)

    def test_seeds_and_tangents_of_lists_must_fit(self):
        with pytest.raises(ValueError, match="longer"):
            adjoint(c_list_output)(1.0, 2.0, seed=[1.0] * 4)
        with pytest.raises(ValueError, match="x_dot needs as many numbers as x"):
            tangent(c_squares)([1.0, 2.0], [1.0])


def lists_of_numpy(x):
    v = np.zeros(len(x))
    for i in range(len(x)):
        v[i] = x[i] ** 2 + np.sin(0.0)
    return np.add(v[0], v[1]) * 1.0 + v[0]


def test_a_loop_of_100_000_iterations_needs_no_recursion():
    value, (slope,) = adjoint(
        "def f(x):\n    y = 1.0\n    for i in range(100000):\n        y = y * x\n    return y"
    )(1.0)
    assert (value, slope) == (1.0, 100_000.0)


def test_programs_can_be_transformed_again():
    cube = "def f(x):\n    return x**3"
    first = tangent(cube)
    assert tangent(first)(2.0, 1.0, 1.0, 0.0)[1] == (12.0, 12.0)
    assert adjoint(first)(2.0, 1.0, seed=(0.0, 1.0))[1] == (12.0, 12.0)


REFUSED = (
    # statements, the line, what the message says
    ("with open('a') as g:\n    pass", 2, "with statement"),
    ("try:\n    y = x\nexcept ValueError:\n    y = 1.0", 2, "try statement.*if"),
    ("y = x\ndef g(a):\n    return a", 3, "nested function.*outside"),
    ("global G\nG = x", 2, "global statement.*return"),
    ("import math", 2, "import"),
    ("print(x)", 2, r"call print\(x\)"),
    ("y = unknown(x)", 2, "call of unknown, which has no rule"),
    ("x.value = 2.0", 2, "assignment to x.value"),
    ("y = [x]\nz = y\nz[0] = 1.0", 3, "two names of one list; copy it"),
    ("y = w[0:2]\nz = y[0]", 2, "makes no new list"),
    ("w[0] = x", 2, r"caller of the function can see.*list\(w\)"),
    ("y = int(x)", 2, "loses the derivative"),
    ("y = x // 2", 2, "cannot be differentiated"),
    ("y = x % 1.0", 2, "cannot be differentiated"),
    ("y = x if (z := 2.0) else 1.0", 2, "simpler statements"),
    ("for a in w:\n    pass\nelse:\n    pass", 2, "else of a loop"),
    ("y = w[0, 1]", 2, "only single elements"),
    ("y, z = w", 2, "unpacking"),
    ("y = [x] * 3\nz = y[0]", 2, "repeats a value"),
    ("y = [[x]]\nz = y[0]", 2, "list of lists"),
    ("y = not_defined * x", 2, "not_defined is not known"),
    ("return", 2, "return without a value"),
    ("if x > 0:\n    return x, x", 3, "returns differ"),
    ("v = [x]\nfor a in v:\n    v.append(a)", 3, "writes to v while it runs over it"),
    ("v = [x]\nv.pop()", 3, "no effect"),
    ("y = x and 1.0", 2, "cannot be differentiated"),
    ("y = w + w\nz = y[0]", 2, "makes no new list"),
    ("y = x * w", 2, "w is a list and is used as a number"),
    ("y = helper(x)", 2, "call of helper"),
)


@pytest.mark.parametrize(("statements", "line", "message"), REFUSED)
@pytest.mark.parametrize("transform", [tangent, adjoint])
def test_what_cannot_be_transformed_is_refused_with_its_line(transform, statements, line, message):
    body = textwrap.indent(statements, "    ")
    text = f"def f(x, w):\n{body}\n    return x * w[0]\n"
    with pytest.raises(SourceError, match=message) as refused:
        transform(text)
    assert refused.value.line == line
    assert f", line {line}: " in str(refused.value)


def falls_off_its_end(x):  # noqa: RET503
    if x > 0:
        return x


def test_a_refusal_names_the_file_and_the_line_in_it():
    with pytest.raises(
        SourceError, match=r"test_source\.py, line \d+: .*without a return"
    ) as refused:
        adjoint(falls_off_its_end)
    assert refused.value.filename == __file__
    assert refused.value.line == inspect.getsourcelines(falls_off_its_end)[1] + 1


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (3.0, "give a function"),
        (math.sin, "give a function"),
        (lambda x: x, "define it by def"),
        ("x = 3", "defines no function"),
        ("def f(*x):\n    return x[0]", "name each parameter"),
        ("def f(n: int):\n    return n", "no parameter to differentiate in"),
        ("def f(x):\n    yield x\n    return x", "generator"),
    ],
)
def test_what_is_no_function_to_read_is_refused(f, message):
    with pytest.raises(SourceError, match=message):
        adjoint(f)


def test_argnums_must_name_parameters():
    with pytest.raises(SourceError, match=r"argnums names 'q'.*parameters a"):
        adjoint(c_newton, "q")
    with pytest.raises(SourceError, match="n is an index"):
        adjoint(c_append, "n")
