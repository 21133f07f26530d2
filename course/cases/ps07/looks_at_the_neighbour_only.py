# /// case
# title = "Columns differ from their left neighbour"
# kind = "misconception"
# why = "Two columns meet in a row, wherever they stand in it."
#
# [cells.test-colour-columns]
# points = 0.0
# diagnosis = "two columns that share a row have one colour"
#
# [cells.test-newton-step]
# points = 0.0
# diagnosis = "the new x"
# ///

# %% colouring
def colour_columns(pattern, n):
    return [column % 2 for column in range(n)]


def compressed_jacobian(push, pattern, colours):
    pushed = [
        push([float(other == colour) for other in colours]) for colour in range(max(colours) + 1)
    ]
    return {(i, j): pushed[colours[j]][i] for i, row in enumerate(pattern) for j in row}
