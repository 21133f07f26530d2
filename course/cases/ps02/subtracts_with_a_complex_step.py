# /// case
# title = "A forward difference with an imaginary step"
# kind = "misconception"
# why = """\
# (f(x + ih) − f(x)) / ih has a complex value, one evaluation too many, and the round-off \
# that the complex step avoids."""
#
# [cells.test-formulas]
# points = 2.25
# diagnosis = "not made of real numbers"
# ///

# %% formulas
def forward_difference(f, x, h):
    right = x + h
    return (f(right) - f(x)) / (right - x)


def central_difference(f, x, h):
    right, left = x + h, x - h
    return (f(right) - f(left)) / (right - left)


def complex_step(f, x, h):
    return (f(x + 1j * h) - f(x)) / (1j * h)
