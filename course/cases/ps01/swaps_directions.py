# /// case
# title = "Left and right change places"
# kind = "misconception"
# why = """\
# Reads the product from the side of the first function applied, which stands on the right."""
#
# [cells.test-association-cost]
# points = 0
# diagnosis = "this is the other direction"
# ///

# %% association-cost
def left_to_right(sizes):
    return sum(sizes[-1] * p * q for p, q in zip(sizes, sizes[1:-1]))


def right_to_left(sizes):
    return sum(sizes[0] * p * q for p, q in zip(sizes[1:], sizes[2:]))
