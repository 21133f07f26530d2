# /// case
# title = "Central differences, dressed up as reverse mode"
# kind = "misconception"
# why = """\
# Only half of the digits, and two calls of f for each input. The tests count the calls and ask \
# for eleven digits."""
#
# [cells.test-vjp]
# points = 0
# diagnosis = ["f was called 5 times, not once", "right to a few digits only"]
#
# [cells.test-descend]
# points = 0
# diagnosis = "right to a few digits only"
# ///

# %% vjp
def vjp(f, *xs):
    def at(point):
        return [y.value if isinstance(y, Var) else y for y in f(*map(Var, point))]

    def pullback(seeds):
        derivatives = []
        for place, x in enumerate(xs):
            h = 1e-6 * max(1.0, abs(x))
            above, below = list(xs), list(xs)
            above[place], below[place] = x + h, x - h
            quotients = [(a - b) / (2 * h) for a, b in zip(at(above), at(below))]
            derivatives.append(sum(s * q for s, q in zip(seeds, quotients)))
        return derivatives

    return at(xs), pullback
