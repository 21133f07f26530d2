# /// case
# title = "Balances both errors at any order"
# kind = "misconception"
# why = "Equal terms are best for order 1 only. And the special case is forgotten."
#
# [cells.test-error-terms]
# points = 0.5
# diagnosis = "of the divisor 2h the 2 is forgotten"
#
# [cells.test-best-step]
# points = 0.25
# diagnosis = [
#   "only for order 1 is that best",
#   "raised ZeroDivisionError",
# ]
# ///

# %% best-step
def error_terms(method, value, derivative):
    u = 2.0**-53
    if method == "forward":
        return 1, derivative / 2, 2 * u * value
    if method == "central":
        return 2, derivative / 6, u * value
    return 2, derivative / 3, 8 * u * value  # 3 + 4 + 1


def best_step(order, truncation, roundoff):
    h = (roundoff / truncation) ** (1 / (order + 1))
    return h, truncation * h**order + roundoff / h
