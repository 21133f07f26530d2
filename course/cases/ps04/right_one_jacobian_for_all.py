# /// case
# title = "jvp by way of the Jacobian, a Jacobian of plain lists"
# kind = "correct"
# why = """\
# A product with the Jacobian of one run is right, too, and so are a tangent program by way of \
# the two partial derivatives and derivatives through Taylor coefficients times k!."""
# ///

# %% jvp
def jvp(f, primals, tangents):
    seeds = [Dual(x, np.array([x_dot])) for x, x_dot in zip(primals, tangents)]
    result = f(*seeds)
    several = isinstance(result, list)
    found = [
        (y.primal, float(np.sum(y.tangent))) if isinstance(y, Dual) else (y, 0.0)
        for y in (result if several else [result])
    ]
    return ([y for y, _ in found], [d for _, d in found]) if several else found[0]


# %% jacobian
def jacobian(f, x):
    result = f([Dual(v, np.eye(len(x))[:, j]) for j, v in enumerate(x)])
    return [
        (y.tangent if np.ndim(getattr(y, "tangent", 0)) else np.zeros(len(x))).tolist()
        if isinstance(y, Dual)
        else [0.0 for _ in x]
        for y in result
    ]


# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    fish, in_rate, in_effort = 0.3, 0.0, 0.0
    for year in range(years):
        grow = rate * (1 - fish) - rate * fish
        in_rate, in_effort = fish * (1 - fish) + grow * in_rate, grow * in_effort
        fish = rate * fish * (1 - fish)
        if fish > 0.5:
            left = 1 - effort * 2 * fish
            in_rate, in_effort = left * in_rate, left * in_effort - fish**2
            fish -= effort * fish**2
    return fish, in_rate * rate_dot + in_effort * effort_dot


# %% derivatives
def derivatives(f, x, order):
    def up(x, k):
        return x if k == 0 else Dual(up(x, k - 1), 1.0)

    def down(y, path):
        for step in path:
            if isinstance(y, Dual):
                y = y.tangent if step else y.primal
            elif step:
                y = 0.0
        return y

    y = f(up(x, order))
    return [down(y, [0] * (order - k) + [1] * k) for k in range(order + 1)]
