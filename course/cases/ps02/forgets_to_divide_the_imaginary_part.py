# /// case
# title = "Takes the imaginary part for the slope"
# kind = "misconception"
# why = "The imaginary part is h times the slope. And the forward difference goes to the left."
#
# [cells.test-formulas]
# points = 1.5
# diagnosis = [
#   "not divided by the step",
#   "the chord on the other side",
# ]
# ///

# %% formulas
def forward_difference(f, x, h):
    left = x - h
    return (f(x) - f(left)) / (x - left)


def central_difference(f, x, h):
    right, left = x + h, x - h
    return (f(right) - f(left)) / (right - left)


def complex_step(f, x, h):
    return f(x + 1j * h).imag
