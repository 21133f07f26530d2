# /// case
# title = "Pushes ones through the gradient"
# kind = "misconception"
# why = "That is the Hessian times the vector of ones, the row sums."
#
# [cells.test-hvp]
# points = 0.0
# diagnosis = "the direction is ignored"
# ///

# %% hvp
def hvp(f, x, x_dot):
    return push(lambda z: gradient(f, z), x, [1.0] * len(x))
