"""Mutants: each slip of the table, and what holds for all of them."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.audit.mutation import mutants
from grading.audit.operators import OPERATORS
from grading.cases import reference_solution

# The name of an operator, what stands there, and what the operator makes of it: all of it.
SLIPS = [
    ("another operator", "a + b", ["a - b"]),
    ("another operator", "a * b", ["a + b", "a / b"]),
    ("another operator", "a @ b", ["a * b"]),
    ("another operator", "a ** b", ["a * b"]),
    ("a term or factor dropped", "a * b", ["a", "b"]),
    ("a term or factor dropped", "a - f(b)", ["a", "f(b)"]),
    ("operands swapped", "a - b", ["b - a"]),
    ("operands swapped", "a @ b", ["b @ a"]),
    ("operands swapped", "a + b", []),
    ("operands swapped", "abs(a - b)", []),
    ("a transpose forgotten or too many", "a.T", ["a"]),
    ("a transpose forgotten or too many", "a @ b", ["a.T @ b", "a @ b.T"]),
    ("a sign", "-a", ["a"]),
    ("a sign", "a * b", ["-(a * b)"]),
    ("another constant", "0", ["1", "-1"]),
    ("another constant", "3", ["4", "2"]),
    ("another constant", "1.5", ["3.0", "0.0"]),
    ("another constant", "0.0", ["1.0", "0.5"]),
    ("another constant", "True", ["False"]),
    ("another constant", "a['key']", ["a['key_']"]),
    ("another constant", "f('a text for people')", []),
    ("another comparison", "a < b", ["a <= b", "a >= b"]),
    ("another comparison", "a == b", ["a != b"]),
    ("another comparison", "abs(a) <= b", ["abs(a) > b"]),
    ("another comparison", "a in b", ["a not in b"]),
    ("and, or, not", "a and b", ["a or b", "b", "a"]),
    ("and, or, not", "not a", ["a"]),
    ("the wrong branch", "a if b else c", ["a", "c"]),
    ("the wrong branch", "if a:\n    b()\nelse:\n    c()", ["b()", "c()"]),
    ("the wrong branch", "while a:\n    b()", ["pass"]),
    ("an index off by one", "[a[i] for i in range(n)]",
     ["[a[i + 1] for i in range(n)]", "[a[i - 1] for i in range(n)]"]),
    ("an index off by one", "a[name]", []),
    ("the bounds of a slice", "a[1:]", ["a[:]"]),
    ("the bounds of a slice", "a[:n]", ["a[:]", "a[:n + 1]", "a[:n - 1]"]),
    ("the bounds of a range", "range(n)", ["range(n + 1)", "range(n - 1)"]),
    ("another function", "min(a)", ["max(a)"]),
    ("another function", "math.sin(a)", ["math.cos(a)"]),
    ("another function", "np.sum(a)", ["np.max(a)", "np.mean(a)"]),
    ("a call forgotten", "f(a)\nx = f(a)", ["f(a)\nx = a"]),
    ("a call forgotten", "x = a.sum()", ["x = a"]),
    ("a call forgotten", "x = float(a)", []),
    ("arguments swapped or dropped", "f(a, b)", ["f(b, a)", "f(a)"]),
    ("arguments swapped or dropped", "zip(a, b)", ["zip(a)"]),
    ("arguments swapped or dropped", "a.sum(axis=0)", ["a.sum()"]),
    ("neighbours swapped", "(a, b, c)", ["(b, a, c)", "(a, c, b)"]),
    ("neighbours swapped", "(a, a)", []),
    ("an entry forgotten", "{'a': 1, 'b': 2}", ["{'b': 2}", "{'a': 1}"]),
    ("what is gone through", "[a for a in b]",
     ["[a for a in list(b)[1:]]", "[a for a in list(b)[:-1]]"]),
    ("what is gone through", "[a for a in b if a]",
     ["[a for a in list(b)[1:] if a]", "[a for a in list(b)[:-1] if a]", "[a for a in b]"]),
    ("what is added to is replaced, or added the other way", "a += b", ["a = b", "a -= b"]),
    ("a line forgotten", "a[b] = c", ["pass"]),
    ("a line forgotten", "f(a)", ["pass"]),
    ("a line forgotten", "a = b", []),
    ("a line forgotten", "a = b\na = c", ["pass\na = c", "a = b\npass"]),
    ("a loop over all but one", "for a in b:\n    c()",
     ["for a in list(b)[1:]:\n    c()", "for a in list(b)[:-1]:\n    c()"]),
    ("a loop left after its first turn, or an early return", "while a:\n    b( )",
     ["while a:\n    b( )\n    break"]),
    ("a loop left after its first turn, or an early return",
     "def f(x):\n    for a in x:\n        b()\n    return a",
     ["def f(x):\n    for a in x:\n        b()\n        break\n    return a",
      "def f(x):\n    for a in x:\n        b()\n        return a\n    return a"]),
    ("a loop left after its first turn, or an early return", "while a:\n    break", []),
    ("a loop over all but one", "for _ in b:\n    c()", []),
    ("a decorator forgotten", "@cache\ndef f(x):\n    return x", ["def f(x):\n    return x"]),
]  # fmt: skip


def made(operator: str, source: str) -> list[str]:
    return [mutant.source for mutant in mutants("cell", source) if mutant.operator == operator]


@pytest.mark.parametrize(("operator", "source", "wrong"), SLIPS)
def test_an_operator_makes_this_slip_and_no_other(operator, source, wrong):
    kinds, function = OPERATORS[operator]
    alone = {operator: (kinds, function)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grading.audit.mutation.OPERATORS", alone)
        found = made(operator, source)
    assert found == wrong


def test_every_operator_has_a_line_above():
    assert {name for name, _, _ in SLIPS} == set(OPERATORS)


def test_parentheses_come_where_they_are_needed_and_only_there():
    found = made("another operator", "x = a * (b + c)\ny = d / (a * b)")
    assert "x = a + (b + c)\ny = d / (a * b)" in found
    assert "x = a * (b - c)\ny = d / (a * b)" in found
    assert "x = a * (b + c)\ny = d / (a + b)" in found


MARKED = '''def f(x):
    """Return 1 + 1."""
    y = x + 1
    ### BEGIN SOLUTION
    return y + x
    ### END SOLUTION
z = 1 + 1'''


def test_between_a_solution_s_marks_alone_is_mutated_and_the_marks_are_gone():
    found = mutants("cell", MARKED)
    assert {mutant.was for mutant in found} == {"return y + x"}
    assert {mutant.now for mutant in found} == {"return y - x", "return y", "return x"}
    assert all("SOLUTION" not in mutant.source for mutant in found)


def test_a_change_is_shown_as_the_lines_that_differ():
    (mutant,) = [m for m in mutants("cell", MARKED) if m.now == "return y - x"]
    assert mutant.diff() == "- return y + x\n+ return y - x"
    grown = [m for m in mutants("cell", "while a():\n    b()\nc()") if "break" in m.now]
    assert [(m.was, m.now) for m in grown] == [("b()", "b()\nbreak")]


def test_what_is_for_people_is_left_alone():
    assert mutants("cell", 'def f(x: 1 + 1) -> 2:\n    """Say 1 + 1."""') == []
    assert mutants("cell", "x = f'{a + b}'") == []


def test_a_cell_that_is_no_python_has_no_mutants():
    assert mutants("cell", "%matplotlib inline\nx = 1 + 1") == []


NAMES = st.sampled_from("abcxy")
ATOMS = NAMES | st.integers(0, 3).map(str) | st.sampled_from(["1.5", "f(a)", "a[0]", "'é'", "a.T"])


def joined(parts):
    operators = ["+", "-", "*", "/", "**", "@", "<", "and", "or", "if a else"]
    inner = st.tuples(parts, st.sampled_from(operators), parts).map(
        lambda found: f"({' '.join(found)})"
    )
    return inner | parts.map(lambda part: f"(-{part})") | parts.map(lambda part: f"[{part}, b]")


EXPRESSIONS = st.recursive(ATOMS, joined, max_leaves=8)
STATEMENTS = st.one_of(
    st.tuples(NAMES, st.sampled_from(["=", "+=", "-="]), EXPRESSIONS).map(" ".join),
    EXPRESSIONS.map(lambda e: f"for x in range({e}):\n        y += x  # ü"),
    EXPRESSIONS.map(lambda e: f"if {e}:\n        a = 1\n    else:\n        a = 2"),
    EXPRESSIONS.map(lambda e: f"a = [x for x in b if {e}]"),
)
FUNCTIONS = st.tuples(st.lists(STATEMENTS, min_size=1, max_size=4), EXPRESSIONS).map(
    lambda found: "def f(a, b, c, x, y):\n    " + "\n    ".join([*found[0], f"return {found[1]}"])
)


@settings(max_examples=60)
@given(FUNCTIONS)
def test_a_mutant_parses_and_differs_from_the_answer_and_from_all_others(source):
    found = mutants("cell", source)
    meanings = [ast.dump(ast.parse(mutant.source)) for mutant in found]
    assert len({*meanings, ast.dump(ast.parse(reference_solution(source)))}) == len(found) + 1
    for mutant in found:
        compile(mutant.source, "<mutant>", "exec")
        assert (mutant.was, mutant.now) != ("", "")
        assert mutant.was != mutant.now
