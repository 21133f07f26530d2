# /// case
# title = "Looks at ten entries out of a hundred"
# kind = "misconception"
# why = "Each evaluation spent on one entry: what is wrong in the others passes."
#
# [cells.test-looks-right]
# points = 0
# diagnosis = [
#   "lets a bug pass, one entry is off by 0.1",
#   "fewer than five directions",
# ]
# ///

# %% looks-right
def looks_right(f, gradient, x):
    h, claimed = 1e-4, gradient(x)
    for i in range(min(10, len(x))):
        right, left = list(x), list(x)
        right[i] += h
        left[i] -= h
        if not abs(claimed[i] - (f(right) - f(left)) / (2 * h)) <= 1e-3:
            return False
    return True
