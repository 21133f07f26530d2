# /// case
# title = "Multiplies by the partial derivatives of a sum"
# kind = "misconception"
# why = "They are 1 and -1; the conventions say that these need no multiplication."
#
# [cells.test-work]
# points = 2.0
# diagnosis = "a partial derivative 1 or -1 needs no multiplication"
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
    return counted(program, (3 + 3 * p, 1 + p, 2 * p, 0), (3 + 3 * p, p, 1 + 2 * p, 0), (2 + 2 * p, 0, p, 2))


def adjoint_work(program, q):
    return counted(
        program,
        (3 + 6 * q, 1 + 2 * q, 0, 0),
        (5 + 6 * q, 2 * q, 1 + 2 * q, 0),
        (3 + 4 * q, q, q, 2),
    )
