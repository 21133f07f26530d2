# /// case
# title = "A loop that never ends"
# kind = "slow"
# why = "Zero by the clock is not zero by a wrong answer, and the other tasks keep their points."
#
# [cells.test-fewest-multiplications]
# state = "timeout"
# ///

# %% fewest-multiplications
def fewest_multiplications(sizes):
    while len(sizes) > 2:
        cheapest = min(p * q * r for p, q, r in zip(sizes, sizes[1:], sizes[2:]))
    return cheapest
