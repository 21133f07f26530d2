# /// case
# title = "Extrapolates forward differences"
# kind = "misconception"
# why = "Their errors have all powers of h, so a factor 4 doesn't cancel the first."
#
# [cells.test-richardson]
# points = 0
# diagnosis = "forward differences: their errors have all powers of h"
# ///

# %% richardson
def richardson(f, x, h, levels):
    here = f(x)
    row = [(f(x + h / 2**k) - here) / (h / 2**k) for k in range(levels)]
    for k in range(1, levels):
        row = [(4**k * b - a) / (4**k - 1) for a, b in zip(row, row[1:])]
    return row[0]
