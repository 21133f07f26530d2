# /// case
# title = "Takes the better of the two directions for the cheapest order"
# kind = "misconception"
# why = "Forward and reverse are two of many orders."
#
# [cells.test-fewest-multiplications]
# points = 0.5
# diagnosis = ["the better of the two directions", "other orders are cheaper still"]
# ///

# %% fewest-multiplications
def fewest_multiplications(sizes):
    return min(left_to_right(sizes), right_to_left(sizes))
