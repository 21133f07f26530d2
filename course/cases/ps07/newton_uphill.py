# /// case
# title = "Adds the solution for the residual itself"
# kind = "misconception"
# why = "The right-hand side is minus the residual."
#
# [cells.test-newton-step]
# points = 0.0
# diagnosis = "the step goes the wrong way"
# ///

# %% newton-step
def newton_step(residual, x, pattern):
    colours = colour_columns(pattern, len(x))
    entries = compressed_jacobian(lambda d: push(residual, x, d), pattern, colours)
    matrix = np.zeros((len(x), len(x)))
    for place, entry in entries.items():
        matrix[place] = entry
    return x + np.linalg.solve(matrix, residual(x))
