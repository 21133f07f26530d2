# /// case
# title = "Looks ten times along (1, 1, …, 1)"
# kind = "misconception"
# why = "Ten looks along one line see no more than one."
#
# [cells.test-looks-right]
# points = 1
# diagnosis = "lets a bug pass, errors that cancel in the sum"
# ///

# %% looks-right
def looks_right(f, gradient, x):
    h, claimed = 1e-4, gradient(x)
    for k in range(10):
        ahead = f([a + h for a in x])
        behind = f([a - h for a in x])
        if not abs(sum(claimed) - (ahead - behind) / (2 * h)) <= 1e-3:
            return False
    return True
