# /// case
# title = "A gradient with 2n evaluations"
# kind = "misconception"
# why = "All numbers are right, each at its price: f(x) is computed anew for each input."
#
# [cells.test-gradient]
# points = 1.5
# diagnosis = "too many evaluations, n + 1 will do for n inputs"
# ///

# %% gradient
def gradient(f, x, h):
    slopes = []
    for i in range(len(x)):
        moved = list(x)
        moved[i] += h
        slopes.append((f(moved) - f(x)) / h)
    return slopes
