# /// case
# title = "A difference of two gradients"
# kind = "misconception"
# why = "Half of the digits are gone, and the function is called twice."
#
# [cells.test-hvp]
# points = 0.0
# diagnosis = ["right to a few digits only"]
# ///

# %% hvp
def hvp(f, x, x_dot):
    h = 1e-6
    above = gradient(f, [a + h * d for a, d in zip(x, x_dot)])
    below = gradient(f, [a - h * d for a, d in zip(x, x_dot)])
    return [(a - b) / (2 * h) for a, b in zip(above, below)]
