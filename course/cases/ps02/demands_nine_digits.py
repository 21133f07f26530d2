# /// case
# title = "Raises the alarm from 1e-9 on"
# kind = "misconception"
# why = "No difference is that right, so right gradients are called wrong."
#
# [cells.test-wrong-entries]
# points = 1.25
# diagnosis = "cries wolf"
#
# [cells.test-looks-right]
# points = 0
# diagnosis = "cries wolf"
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
        if not abs(claimed[i] - (f(right) - f(left)) / 2e-4) <= 1e-9:
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
        if not abs(slope - (ahead - behind) / 2e-4) <= 1e-12:
            return False
    return True
