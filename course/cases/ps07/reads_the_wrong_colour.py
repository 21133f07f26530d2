# /// case
# title = "Reads a column at its number, not at its colour"
# kind = "misconception"
# why = "Right only where the colours go round from 0."
#
# [cells.test-compressed-jacobian]
# points = 0.5
# diagnosis = "a row is read at the wrong colour"
# ///

# %% colouring
def colour_columns(pattern, n):
    colours = []
    for j in range(n):
        taken = {colours[k] for row in pattern if j in row for k in row if k < j}
        colours.append(min(set(range(n)) - taken))
    return colours


def compressed_jacobian(push, pattern, colours):
    many = len(set(colours))
    pushed = [push([float(other == colour) for other in colours]) for colour in range(many)]
    return {(i, j): pushed[j % many][i] for i, row in enumerate(pattern) for j in row}
