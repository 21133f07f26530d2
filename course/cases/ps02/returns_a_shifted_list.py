# /// case
# title = "Returns the right gradient and a changed list"
# kind = "misconception"
# why = """\
# Adding h and taking it off again keeps the list, had it been done for the last input, too."""
#
# [cells.test-gradient]
# points = 1.5
# diagnosis = "the list x has changed"
# ///

# %% gradient
def gradient(f, x, h):
    here = f(x)
    slopes = []
    for i in range(len(x)):
        if i > 0:
            x[i - 1] -= h
        x[i] += h
        slopes.append((f(x) - here) / h)
    return slopes
