# /// case
# title = "Right, with arrays"
# kind = "correct"
# why = "NumPy throughout; what it returns is converted where lists are asked for."
# ///

# %% formulas
def forward_difference(f, x, h):
    ends = np.array([x, x + h], dtype=float)
    values = np.array([f(float(end)) for end in ends])
    return float(np.diff(values)[0] / np.diff(ends)[0])


def central_difference(f, x, h):
    ends = np.array([x - h, x + h], dtype=float)
    values = np.array([f(float(end)) for end in ends])
    return float(np.diff(values)[0] / np.diff(ends)[0])


def complex_step(f, x, h):
    return float(np.imag(f(complex(x, h)))) / h


# %% richardson
def richardson(f, x, h, levels):
    steps = h * 0.5 ** np.arange(levels)
    row = np.array([f(x + s) - f(x - s) for s in steps]) / (2 * steps)
    for k in range(1, levels):
        row = row[1:] + np.diff(row) / (4.0**k - 1)
    return float(row[-1])


# %% best-step
def error_terms(method, value, derivative):
    eps = np.finfo(float).eps / 2
    order = {"forward": 1, "central": 2, "edge": 2}[method]
    shares = {"forward": [1 / 2, 2], "central": [1 / 6, 1], "edge": [1 / 3, 4]}[method]
    terms = np.array(shares) * np.array([derivative, eps * value])
    return order, float(terms[0]), float(terms[1])


def best_step(order, truncation, roundoff):
    if truncation == 0:
        return np.inf, 0.0
    h = np.power(roundoff / (order * truncation), 1 / (1 + order))
    return float(h), float(np.dot([truncation, roundoff], [h**order, 1 / h]))


# %% gradient
def gradient(f, x, h):
    x = np.array(x, dtype=float)
    here = f(x.tolist())
    return [(f((x + row).tolist()) - here) / h for row in h * np.eye(len(x))]


# %% wrong-entries
def wrong_entries(f, gradient, x):
    x = np.array(x, dtype=float)
    gradient(x.tolist())
    claimed = np.array(gradient(x.tolist()), dtype=float)
    if claimed.shape != x.shape:
        return list(range(len(x)))
    h = 1e-4
    moves = h * np.eye(len(x))
    slopes = [
        (f((x + move).tolist()) - f((x - move).tolist())) / (2 * h) for move in moves
    ]
    fine = np.isclose(claimed, slopes, rtol=0, atol=1e-4)
    return np.flatnonzero(~fine).tolist()


# %% looks-right
def looks_right(f, gradient, x):
    generator = np.random.default_rng(7)
    claimed = np.array(gradient(x))
    for v in generator.choice([-1.0, 1.0], size=(10, len(x))):
        h = 1e-4
        slope = (f(list(np.array(x) + h * v)) - f(list(np.array(x) - h * v))) / (2 * h)
        if not np.isclose(claimed @ v, slope, rtol=0, atol=1e-3):
            return False
    return True
