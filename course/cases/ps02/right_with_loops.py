# /// case
# title = "Right, with loops and nothing else"
# kind = "correct"
# why = "Long, plain and correct: style costs no points."
# ///

# %% formulas
def forward_difference(f, x, h):
    x2 = x + h
    y1 = f(x)
    y2 = f(x2)
    return (y2 - y1) / (x2 - x)


def central_difference(f, x, h):
    x1 = x - h
    x2 = x + h
    y1 = f(x1)
    y2 = f(x2)
    return (y2 - y1) / (x2 - x1)


def complex_step(f, x, h):
    z = complex(x, h)
    y = f(z)
    return y.imag / h


# %% richardson
def richardson(f, x, h, levels):
    table = []
    step = h
    for level in range(levels):
        table.append((f(x + step) - f(x - step)) / (2 * step))
        step = step / 2
    power = 4
    while len(table) > 1:
        new = []
        for i in range(len(table) - 1):
            new.append((power * table[i + 1] - table[i]) / (power - 1))
        table = new
        power = power * 4
    return table[0]


# %% best-step
def error_terms(method, value, derivative):
    u = 1 / 2**53
    if method == "forward":
        p = 1
        T = 0.5 * derivative
        R = 2 * u * value
    elif method == "central":
        p = 2
        T = derivative / 6
        R = u * value
    else:
        p = 2
        T = derivative / 3
        R = (3 + 4 + 1) * u * value / 2
    return (p, T, R)


def best_step(order, truncation, roundoff):
    if truncation == 0:
        return (float("inf"), 0.0)
    h = (roundoff / truncation / order) ** (1.0 / (order + 1))
    error = truncation * h**order + roundoff / h
    return (h, error)


# %% gradient
def gradient(f, x, h):
    result = []
    y = f(x)
    for i in range(len(x)):
        other = []
        for j in range(len(x)):
            if i == j:
                other.append(x[j] + h)
            else:
                other.append(x[j])
        result.append((f(other) - y) / h)
    return result


# %% wrong-entries
def wrong_entries(f, gradient, x):
    n = len(x)
    ignored = gradient(x[:])
    g = gradient(x[:])
    if len(g) != n:
        return [i for i in range(n)]
    h = 0.0001
    result = []
    for i in range(n):
        a = x[:]
        a[i] = a[i] + h
        b = x[:]
        b[i] = b[i] - h
        d = (f(a) - f(b)) / (2 * h)
        if math.isnan(g[i]):
            result.append(i)
        elif abs(g[i] - d) > 0.0001:
            result.append(i)
    return result


# %% looks-right
def looks_right(f, gradient, x):
    g = gradient(x[:])
    h = 0.00001
    ok = True
    for trial in range(8):
        ahead = []
        behind = []
        along = 0.0
        for i in range(len(x)):
            sign = 1
            if random.random() < 0.5:
                sign = -1
            ahead.append(x[i] + sign * h)
            behind.append(x[i] - sign * h)
            along = along + sign * g[i]
        d = (f(ahead) - f(behind)) / (2 * h)
        if math.isnan(along) or abs(along - d) > 0.01:
            ok = False
    return ok
