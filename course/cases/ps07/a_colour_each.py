# /// case
# title = "A new colour for every column"
# kind = "misconception"
# why = "Nothing is mixed up, and nothing is gained."
#
# [cells.test-colour-columns]
# points = 0.0
# diagnosis = "more colours than are needed"
#
# [cells.test-newton-step]
# points = 0.5
# diagnosis = "called more often"
# ///

# %% colouring
def colour_columns(pattern, n):
    return list(range(n))


def compressed_jacobian(push, pattern, colours):
    pushed = [
        push([float(other == colour) for other in colours]) for colour in range(max(colours) + 1)
    ]
    return {(i, j): pushed[colours[j]][i] for i, row in enumerate(pattern) for j in row}
