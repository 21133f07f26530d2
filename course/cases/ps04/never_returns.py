# /// case
# title = "A loop that never ends"
# kind = "slow"
# why = "Zero by the clock is not zero by a wrong answer, and the other tasks keep their points."
#
# [cells.test-by-hand]
# state = "timeout"
# ///

# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    fish, fish_dot, year = 0.3, 0.0, 0
    while year <= years:
        fish_dot = rate_dot * fish * (1 - fish) + rate * (1 - 2 * fish) * fish_dot
        fish = rate * (1 - fish) * fish
    return fish, fish_dot
