# /// case
# title = "A search that never ends"
# kind = "slow"
# why = """\
# Zero by the clock is not zero by a wrong answer, and the other tasks keep their points."""
#
# [cells.test-best-step]
# state = "timeout"
# ///

# %% best-step
def error_terms(method, value, derivative):
    u = 2.0**-53
    if method == "forward":
        return 1, derivative / 2, 2 * u * value
    if method == "central":
        return 2, derivative / 6, u * value
    return 2, derivative / 3, 4 * u * value


def best_step(order, truncation, roundoff):
    h = 1.0
    while h > 0:
        if truncation * h**order < roundoff / h:
            h = 2 * h
        else:
            h = h / 1.5
    return h, truncation * h**order + roundoff / h
