# /// case
# title = "One run for each column of the Jacobian"
# kind = "misconception"
# why = "The numbers are right. The task is to let the directions share a run."
#
# [cells.test-jacobian]
# points = 2
# diagnosis = "let all directions travel in one run"
# ///

# %% jacobian
def jacobian(f, x):
    columns = []
    for seed in np.eye(len(x)):
        result = f([Dual(value, part) for value, part in zip(x, seed)])
        columns.append([lift(y).tangent for y in result])
    return np.array(columns).T
