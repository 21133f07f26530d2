# /// case
# title = "Counts what the derivatives add, without the value"
# kind = "misconception"
# why = "Asked for is the value together with its derivatives."
#
# [cells.test-work]
# points = 0.5
# diagnosis = ["without the work of the value", "the adjoints: too few moves"]
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
    return counted(program, (3 * p, p, 0, 0), (3 * p, p, 2 * p, 0), (2 * p, 0, p, 1))


def adjoint_work(program, q):
    return counted(program, (6 * q, 2 * q, 0, 0), (2 + 6 * q, 2 * q, 2 * q, 0), (1 + 4 * q, q, q, 1))
