# /// case
# title = "Counts the additions"
# kind = "misconception"
# why = "An entry of the product takes q multiplications and q − 1 additions."
#
# [cells.test-association-cost]
# points = 0
# diagnosis = "additions are counted, not multiplications"
# ///

# %% association-cost
def left_to_right(sizes):
    return sum(sizes[0] * (q - 1) * r for q, r in zip(sizes[1:], sizes[2:]))


def right_to_left(sizes):
    return sum(p * (q - 1) * sizes[-1] for p, q in zip(sizes, sizes[1:-1]))
