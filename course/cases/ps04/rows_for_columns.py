# /// case
# title = "Returns the transposed Jacobian"
# kind = "misconception"
# why = """\
# A row belongs to a result, a column to an input. Rows of zeros for what doesn't move are \
# missing, too."""
#
# [cells.test-jacobian]
# points = 1
# diagnosis = ["rows and columns are swapped", "transposed"]
# ///

# %% jacobian
def jacobian(f, x):
    results = f([Dual(value, seed) for value, seed in zip(x, np.eye(len(x)))])
    return np.array([np.zeros(len(x)) + lift(y).tangent for y in results]).T
