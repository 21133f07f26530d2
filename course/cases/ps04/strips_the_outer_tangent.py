# /// case
# title = "Makes the inner derivative a plain number"
# kind = "misconception"
# why = "Nothing is confused, but what the inner derivative owes to outer variables is gone."
#
# [cells.test-slope]
# points = 0.5
# diagnosis = "the inner derivative has swallowed the outer tangent"
# ///

# %% slope
def plain(u):
    return plain(u.primal) if isinstance(u, Dual) else u


def sine(u):
    return sin(u)


depth = 0


def slope(f, x):
    global depth
    if depth:
        outer = lift(f(lift(plain(x)))).tangent
        return plain(lift(f(Dual(plain(x), 1.0))).tangent - outer)
    depth += 1
    try:
        return lift(f(Dual(x, 1.0))).tangent
    finally:
        depth -= 1
