# /// case
# title = "Pushes the columns one by one, colours or not"
# kind = "misconception"
# why = "The entries are right, the price is that of a dense Jacobian."
#
# [cells.test-compressed-jacobian]
# points = 0.5
# diagnosis = "more pushes than there are colours"
#
# [cells.test-newton-step]
# points = 0.5
# diagnosis = "called more often"
# ///

# %% colouring
def colour_columns(pattern, n):
    colours = []
    for j in range(n):
        taken = {colours[k] for row in pattern if j in row for k in row if k < j}
        colours.append(min(set(range(n)) - taken))
    return colours


def compressed_jacobian(push, pattern, colours):
    n = len(colours)
    columns = [push([float(i == j) for i in range(n)]) for j in range(n)]
    return {(i, j): columns[j][i] for i, row in enumerate(pattern) for j in row}
