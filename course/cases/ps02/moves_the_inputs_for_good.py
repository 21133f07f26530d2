# /// case
# title = "Moves the inputs and leaves them moved"
# kind = "misconception"
# why = """\
# moved = x is no copy: every difference moves one input more, and the caller's list has \
# changed."""
#
# [cells.test-gradient]
# points = 0
# diagnosis = "inputs moved before stay moved"
# ///

# %% gradient
def gradient(f, x, h):
    here = f(x)
    slopes = []
    for i in range(len(x)):
        moved = x
        moved[i] += h
        slopes.append((f(moved) - here) / h)
    return slopes
