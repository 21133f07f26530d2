# /// case
# title = "Did the first half and stopped"
# kind = "partial"
# base = "release"
# why = """\
# What is there is right: pushes without pulls, values and tangents without adjoints, colours \
# without the entries."""
#
# [cells.test-jacobian-by-sweeps]
# points = 1.0
# diagnosis = "not written yet"
#
# [cells.test-work]
# points = 1.5
# diagnosis = "not written yet"
#
# [cells.test-jacobian]
# state = "passed"
#
# [cells.test-colour-columns]
# state = "passed"
#
# [cells.test-compressed-jacobian]
# points = 0.0
# diagnosis = "not written yet"
#
# [cells."*"]
# points = 0
# diagnosis = "not written yet"
# ///

# %% jacobian-by-sweeps
def jacobian_by_pushes(push, n):
    return [list(row) for row in zip(*[push([float(i == j) for i in range(n)]) for j in range(n)])]


def jacobian_by_pulls(pull, m):
    raise NotImplementedError


# %% work
def value_work(program):
    return counts(program, (3, 1, 0, 0), (3, 0, 1, 0), (2, 0, 0, 1))


def counts(program, sums, products, functions):
    lines = [{"add": sums, "sub": sums, "mul": products}.get(l[1], functions) for l in program]
    return [sum(numbers) for numbers in zip(*lines)] or [0] * 4


def tangent_work(program, p):
    return counts(program, (3 + 3 * p, 1 + p, 0, 0), (3 + 3 * p, p, 1 + 2 * p, 0), (2 + 2 * p, 0, p, 2))


def adjoint_work(program, q):
    raise NotImplementedError


# %% jacobian
def jacobian(push, pull, n, m):
    if 1 + 1.5 * n <= 1.5 + 2.5 * m:
        return jacobian_by_pushes(push, n)
    return [pull([float(i == j) for j in range(m)]) for i in range(m)]


# %% colouring
def colour_columns(pattern, n):
    colours = []
    for j in range(n):
        taken = {colours[k] for row in pattern if j in row for k in row if k < j}
        colours.append(min(set(range(n)) - taken))
    return colours


def compressed_jacobian(push, pattern, colours):
    raise NotImplementedError


# %% [markdown] explanation
# 1. I would pull once.
