# /// case
# title = "Solved from the student version alone"
# kind = "correct"
# why = "An answer by somebody who had seen nothing but the notebook that students get."
# ///

# %% formulas
def forward_difference(f, x, h):
    """Return the slope of the chord from x to x + h."""
    right = x + h
    return (f(right) - f(x)) / (right - x)


def central_difference(f, x, h):
    """Return the slope of the chord from x − h to x + h."""
    right = x + h
    left = x - h
    return (f(right) - f(left)) / (right - left)


def complex_step(f, x, h):
    """Return the slope that an imaginary step of length h carries along."""
    return f(x + 1j * h).imag / h


# %% richardson
def richardson(f, x, h, levels):
    """Return the slope of f at x, extrapolated from so many central differences."""
    row = []
    for i in range(levels):
        step = h / 2**i
        row.append((f(x + step) - f(x - step)) / (2 * step))
    k = 1
    while len(row) > 1:
        row = [(4**k * b - a) / (4**k - 1) for a, b in zip(row, row[1:])]
        k += 1
    return row[0]


# %% best-step
def error_terms(method, value, derivative):
    """Return order, truncation and round-off (p, T, R) of a difference method."""
    u = 2.0**-53
    if method == "forward":
        # h/2 f'' is left over; two values, each off by u|f|
        return 1, derivative / 2, 2 * u * value
    if method == "central":
        # h²/6 times the third derivative; two values, divided by 2h
        return 2, derivative / 6, u * value
    if method == "edge":
        # (4/6 - 8/6) h³ / 2h = -h²/3; weights 3 + 4 + 1 = 8, divided by 2h
        return 2, derivative / 3, 4 * u * value
    raise ValueError("unknown method " + method)


def best_step(order, truncation, roundoff):
    """Return the step for which truncation·h**order + roundoff/h is least, and that error."""
    if truncation == 0:
        return math.inf, 0.0
    h = (roundoff / (order * truncation)) ** (1 / (order + 1))
    return h, truncation * h**order + roundoff / h


# %% gradient
def gradient(f, x, h):
    """Return the forward differences of f in each of the numbers in the list x."""
    here = f(list(x))
    slopes = []
    for i in range(len(x)):
        moved = list(x)
        moved[i] += h
        slopes.append((f(moved) - here) / h)
    return slopes


# %% wrong-entries
def wrong_entries(f, gradient, x):
    """Return the indices at which `gradient` is not the gradient of f at x."""
    # error of the central difference: 100/6 h² + 1.1e-10/h, with h = 1e-3 about 1.7e-5.
    # The bugs are at least 1e-3, so 3e-4 is far from both.
    h = 1e-3
    tolerance = 3e-4

    gradient(list(x))  # the first answer doesn't count
    claimed = gradient(list(x))
    n = len(x)
    if len(claimed) != n:
        return list(range(n))

    wrong = []
    for i in range(n):
        right = list(x)
        left = list(x)
        right[i] += h
        left[i] -= h
        step = right[i] - left[i]  # before f gets hold of the lists
        slope = (f(right) - f(left)) / step
        if not abs(claimed[i] - slope) <= tolerance:
            wrong.append(i)
    return wrong


# %% looks-right
def looks_right(f, gradient, x):
    """Return whether `gradient` is the gradient of f at x, by looks along random directions."""
    # truncation 1e5/6 h² = 1.7e-4 for h = 1e-4, round-off 1.1e-13/h = 1e-9
    h = 1e-4
    tolerance = 0.01
    claimed = gradient(list(x))
    for _ in range(10):
        v = [random.choice((-1, 1)) for _ in x]
        ahead = f([a + h * b for a, b in zip(x, v)])
        behind = f([a - h * b for a, b in zip(x, v)])
        slope = (ahead - behind) / (2 * h)
        expected = sum(g * b for g, b in zip(claimed, v))
        if not abs(expected - slope) <= tolerance:
            return False
    return True
