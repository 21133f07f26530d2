# /// case
# title = "Overwrites the fish before their tangent is computed"
# kind = "misconception"
# why = """\
# Each rate is taken at the result of its line instead of at the operand. Where the tangent is \
# linear in the fish's own, nothing shows in the first year."""
#
# [cells.test-by-hand]
# points = 0
# diagnosis = "fish is overwritten before its tangent is computed"
# ///

# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    fish, fish_dot = 0.3, 0.0
    for year in range(years):
        fish = rate * fish * (1 - fish)
        fish_dot = rate_dot * fish * (1 - fish) + rate * (1 - 2 * fish) * fish_dot
        if fish > 0.5:
            fish = fish - effort * fish * fish
            fish_dot = (1 - 2 * effort * fish) * fish_dot - effort_dot * fish * fish
    return fish, fish_dot
