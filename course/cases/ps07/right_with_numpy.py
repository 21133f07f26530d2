# /// case
# title = "Arrays all the way"
# kind = "correct"
# why = """\
# Matrices and vectors; arrays are returned where lists of numbers are asked for, and integers \
# of NumPy's are used for the counts."""
# ///

# %% jacobian-by-sweeps
def jacobian_by_pushes(push, n):
    return np.column_stack([push(seed) for seed in np.eye(n)])


def jacobian_by_pulls(pull, m):
    return np.array([pull(seed) for seed in np.eye(m)])


# %% work
def table_of(program):
    """Return how many sums, products and functions there are."""
    operations = [line[1] for line in program]
    sums = sum(name in ("add", "sub") for name in operations)
    products = operations.count("mul")
    return np.array([sums, products, len(operations) - sums - products])


VALUE = np.array([[3, 1, 0, 0], [3, 0, 1, 0], [2, 0, 0, 1]])
TANGENT_ONCE = np.array([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]])
TANGENT_EACH = np.array([[3, 1, 0, 0], [3, 1, 2, 0], [2, 0, 1, 0]])
ADJOINT_ONCE = np.array([[0, 0, 0, 0], [2, 0, 0, 0], [1, 0, 0, 1]])
ADJOINT_EACH = np.array([[6, 2, 0, 0], [6, 2, 2, 0], [4, 1, 1, 0]])


def value_work(program):
    return tuple((table_of(program) @ VALUE).tolist())


def tangent_work(program, p):
    return tuple((table_of(program) @ (VALUE + TANGENT_ONCE + p * TANGENT_EACH)).tolist())


def adjoint_work(program, q):
    return tuple((table_of(program) @ (VALUE + ADJOINT_ONCE + q * ADJOINT_EACH)).tolist())


# %% jacobian
def jacobian(push, pull, n, m):
    if n <= (5 * m + 1) / 3:
        return np.array([push(seed) for seed in np.identity(n)]).T
    return np.array([pull(seed) for seed in np.identity(m)])


# %% colouring
def colour_columns(pattern, n):
    filled = np.zeros((len(pattern), n), dtype=int)
    for i, row in enumerate(pattern):
        filled[i, row] = 1
    meets = filled.T @ filled > 0
    colours = np.full(n, -1)
    for j in range(n):
        taken = set(colours[:j][meets[j, :j]].tolist())
        colours[j] = next(c for c in range(n) if c not in taken)
    return colours.tolist()


def compressed_jacobian(push, pattern, colours):
    seeds = np.equal.outer(np.array(colours), np.arange(max(colours) + 1)).astype(float)
    product = np.column_stack([push(seed) for seed in seeds.T])
    return {(i, j): product[i, colours[j]] for i, row in enumerate(pattern) for j in row}


# %% elimination
def eliminate(edges, vertex):
    into = [(s, w) for (s, e), w in edges.items() if e == vertex]
    out = [(e, w) for (s, e), w in edges.items() if s == vertex]
    products = np.outer([w for _, w in into], [w for _, w in out])
    left = {edge: w for edge, w in edges.items() if vertex not in edge}
    for i, (start, _) in enumerate(into):
        for k, (end, _) in enumerate(out):
            left[start, end] = left.get((start, end), 0) + float(products[i, k])
    return left, int(products.size)


def markowitz(edges, inner):
    inner, order, total = list(inner), [], 0
    while inner:
        costs = [eliminate(edges, vertex)[1] for vertex in inner]
        vertex = inner.pop(int(np.argmin(costs)))
        edges, cost = eliminate(edges, vertex)
        order, total = [*order, vertex], total + cost
    return order, total, edges


def fewest_multiplications(edges, inner):
    def total(order):
        graph, costs = edges, [0]
        for vertex in order:
            graph, cost = eliminate(graph, vertex)
            costs.append(cost)
        return int(np.sum(costs))

    return min(map(total, permutations(inner)))


# %% newton-step
def newton_step(residual, x, pattern):
    x = np.asarray(x, dtype=float)
    colours = colour_columns(pattern, x.size)
    entries = compressed_jacobian(lambda d: push(residual, x.tolist(), d), pattern, colours)
    rows, columns = zip(*entries)
    matrix = np.zeros((x.size, x.size))
    matrix[rows, columns] = list(entries.values())
    return x - np.linalg.inv(matrix) @ np.array(residual(x.tolist()))
