# /// case
# title = "Halves the step, and takes the last difference"
# kind = "misconception"
# why = "That is no extrapolation: each halving gains a factor 4 only."
#
# [cells.test-richardson]
# points = 0.25
# diagnosis = [
#   "the central difference with step h/2",
#   "the central difference with the finest step",
# ]
# ///

# %% richardson
def richardson(f, x, h, levels):
    for _ in range(levels):
        slope = (f(x + h) - f(x - h)) / (2 * h)
        h = h / 2
    return slope
