# /// case
# title = "Asks once, hands out x itself, and trusts zip"
# kind = "misconception"
# why = """\
# An accumulating gradient is right at its first call; a list that is too short ends the \
# zip; a list that is handed out may be spoilt."""
#
# [cells.test-wrong-entries]
# points = 2.5
# diagnosis = [
#   "lets a bug pass, right at the first call only",
#   "lets a bug pass, an entry is missing",
# ]
# ///

# %% wrong-entries
def wrong_entries(f, gradient, x):
    h, wrong = 1e-4, []
    for i, claimed in enumerate(gradient(x)):
        if i == len(x):
            break
        right = [a + h * (i == j) for j, a in enumerate(x)]
        left = [a - h * (i == j) for j, a in enumerate(x)]
        if not abs(claimed - (f(right) - f(left)) / (2 * h)) <= 3e-5:
            wrong.append(i)
    return wrong
