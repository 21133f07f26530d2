# /// case
# title = "Solved from the student version alone"
# kind = "correct"
# why = """\
# Each task from its text: generators and sets, entries put straight into a matrix, greed by a \
# sorted list, orders searched depth first."""
# ///

# %% jacobian-by-sweeps
def seeds(size):
    for place in range(size):
        seed = [0.0] * size
        seed[place] = 1.0
        yield seed


def jacobian_by_pushes(push, n):
    columns = list(map(push, seeds(n)))
    m = len(columns[0])
    return [[column[i] for column in columns] for i in range(m)]


def jacobian_by_pulls(pull, m):
    return list(map(pull, seeds(m)))


# %% work
FUNCTIONS = {"sin", "cos", "exp", "log", "sqrt"}


def kinds(program):
    """Return how many lines are sums, products, functions."""
    names = [name for _, name, *_ in program]
    f = len([name for name in names if name in FUNCTIONS])
    p = names.count("mul")
    return names.count("add") + names.count("sub"), p, f


def value_work(program):
    s, p, f = kinds(program)
    return 3 * s + 3 * p + 2 * f, s, p, f


def tangent_work(program, p):
    s, m, f = kinds(program)
    moves = (1 + p) * value_work(program)[0]  # what a value moves, each tangent moves
    return moves, s * (1 + p) + m * p, m + 2 * m * p + f * p, 2 * f


def adjoint_work(program, q):
    s, m, f = kinds(program)
    again = 2 * m + f
    moves = value_work(program)[0] + again + q * (6 * s + 6 * m + 4 * f)
    return moves, s + q * (2 * s + 2 * m + f), m + q * (2 * m + f), 2 * f


# %% jacobian
def jacobian(push, pull, n, m):
    if 1 + 1.5 * n > 1.5 + 2.5 * m:
        return jacobian_by_pulls(pull, m)
    return jacobian_by_pushes(push, n)


# %% colouring
def colour_columns(pattern, n):
    rows_of = [{i for i, row in enumerate(pattern) if j in row} for j in range(n)]
    colours = []
    for j in range(n):
        taken = {colours[k] for k in range(j) if rows_of[k] & rows_of[j]}
        colours.append(next(c for c in range(n) if c not in taken))
    return colours


def compressed_jacobian(push, pattern, colours):
    entries = {}
    for colour in set(colours):
        pushed = push([1.0 if c == colour else 0.0 for c in colours])
        for i, number in enumerate(pushed):
            for j in pattern[i]:
                if colours[j] == colour:
                    entries[i, j] = number
    return entries


# %% hvp
def hvp(f, x, x_dot):
    slopes = lambda z: gradient(f, z)
    return push(slopes, x, x_dot)


# %% elimination
def arrows(edges, vertex):
    into = {start: w for (start, end), w in edges.items() if end == vertex}
    out = {end: w for (start, end), w in edges.items() if start == vertex}
    return into, out


def price_of(edges, vertex):
    into, out = arrows(edges, vertex)
    return len(into) * len(out)


def eliminate(edges, vertex):
    into, out = arrows(edges, vertex)
    new = dict(edges)
    for j in into:
        del new[j, vertex]
    for i in out:
        del new[vertex, i]
    for j in into:
        for i in out:
            new.setdefault((j, i), 0.0)
            new[j, i] += into[j] * out[i]
    return new, len(into) * len(out)


def markowitz(edges, inner):
    order, spent = [], 0
    while len(order) < len(inner):
        ranked = sorted(
            (price_of(edges, v), place) for place, v in enumerate(inner) if v not in order
        )
        price, place = ranked[0]
        order.append(inner[place])
        spent += price
        edges, _ = eliminate(edges, inner[place])
    return order, spent, edges


def fewest_multiplications(edges, inner):
    if len(inner) == 0:
        return 0
    results = set()
    for v in inner:
        rest = [w for w in inner if w != v]
        smaller, price = eliminate(edges, v)
        results.add(price + fewest_multiplications(smaller, rest))
    return min(results)


# %% newton-step
def newton_step(residual, x, pattern):
    n = len(x)
    J = np.zeros((n, n))
    colours = colour_columns(pattern, n)
    entries = compressed_jacobian(lambda x_dot: push(residual, x, x_dot), pattern, colours)
    for (i, j), entry in entries.items():
        J[i, j] = entry
    delta = np.linalg.solve(J, [-r for r in residual(x)])
    return np.array(x) + delta
