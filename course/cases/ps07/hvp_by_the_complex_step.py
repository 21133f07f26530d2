# /// case
# title = "A complex step through the gradient"
# kind = "misconception"
# why = """\
# Full precision where the function is a formula. Complex numbers have no order and the given \
# functions take none, so a function with branches is beyond it."""
#
# [cells.test-hvp]
# points = 0.75
# diagnosis = ["raised TypeError"]
# ///

# %% hvp
def hvp(f, x, x_dot):
    h = 1e-30
    shifted = gradient(f, [complex(a, h * d) for a, d in zip(x, x_dot)])
    return [complex(number).imag / h for number in shifted]
