# /// case
# title = "The factor 4 in every combination"
# kind = "misconception"
# why = """\
# Right for two levels; from the third on the power that is to be cancelled is h⁴, then h⁶."""
#
# [cells.test-richardson]
# points = 0.5
# diagnosis = [
#   "the second combination needs 16 and 15, not 4 and 3",
#   "4 and 3 belong to the first combination only",
# ]
# ///

# %% richardson
def richardson(f, x, h, levels):
    row = [(f(x + h / 2**k) - f(x - h / 2**k)) / (2 * h / 2**k) for k in range(levels)]
    while len(row) > 1:
        row = [(4 * b - a) / 3 for a, b in zip(row, row[1:])]
    return row[0]
