# /// case
# title = "Central differences wherever a derivative is asked for"
# kind = "misconception"
# why = """\
# Two thirds of the digits at best, more runs than one, and at other points than the one asked \
# for."""
#
# [cells.test-jvp]
# points = 0
# diagnosis = ["right to a few digits only", "one run carries value and tangent"]
#
# [cells.test-jacobian]
# points = 0
# diagnosis = ["right to a few digits only", "let all directions travel in one run"]
#
# [cells.test-by-hand]
# points = 0
# diagnosis = "right to a few digits only"
#
# [cells.test-derivatives]
# points = 0
# diagnosis = "right to a few digits only"
#
# [cells.test-slope]
# points = 0
# diagnosis = "right to a few digits only"
# ///

# %% jvp
def jvp(f, primals, tangents):
    h = 1e-6
    up = f(*[x + h * x_dot for x, x_dot in zip(primals, tangents)])
    down = f(*[x - h * x_dot for x, x_dot in zip(primals, tangents)])
    if isinstance(up, list):
        return f(*primals), [(a - b) / (2 * h) for a, b in zip(up, down)]
    return f(*primals), (up - down) / (2 * h)


# %% jacobian
def jacobian(f, x):
    columns = []
    for j in range(len(x)):
        up, down = list(x), list(x)
        up[j], down[j] = x[j] + 1e-6, x[j] - 1e-6
        columns.append((np.array(f(up)) - np.array(f(down))) / 2e-6)
    return np.array(columns).T


# %% by-hand
def pond(rate, effort, years):
    fish = 0.3
    for year in range(years):
        fish = rate * fish * (1 - fish)
        if fish > 0.5:
            fish = fish - effort * fish * fish
    return fish


def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    h = 1e-6
    up = pond(rate + h * rate_dot, effort + h * effort_dot, years)
    down = pond(rate - h * rate_dot, effort - h * effort_dot, years)
    return pond(rate, effort, years), (up - down) / (2 * h)


# %% derivatives
def derivatives(f, x, order):
    if order == 0:
        return [f(x)]
    return [f(x)] + derivatives(lambda t: (f(t + 1e-3) - f(t - 1e-3)) / 2e-3, x, order - 1)


# %% slope
def sine(u):
    return math.sin(u)


def slope(f, x):
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
