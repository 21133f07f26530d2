# /// case
# title = "Did the first four tasks in part and stopped"
# kind = "partial"
# base = "release"
# why = """\
# What is there is right: the formulas without the complex step, one level too few to \
# extrapolate, two of the three methods."""
#
# [cells.test-formulas]
# points = 2.25
# diagnosis = "complex_step"
#
# [cells.test-richardson]
# points = 0.25
# diagnosis = "this is the central difference with step h"
#
# [cells.test-error-terms]
# points = 0.5
# diagnosis = "three numbers are asked for"
#
# [cells.test-best-step]
# points = 0
# diagnosis = "best_step"
#
# [cells.test-gradient]
# state = "passed"
#
# [cells."*"]
# points = 0
# diagnosis = "not written yet"
# ///

# %% formulas
def forward_difference(f, x, h):
    right = x + h
    return (f(right) - f(x)) / (right - x)


def central_difference(f, x, h):
    right, left = x + h, x - h
    return (f(right) - f(left)) / (right - left)


# %% richardson
def richardson(f, x, h, levels):
    return (f(x + h) - f(x - h)) / (2 * h)  # only levels=1 so far


# %% best-step
def error_terms(method, value, derivative):
    u = 2.0**-53
    if method == "forward":
        return 1, derivative / 2, 2 * u * value
    if method == "central":
        return 2, derivative / 6, u * value


# %% gradient
def gradient(f, x, h):
    here = f(x)
    return [(f([*x[:i], x[i] + h, *x[i + 1 :]]) - here) / h for i in range(len(x))]


# %% [markdown] explanation
# 1. Round-off is 1e-16 · 1e6 / 1e-8 = 0.01.
