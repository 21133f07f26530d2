# /// case
# title = "Always does the cheapest product next"
# kind = "misconception"
# why = "A cheap product now can leave a dear one for later."
#
# [cells.test-fewest-multiplications]
# points = 0.5
# diagnosis = "greedy, the cheapest product next"
# ///

# %% fewest-multiplications
def fewest_multiplications(sizes):
    sizes = list(sizes)
    total = 0
    while len(sizes) > 2:
        costs = [p * q * r for p, q, r in zip(sizes, sizes[1:], sizes[2:])]
        total += min(costs)
        del sizes[costs.index(min(costs)) + 1]
    return total
