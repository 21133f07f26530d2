# /// case
# title = "Pays the value and the partial derivatives for each tangent"
# kind = "misconception"
# why = "Tangents that travel together share them."
#
# [cells.test-work]
# points = 2.0
# diagnosis = "what can be shared is paid once for each tangent"
# ///

# %% work
def counted(program, sums, products, functions):
    found = [0, 0, 0, 0]
    for _, operation, *_ in program:
        line = {"add": sums, "sub": sums, "mul": products}.get(operation, functions)
        for k in range(4):
            found[k] += line[k]
    return found


def value_work(program):
    return counted(program, (3, 1, 0, 0), (3, 0, 1, 0), (2, 0, 0, 1))


def tangent_work(program, p):
    return counted(program, (6 * p, 2 * p, 0, 0), (6 * p, p, 3 * p, 0), (4 * p, 0, p, 2 * p))


def adjoint_work(program, q):
    return counted(
        program,
        (3 + 6 * q, 1 + 2 * q, 0, 0),
        (5 + 6 * q, 2 * q, 1 + 2 * q, 0),
        (3 + 4 * q, q, q, 2),
    )
