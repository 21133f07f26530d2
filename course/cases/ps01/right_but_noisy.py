# /// case
# title = "Right, and noisy about it"
# kind = "correct"
# why = """\
# Prints and warnings left over from debugging are no mistake, on whichever stream they come."""
# ///

# %% nested-by-nodes
import sys
import warnings


def nested_by_nodes(x):
    a = x**2
    b = math.exp(a)
    c = a + b
    print("debug: a, b, c =", a, b, c)
    print("is this right?", file=sys.stderr)
    warnings.warn("x is rather large")
    dc = 1 / 2 / math.sqrt(c) - math.sin(c)
    da = dc * (1 + b)
    return {"x": da * 2 * x, "a": da, "b": dc, "c": dc, "d": 1, "e": 1}
