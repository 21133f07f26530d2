# /// case
# title = "Lets the free room in the pond stand still"
# kind = "misconception"
# why = "In rate · fish · (1 − fish) all three factors move."
#
# [cells.test-by-hand]
# points = 0.5
# diagnosis = "a term of the product is missing"
# ///

# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    """Return what `pond` returns, and its tangent along (rate_dot, effort_dot)."""
    fish, fish_dot = 0.3, 0.0
    for year in range(years):
        fish_dot = rate_dot * fish * (1 - fish) + rate * (1 - fish) * fish_dot
        fish = rate * (1 - fish) * fish
        if fish > 0.5:
            fish_dot = (1 - 2 * effort * fish) * fish_dot - effort_dot * fish * fish
            fish = fish - effort * fish**2
    return fish, fish_dot
