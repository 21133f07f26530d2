# /// case
# title = "Forgives errors of one percent"
# kind = "misconception"
# why = "An entry that is off by 0.001 is within one percent of anything above 0.1."
#
# [cells.test-wrong-entries]
# points = 1.5
# diagnosis = "lets a bug pass, one entry is off by 0.001"
#
# [cells.test-looks-right]
# points = 0
# diagnosis = "lets a bug pass, one entry is off by 0.1"
# ///

# %% wrong-entries
def wrong_entries(f, gradient, x):
    gradient(list(x))
    claimed = gradient(list(x))
    if len(claimed) != len(x):
        return list(range(len(x)))
    wrong = []
    for i in range(len(x)):
        right, left = list(x), list(x)
        right[i] += 1e-4
        left[i] -= 1e-4
        slope = (f(right) - f(left)) / 2e-4
        if not math.isclose(claimed[i], slope, rel_tol=0.01, abs_tol=1e-4):
            wrong.append(i)
    return wrong


# %% looks-right
def looks_right(f, gradient, x):
    claimed = gradient(x)
    for _ in range(10):
        v = [random.choice((-1, 1)) for _ in x]
        ahead = f([a + 1e-4 * b for a, b in zip(x, v)])
        behind = f([a - 1e-4 * b for a, b in zip(x, v)])
        slope = sum(c * b for c, b in zip(claimed, v))
        if not abs(slope - (ahead - behind) / 2e-4) <= 0.2:
            return False
    return True
