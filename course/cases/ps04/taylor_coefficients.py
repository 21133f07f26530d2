# /// case
# title = "Returns Taylor coefficients for derivatives"
# kind = "misconception"
# why = "The k-th coefficient of a Taylor series is the k-th derivative over k!."
#
# [cells.test-derivatives]
# points = 0.5
# diagnosis = "these are the coefficients of a Taylor series"
# ///

# %% derivatives
def derivatives(f, x, order):
    found, g = [], f
    for k in range(order + 1):
        found.append(g(x) / math.factorial(k))
        g = lambda t, g=g: lift(g(Dual(t, 1.0))).tangent
    return found
