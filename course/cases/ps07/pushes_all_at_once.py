# /// case
# title = "One push for all inputs"
# kind = "misconception"
# why = "With every input moving, the columns come out added up."
#
# [cells.test-jacobian-by-sweeps]
# points = 1.0
# diagnosis = "the columns are added up"
# ///

# %% jacobian-by-sweeps
def jacobian_by_pushes(push, n):
    return [[number] * n for number in push([1.0] * n)]


def jacobian_by_pulls(pull, m):
    return [pull([float(i == j) for j in range(m)]) for i in range(m)]
