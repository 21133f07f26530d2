# /// case
# title = "Pushes if there are no more inputs than outputs"
# kind = "misconception"
# why = "A pull is dearer than a push, so pushing pays for a while beyond n = m."
#
# [cells.test-jacobian]
# points = 1.0
# diagnosis = ["n is greater than m, but a pull costs more"]
# ///

# %% jacobian
def jacobian(push, pull, n, m):
    if n <= m:
        columns = [push([float(i == j) for i in range(n)]) for j in range(n)]
        return [list(row) for row in zip(*columns)]
    return [pull([float(i == j) for j in range(m)]) for i in range(m)]
