# /// case
# title = "Sets adjoints where they add up"
# kind = "misconception"
# why = """\
# Each operand's adjoint is read, added to and written: a variable may be used twice."""
#
# [cells.test-work]
# points = 1.5
# diagnosis = "an adjoint is overwritten where it should be added to"
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
    return counted(program, (3 + 3 * p, 1 + p, 0, 0), (3 + 3 * p, p, 1 + 2 * p, 0), (2 + 2 * p, 0, p, 2))


def adjoint_work(program, q):
    return counted(program, (3 + 4 * q, 1, 0, 0), (5 + 4 * q, 0, 1 + 2 * q, 0), (3 + 3 * q, 0, q, 2))
