# /// case
# title = "Checks entry by entry, at 200 evaluations"
# kind = "misconception"
# why = "The checker of Task 5 under another name: its verdicts are right, its price is not."
#
# [cells.test-looks-right]
# points = 0
# diagnosis = "too many evaluations, 20 will do"
# ///

# %% looks-right
def looks_right(f, gradient, x):
    h, claimed = 1e-4, gradient(x)
    for i in range(len(x)):
        right, left = list(x), list(x)
        right[i] += h
        left[i] -= h
        if not abs(claimed[i] - (f(right) - f(left)) / (2 * h)) <= 1e-3:
            return False
    return True
