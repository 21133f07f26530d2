# /// case
# title = "A complex step into functions of real numbers"
# kind = "misconception"
# why = """\
# It would be the better witness, but the functions take real numbers only: math.exp \
# refuses, and what isn't refused has the right answers."""
#
# [cells.test-wrong-entries]
# points = 2
# diagnosis = "raised TypeError"
# ///

# %% wrong-entries
def wrong_entries(f, gradient, x):
    gradient(list(x))
    claimed = gradient(list(x))
    if len(claimed) != len(x):
        return list(range(len(x)))
    wrong = []
    for i in range(len(x)):
        moved = list(x)
        moved[i] += 1e-20j
        if not abs(claimed[i] - f(moved).imag / 1e-20) <= 1e-6:
            wrong.append(i)
    return wrong
