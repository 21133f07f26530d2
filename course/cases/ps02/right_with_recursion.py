# /// case
# title = "Right, with recursion and closures"
# kind = "correct"
# why = """\
# Functions that return functions; the checker asks with forward differences, at their best \
# step."""
# ///

# %% formulas
def chord(left, right):
    def slope(f):
        return (f(right) - f(left)) / (right - left)

    return slope


def forward_difference(f, x, h):
    return chord(x, x + h)(f)


def central_difference(f, x, h):
    return chord(x - h, x + h)(f)


complex_step = lambda f, x, h: f(complex(x, h)).imag / h


# %% richardson
def richardson(f, x, h, levels):
    known = {}

    def slope(step):
        if step not in known:
            known[step] = (f(x + step) - f(x - step)) / (2 * step)
        return known[step]

    def extrapolated(step, level):
        if level == 0:
            return slope(step)
        coarse = extrapolated(step, level - 1)
        fine = extrapolated(step / 2, level - 1)
        return fine + (fine - coarse) / (4**level - 1)

    return extrapolated(h, levels - 1)


# %% best-step
def error_terms(method, value, derivative):
    def made(order, truncation, weights):
        return order, truncation * derivative, sum(weights) * value * 2.0**-53

    if method == "forward":
        return made(1, 0.5, (1, 1))
    if method == "central":
        return made(2, 1 / 6, (0.5, 0.5))
    if method == "edge":
        return made(2, 1 / 3, (1.5, 2, 0.5))


def best_step(order, truncation, roundoff):
    def error(h):
        return truncation * h**order + roundoff / h

    if truncation == 0:
        return math.inf, 0.0
    h = (roundoff / order / truncation) ** (1 / (1 + order))
    return h, error(h)


# %% gradient
def gradient(f, x, h):
    here = f(x[:])

    def from_input(i):
        if i == len(x):
            return []
        return [(f(x[:i] + [x[i] + h] + x[i + 1 :]) - here) / h, *from_input(i + 1)]

    return from_input(0)


# %% wrong-entries
def wrong_entries(f, gradient, x):
    h, alarm = 1e-6, 5e-4
    gradient(x[:])
    claimed = gradient(x[:])
    if len(claimed) != len(x):
        return [*range(len(x))]
    if not x:
        return []
    here = f(x[:])

    def is_wrong(i):
        slope = (f(x[:i] + [x[i] + h] + x[i + 1 :]) - here) / h
        return not abs(slope - claimed[i]) < alarm

    return [*filter(is_wrong, range(len(x)))]


# %% looks-right
def looks_right(f, gradient, x):
    claimed = gradient(x[:])

    def agrees(times):
        if times == 0:
            return True
        v = [random.gauss(0, 1) for _ in x]
        line = lambda t: f([a + t * b for a, b in zip(x, v)])
        slope = (line(1e-5) - line(-1e-5)) / 2e-5
        along = sum(map(lambda c, b: c * b, claimed, v))
        return abs(along - slope) < 1e-3 and agrees(times - 1)

    return agrees(9)
