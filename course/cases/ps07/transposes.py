# /// case
# title = "Takes the columns for rows"
# kind = "misconception"
# why = "A push gives a column. Collected in a list, columns are the transpose."
#
# [cells.test-jacobian-by-sweeps]
# points = 1.0
# diagnosis = "wrong shape: 2 × 3 numbers where 3 × 2 numbers is asked for"
#
# [cells.test-jacobian]
# points = 0.25
# diagnosis = "wrong shape"
# ///

# %% jacobian-by-sweeps
def jacobian_by_pushes(push, n):
    return [push([float(i == j) for i in range(n)]) for j in range(n)]


def jacobian_by_pulls(pull, m):
    return [pull([float(i == j) for j in range(m)]) for i in range(m)]


# %% jacobian
def jacobian(push, pull, n, m):
    if 3 * n <= 5 * m + 1:
        return [push([float(i == j) for i in range(n)]) for j in range(n)]
    return [pull([float(i == j) for j in range(m)]) for i in range(m)]
