# /// case
# title = "Divides by h, not by the step taken"
# kind = "misconception"
# why = "Nothing is wrong with the formulas but what rounding does to x + h."
#
# [cells.test-formulas]
# points = 2.25
# diagnosis = "divide by the step that you took"
# ///

# %% formulas
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def complex_step(f, x, h):
    return f(x + 1j * h).imag / h
