# /// case
# title = "Asks whether the distance is too large"
# kind = "misconception"
# why = "NaN is never larger than anything, so it passes as right."
#
# [cells.test-wrong-entries]
# points = 3
# diagnosis = "lets a bug pass, an entry is NaN"
#
# [cells.test-looks-right]
# points = 0.5
# diagnosis = "lets a bug pass, an entry is NaN"
# ///

# %% wrong-entries
def wrong_entries(f, gradient, x):
    h, tolerance = 1e-4, 3e-5
    gradient(list(x))
    claimed = gradient(list(x))
    if len(claimed) != len(x):
        return list(range(len(x)))
    wrong = []
    for i in range(len(x)):
        right, left = list(x), list(x)
        right[i] += h
        left[i] -= h
        if abs(claimed[i] - (f(right) - f(left)) / (2 * h)) > tolerance:
            wrong.append(i)
    return wrong


# %% looks-right
def looks_right(f, gradient, x):
    h, claimed = 1e-4, gradient(x)
    for _ in range(10):
        v = [random.choice((-1, 1)) for _ in x]
        ahead = f([a + h * b for a, b in zip(x, v)])
        behind = f([a - h * b for a, b in zip(x, v)])
        slope = sum(c * b for c, b in zip(claimed, v))
        if abs(slope - (ahead - behind) / (2 * h)) > 1e-3:
            return False
    return True
