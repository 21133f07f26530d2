# /// case
# title = "Looks along (1, 1, …, 1) only, with one look"
# kind = "misconception"
# why = "Errors of opposite signs cancel in the sum, and permuted entries have the same one."
#
# [cells.test-looks-right]
# points = 0
# diagnosis = "believes a gradient after fewer than five directions"
# ///

# %% looks-right
def looks_right(f, gradient, x):
    h = 1e-4
    ahead = f([a + h for a in x])
    behind = f([a - h for a in x])
    return abs(sum(gradient(x)) - (ahead - behind) / (2 * h)) <= 1e-3
