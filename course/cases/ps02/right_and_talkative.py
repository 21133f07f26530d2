# /// case
# title = "Right, and printing as it goes"
# kind = "correct"
# why = """\
# Prints, a comment in place of a docstring, and an idle call of its own functions: none of \
# it costs points."""
# ///

# %% formulas
def forward_difference(f, x, h):
    print("forward at", x, "with", h)
    there = x + h
    return (f(there) - f(x)) / (there - x)


def central_difference(f, x, h):
    ahead = x + h
    behind = x - h
    distance = ahead - behind  # 2h, nearly
    return (f(ahead) - f(behind)) / distance


def complex_step(f, x, h):
    return f(x + h * 1j).imag / h


print(forward_difference(math.sin, 0.0, 1e-8), complex_step(cmath.sin, 0.0, 1e-20))


# %% richardson
def richardson(f, x, h, levels):
    # weights of the polynomial in h² through all the differences, at h = 0
    result = 0
    for i in range(levels):
        s = h / 2**i
        weight = 1
        for j in range(levels):
            if j != i:
                weight *= 4**i / (4**i - 4**j)
        print("step", s, "weight", weight)
        result += weight * (f(x + s) - f(x - s)) / (2 * s)
    return result


# %% best-step
def error_terms(method, value, derivative):
    u = 2**-53
    R = {"forward": 2, "central": 1, "edge": 4}[method] * u * value
    print("round-off", R)
    if method == "forward":
        return 1, derivative / 2, R
    return 2, derivative / (6 if method == "central" else 3), R


def best_step(order, truncation, roundoff):
    if truncation == 0:
        return math.inf, 0.0
    h = (roundoff / (order * truncation)) ** (1 / (order + 1))
    # at the best step the round-off is p times the truncation
    return h, roundoff / h * (1 + 1 / order)


# %% gradient
def gradient(f, x, h):
    y = f(x)
    g = []
    for i, value in enumerate(x):
        x[i] = value + h
        g.append((f(x) - y) / h)
        x[i] = value
    print(g)
    return g


# %% wrong-entries
def wrong_entries(f, gradient, x):
    gradient(x.copy())
    g = gradient(x.copy())
    if len(g) != len(x):
        print("wrong length")
        return list(range(len(x)))
    suspects = []
    h = (3 * 1e6 * 2**-53 / 100) ** (1 / 3)
    for i in range(len(x)):
        up = x.copy()
        up[i] += h
        down = x.copy()
        down[i] -= h
        slope = (f(up) - f(down)) / (2 * h)
        fine = abs(g[i] - slope) < 1e-4
        print(i, g[i], slope, fine)
        if not fine:
            suspects.append(i)
    return suspects


# %% looks-right
def looks_right(f, gradient, x):
    g = gradient(x)
    verdicts = []
    for _ in range(10):
        v = [random.uniform(0.5, 1.5) * random.choice([1, -1]) for _ in x]
        up = [a + 1e-4 * b for a, b in zip(x, v)]
        down = [a - 1e-4 * b for a, b in zip(x, v)]
        slope = (f(up) - f(down)) / 2e-4
        verdicts.append(abs(slope - sum(a * b for a, b in zip(g, v))) < 0.01)
    print(verdicts)
    return all(verdicts)
