# /// case
# title = "Returns zeros for the places outside the pattern, too"
# kind = "misconception"
# why = "With a million columns the zeros would not fit into memory."
#
# [cells.test-compressed-jacobian]
# points = 0.0
# diagnosis = "a key of the dictionary is not in the pattern"
# ///

# %% colouring
def colour_columns(pattern, n):
    colours = []
    for j in range(n):
        taken = {colours[k] for row in pattern if j in row for k in row if k < j}
        colours.append(min(set(range(n)) - taken))
    return colours


def compressed_jacobian(push, pattern, colours):
    pushed = [push([float(c == colour) for c in colours]) for colour in range(max(colours) + 1)]
    entries = {}
    for i, row in enumerate(pattern):
        for j, colour in enumerate(colours):
            entries[i, j] = pushed[colour][i] if j in row else 0.0
    return entries
