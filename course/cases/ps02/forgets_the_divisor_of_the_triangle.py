# /// case
# title = "Forgets to divide by 3"
# kind = "misconception"
# why = "4·D(h/2) − D(h) holds three times the slope. One level is still right."
#
# [cells.test-richardson]
# points = 0.25
# diagnosis = "divide by 3"
# ///

# %% richardson
def richardson(f, x, h, levels):
    row = [(f(x + h / 2**k) - f(x - h / 2**k)) / (2 * h / 2**k) for k in range(levels)]
    for k in range(1, levels):
        row = [4**k * b - a for a, b in zip(row, row[1:])]
    return row[0]
