# /// case
# title = "Never pulls"
# kind = "misconception"
# why = "Right, and a thousand times too dear for a gradient."
#
# [cells.test-jacobian]
# points = 0.75
# diagnosis = "pushes where pulls are cheaper"
# ///

# %% jacobian
def jacobian(push, pull, n, m):
    columns = [push([float(i == j) for i in range(n)]) for j in range(n)]
    return [list(row) for row in zip(*columns)]
