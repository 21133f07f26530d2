# /// case
# title = "ε = 2⁻⁵² for the unit round-off, and |f‴|/6 for the edge"
# kind = "misconception"
# why = """\
# 2⁻⁵² is the distance between floats; rounding errs by half of it. And the truncation at \
# the edge is twice the central one."""
#
# [cells.test-error-terms]
# points = 0
# diagnosis = [
#   "u is 2⁻⁵³; 2⁻⁵² is the distance between floats",
#   "edge, the truncation: 2 times too small",
# ]
# ///

# %% best-step
def error_terms(method, value, derivative):
    eps = 2.0**-52
    if method == "forward":
        return 1, derivative / 2, 2 * eps * value
    if method == "central":
        return 2, derivative / 6, eps * value
    return 2, derivative / 6, 4 * eps * value


def best_step(order, truncation, roundoff):
    if truncation == 0:
        return math.inf, 0.0
    h = (roundoff / (order * truncation)) ** (1 / (order + 1))
    return h, truncation * h**order + roundoff / h
