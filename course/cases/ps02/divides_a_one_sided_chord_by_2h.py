# /// case
# title = "A one-sided chord over 2h, and a central one over h"
# kind = "misconception"
# why = """\
# The slip of the slides, and its counterpart: the divisor is the distance of the two \
# points."""
#
# [cells.test-formulas]
# points = 0.75
# diagnosis = [
#   "a one-sided chord is h long, not 2h",
#   "the distance is 2h, not h",
# ]
# ///

# %% formulas
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / (2 * h)


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / h


def complex_step(f, x, h):
    return f(x + 1j * h).imag / h
