# /// case
# title = "A compressed Jacobian by the complex step"
# kind = "misconception"
# why = """\
# Every digit is right where the residual is a formula; at a branch it stops."""
#
# [cells.test-newton-step]
# points = 0.5
# diagnosis = "raised TypeError"
# ///

# %% newton-step
def newton_step(residual, x, pattern):
    colours = colour_columns(pattern, len(x))

    def stepped(x_dot):
        there = residual([complex(a, 1e-30 * d) for a, d in zip(x, x_dot)])
        return [complex(number).imag / 1e-30 for number in there]

    matrix = np.zeros((len(x), len(x)))
    for place, entry in compressed_jacobian(stepped, pattern, colours).items():
        matrix[place] = entry
    return x - np.linalg.solve(matrix, residual(x))
