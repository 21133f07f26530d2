# /// case
# title = "Right, written from the text of the student version alone"
# kind = "correct"
# why = "What the text says is enough to get full marks."
# ///

# %% formulas
def slope_between(f, a, b):
    return (f(b) - f(a)) / (b - a)


def forward_difference(f, x, h):
    return slope_between(f, x, x + h)


def central_difference(f, x, h):
    return slope_between(f, x - h, x + h)


def complex_step(f, x, h):
    z = f(x + 1j * h)
    return z.imag / h


# %% richardson
def richardson(f, x, h, levels):
    def D(step):
        return (f(x + step) - f(x - step)) / (2 * step)

    rows = [[D(h / 2**i) for i in range(levels)]]
    while len(rows[-1]) > 1:
        power = 4 ** len(rows)
        above = rows[-1]
        rows.append(
            [
                (power * above[i + 1] - above[i]) / (power - 1)
                for i in range(len(above) - 1)
            ]
        )
    return rows[-1][0]


# %% best-step
U = 2.0**-53


def error_terms(method, value, derivative):
    # forward: h²/2 f″ is left, over h                            -> h/2 f″,  (1 + 1) / h
    # central: 2 h³/6 f‴ is left, over 2h                         -> h²/6 f‴, (1 + 1) / 2h
    # edge: 4 h³/6 f‴ - 8 h³/6 f‴ = -4/6 h³ f‴ is left, over 2h   -> h²/3 f‴, (3 + 4 + 1) / 2h
    if method == "forward":
        return (1, derivative / 2, 2 * U * value)
    elif method == "central":
        return (2, derivative / 6, 2 * U * value / 2)
    elif method == "edge":
        return (2, derivative / 3, 8 * U * value / 2)
    raise ValueError(method)


def best_step(order, truncation, roundoff):
    if truncation == 0:
        return (math.inf, 0.0)
    # p T h^(p-1) = R / h²   =>   h^(p+1) = R / (p T)
    h = (roundoff / (order * truncation)) ** (1 / (order + 1))
    return (h, truncation * h**order + roundoff / h)


# %% gradient
def gradient(f, x, h):
    base = f(list(x))
    answer = [0.0] * len(x)
    for i in range(len(x)):
        shifted = list(x)
        shifted[i] = shifted[i] + h
        answer[i] = (f(shifted) - base) / h
    return answer


# %% wrong-entries
def wrong_entries(f, gradient, x):
    h = 1e-5  # 100/6 h² = 1.7e-9, 1.1e-10 / h = 1.1e-5
    alarm = 1e-4  # ten times that, a tenth of 1e-3
    gradient(list(x))
    claim = gradient(list(x))
    n = len(x)
    if len(claim) != n:
        return list(range(n))

    def slope(i):
        plus, minus = list(x), list(x)
        plus[i] += h
        minus[i] -= h
        return (f(plus) - f(minus)) / (2 * h)

    return [i for i in range(n) if not abs(claim[i] - slope(i)) <= alarm]


# %% looks-right
def looks_right(f, gradient, x):
    h = 1e-4
    claim = gradient(list(x))
    for look in range(7):
        v = [random.choice((-1, 1)) for _ in range(len(x))]
        ahead = [x[i] + h * v[i] for i in range(len(x))]
        behind = [x[i] - h * v[i] for i in range(len(x))]
        slope = (f(ahead) - f(behind)) / (2 * h)
        claimed = 0.0
        for i in range(len(x)):
            claimed += claim[i] * v[i]
        if not abs(claimed - slope) < 0.02:
            return False
    return True


# %% [markdown] explanation
# 1. Round-off about $2 \cdot 10^{-16} \cdot 10^6 / 10^{-8} = 0.02$, truncation $0.5 \cdot 10^{-8}$. Better is $h = 2\sqrt{u \cdot 10^6} = 2 \cdot 10^{-5}$, where both are $10^{-5}$. The rule takes $|f|$ for 1, and it is a million.
# 2. `abs(z)` is real, so the imaginary part is gone and the slope through that line counts as 0. A central difference next to it would show.
# 3. It cries wolf, since $10^{-9}$ is less than the witness's own error; with 1 it is deaf. I'd say no: the step is fixed before, by the model, and smaller ones are worse.
# 4. AD is right about the program: at 0 it returns a constant. The difference is right about what was meant, $f \approx x$. Return `x` there.
