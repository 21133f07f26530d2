# /// case
# title = "A compressed Jacobian by differences"
# kind = "misconception"
# why = "As cheap as the pushes, and half of the digits."
#
# [cells.test-newton-step]
# points = 0.0
# diagnosis = "right to a few digits only"
# ///

# %% newton-step
def newton_step(residual, x, pattern):
    colours = colour_columns(pattern, len(x))
    here = np.array(residual(x))

    def quotient(x_dot):
        there = residual([a + 1e-7 * d for a, d in zip(x, x_dot)])
        return (np.array(there) - here) / 1e-7

    matrix = np.zeros((len(x), len(x)))
    for place, entry in compressed_jacobian(quotient, pattern, colours).items():
        matrix[place] = entry
    return x - np.linalg.solve(matrix, here)
