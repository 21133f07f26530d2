# /// case
# title = "h = √u whatever the function"
# kind = "misconception"
# why = "The rule of thumb, in the model and in both checkers, where it cries wolf."
#
# [cells.test-best-step]
# points = 0
# diagnosis = "the square root of the unit round-off is a rule of thumb"
#
# [cells.test-wrong-entries]
# points = 2.75
# diagnosis = "cries wolf"
#
# [cells.test-looks-right]
# points = 0.5
# diagnosis = "cries wolf"
# ///

# %% best-step
def error_terms(method, value, derivative):
    u = 2.0**-53
    if method == "forward":
        return 1, derivative / 2, 2 * u * value
    if method == "central":
        return 2, derivative / 6, u * value
    return 2, derivative / 3, 4 * u * value


def best_step(order, truncation, roundoff):
    h = math.sqrt(2.0**-53)
    return h, truncation * h**order + roundoff / h


# %% wrong-entries
def wrong_entries(f, gradient, x):
    h = 1e-8
    gradient(list(x))
    claimed = gradient(list(x))
    if len(claimed) != len(x):
        return list(range(len(x)))
    wrong = []
    for i in range(len(x)):
        right, left = list(x), list(x)
        right[i] += h
        left[i] -= h
        if not abs(claimed[i] - (f(right) - f(left)) / (2 * h)) <= 1e-5:
            wrong.append(i)
    return wrong


# %% looks-right
def looks_right(f, gradient, x):
    h, claimed = 1e-12, gradient(x)
    for _ in range(10):
        v = [random.choice((-1, 1)) for _ in x]
        ahead = f([a + h * b for a, b in zip(x, v)])
        behind = f([a - h * b for a, b in zip(x, v)])
        slope = sum(c * b for c, b in zip(claimed, v))
        if not abs(slope - (ahead - behind) / (2 * h)) <= 1e-3:
            return False
    return True
