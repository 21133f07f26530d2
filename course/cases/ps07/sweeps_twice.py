# /// case
# title = "Looks at the size first, with a sweep of its own"
# kind = "misconception"
# why = "A sweep to learn how many outputs there are is one too many."
#
# [cells.test-jacobian-by-sweeps]
# points = 1.0
# diagnosis = "more than one push for each number of the tangent"
# ///

# %% jacobian-by-sweeps
def jacobian_by_pushes(push, n):
    m = len(push([0.0] * n))
    columns = [push([float(i == j) for i in range(n)]) for j in range(n)]
    return [[columns[j][i] for j in range(n)] for i in range(m)]


def jacobian_by_pulls(pull, m):
    return [pull([float(i == j) for j in range(m)]) for i in range(m)]
