# /// case
# title = "Multiplies neighbours only"
# kind = "misconception"
# why = """\
# The matrix so far keeps its outer size; it does not become the neighbour. For three matrices \
# or more that counts."""
#
# [cells.test-association-cost]
# points = 0
# diagnosis = "what stays is forgotten"
# ///

# %% association-cost
def left_to_right(sizes):
    return sum(p * q * r for p, q, r in zip(sizes, sizes[1:], sizes[2:]))


def right_to_left(sizes):
    return left_to_right(sizes)
