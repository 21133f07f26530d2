# /// case
# title = "Differentiates what stands outside the if only"
# kind = "misconception"
# why = """\
# The branch that is taken belongs to the program, and its lines have tangents like all \
# others."""
#
# [cells.test-by-hand]
# points = 0.5
# diagnosis = "the tangent has no line inside the if"
# ///

# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    """Return what `pond` returns, and its tangent along (rate_dot, effort_dot)."""
    fish, fish_dot = 0.3, 0.0
    for year in range(years):
        fish_dot = rate_dot * fish * (1 - fish) + rate * (1 - 2 * fish) * fish_dot
        fish = rate * (1 - fish) * fish
        if fish > 0.5:
            fish = fish - effort * fish**2
    return fish, fish_dot
