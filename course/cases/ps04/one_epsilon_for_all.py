# /// case
# title = "Nests without tags"
# kind = "misconception"
# why = "Perturbation confusion: the inner derivative counts the tangents of outer variables."
#
# [cells.test-slope]
# points = 0.5
# diagnosis = "confused: the inner derivative has taken the tangent of x for its own"
# ///

# %% slope
def sine(u):
    return sin(u)


def slope(f, x):
    return lift(f(Dual(x, 1.0))).tangent
