# /// case
# title = "Pushes for few outputs, pulls for few inputs"
# kind = "misconception"
# why = "The widespread slip: forward mode pays for inputs, not for outputs."
#
# [cells.test-jacobian]
# points = 0.0
# diagnosis = ["pushes where pulls are cheaper", "pulls where pushes are cheaper"]
# ///

# %% jacobian
def jacobian(push, pull, n, m):
    if 3 * n > 5 * m + 1:
        columns = [push([float(i == j) for i in range(n)]) for j in range(n)]
        return [list(row) for row in zip(*columns)]
    return [pull([float(i == j) for j in range(m)]) for i in range(m)]
