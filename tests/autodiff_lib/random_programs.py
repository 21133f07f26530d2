"""A Hypothesis strategy for small Python functions with assignments, lists, branches and loops."""

import re

from hypothesis import strategies as st

NAMES = ("x", "y", "z")
_ATOMS = (*NAMES, "v[0]", "v[1]", "v[k]", "w[0]", "w[1]", "w[k]", "k", "0.7", "2")
_FORMS = (
    *("{0} + {1}", "{0} - {1}", "0.5 * {0} * {1}", "{0} / (2.0 + {1} * {1})", "-{0}", "{0} ** 2"),
    *("sin({0})", "tanh({0} * {1})", "sigmoid({0})", "cos({0} - {1})", "helper({0}, {1})"),
    *(
        "max({0}, {1})",
        "abs({0})",
        "({0} if {0} > {1} else {1} * 0.5)",
        "sum(v)",
        "exp(-{0} * {0})",
    ),
)
_TARGETS = (*NAMES, *NAMES, "v[0]", "v[1]", "v[k]")
_TESTS = ("x > y", "y < 0.3", "k == 1", "v[0] > x and k < 2", "not z > 0.5")

_HELPER = """
def helper(a, b):
    a = sin(a * b)
    return a * b if a > 0.1 else tanh(b) + a

"""

expressions = st.recursive(
    st.sampled_from(_ATOMS),
    lambda inner: st.builds(str.format, st.sampled_from(_FORMS), inner, inner).map("({})".format),
    max_leaves=4,
)


def _indented(blocks):
    return ["    " + line for block in blocks for line in block]


def _assignments():
    single = st.builds("{} = {}".format, st.sampled_from(_TARGETS), expressions)
    added = st.builds("{} += {}".format, st.sampled_from(_TARGETS), expressions)
    swap = st.builds("{}, {} = {}, {}".format, *[st.sampled_from(_TARGETS), st.sampled_from(NAMES)],
                     expressions, expressions)  # fmt: skip
    lists = st.sampled_from(["v = [y, x]", "v = list(w)", "v = [tanh(u) for u in v]"])
    return st.one_of(single, single, added, swap, lists).map(lambda line: [line])


def _nested(statements):
    body = st.lists(statements, min_size=1, max_size=3).map(_indented)
    exits = st.sampled_from(["", "", "break", "continue", "return x * y"])
    tests = st.sampled_from(_TESTS)

    def branch(test, then, orelse):
        return [f"if {test}:", *then, "else:", *orelse]

    def loop(head, body, test, leave, rest):
        exits = [f"    if {test}:", f"        {leave}"] if leave else []
        inner = ["    if x > y:", *_indented([rest, exits])]
        return [head, *body, *exits, *inner, *rest]

    def repeated(body, test, leave, rest):
        count = ["n = 0"]
        lines = loop("while n < 3 and z < 5.0:", ["    n += 1", *body], test, leave, rest)
        return count + lines

    heads = st.sampled_from(
        [
            "for k in range(2):",
            "for k in reversed(range(2)):",
            "for z in w:",
            "for k, y in enumerate(w):",
        ]
    )
    return st.one_of(
        st.builds(branch, tests, body, body),
        st.builds(loop, heads, body, tests, exits, body),
        st.builds(repeated, body, tests, exits, body),
    )


_statements = st.recursive(_assignments(), _nested, max_leaves=6)


def _with_own_counters(lines):
    """Return the lines with a counter for each `while`: an inner loop must not reset an outer's.

    Each begins with three lines: n = 0, while n < 3 …, n += 1.
    """
    lines = list(lines)
    for place, line in enumerate(lines):
        if line.strip() == "n = 0":
            for offset in range(3):
                lines[place + offset] = re.sub(r"\bn\b", f"n{place}", lines[place + offset])
    return lines


@st.composite
def programs(draw):
    """Return the text of a function f(x, y, w) of two numbers and a list of two."""
    lines = ["z = 0.4", "k = 0", "v = [x, 0.3]"]
    for block in draw(st.lists(_statements, min_size=1, max_size=6)):
        lines += block
    lines = _with_own_counters(lines)
    lines.append(f"return {draw(expressions)} + z * w[0] + v[0] * v[1]")
    helper = (
        "def helper(a, b):\n    a = sin(a * b)\n    return a * b if a > 0.1 else tanh(b) + a\n\n"
    )
    return helper + "def f(x, y, w):\n" + "\n".join("    " + line for line in lines) + "\n"
