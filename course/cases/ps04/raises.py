# /// case
# title = "Answers that raise"
# kind = "raises"
# why = """\
# A syntax error leaves Dual undefined, and with it what is built on it; a misspelt name stops \
# one function; the trap has no sine."""
#
# [cells.test-dual]
# points = 0
# diagnosis = "the cell above did not run: SyntaxError"
#
# [cells.test-programs]
# points = 0
# diagnosis = "the cell above did not run: SyntaxError"
#
# [cells.test-jvp]
# points = 0
# diagnosis = "the cell that defines Dual did not run: SyntaxError"
#
# [cells.test-jacobian]
# points = 0
# diagnosis = "the cell that defines Dual did not run: SyntaxError"
#
# [cells.test-by-hand]
# points = 0
# diagnosis = "raised NameError"
#
# [cells.test-derivatives]
# points = 0
# diagnosis = "raised NameError"
#
# [cells.test-slope]
# points = 0
# diagnosis = "raised ZeroDivisionError"
# ///

# %% dual
class Dual:
    def __init__(self, primal, tangent=0.0)
        self.primal = primal


# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    fish = 0.3
    for year in range(years):
        fish = rate * fish * (1 - fihs)
    return fish, fish_dot


# %% slope
def slope(f, x):
    return f(x) / 0
