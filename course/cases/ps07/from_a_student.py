# /// case
# title = "Solved from the student version alone"
# kind = "correct"
# why = "An answer by somebody who had seen nothing but the notebook that students get."
# ///

# %% jacobian-by-sweeps
def unit_vector(size, k):
    vector = [0.0] * size
    vector[k] = 1.0
    return vector


def jacobian_by_pushes(push, n):
    """Return the Jacobian, a list of rows, by n pushes."""
    columns = [push(unit_vector(n, j)) for j in range(n)]
    return [list(row) for row in zip(*columns)]


def jacobian_by_pulls(pull, m):
    """Return the Jacobian, a list of rows, by m pulls."""
    return [list(pull(unit_vector(m, i))) for i in range(m)]


# %% work
def kind_of(name):
    if name in ("add", "sub"):
        return "sum"
    if name == "mul":
        return "product"
    return "function"


def add_up(program, table):
    """Sum the table's row over the lines of the program."""
    total = [0, 0, 0, 0]
    for line in program:
        row = table[kind_of(line[1])]
        for k in range(4):
            total[k] += row[k]
    return tuple(total)


def value_work(program):
    """Return the moves, additions, multiplications and nonlinear operations of the values."""
    table = {
        "sum": (3, 1, 0, 0),
        "product": (3, 0, 1, 0),
        "function": (2, 0, 0, 1),
    }
    return add_up(program, table)


def tangent_work(program, p):
    """Return those of the values with p tangents."""
    table = {
        "sum": (3 + 3 * p, 1 + p, 0, 0),
        "product": (3 + 3 * p, p, 1 + 2 * p, 0),
        "function": (2 + 2 * p, 0, p, 2),
    }
    return add_up(program, table)


def adjoint_work(program, q):
    """Return those of the values with q cotangents."""
    # per cotangent: v_bar to zero, read v_bar, then read + write for each operand
    table = {
        "sum": (3 + 6 * q, 1 + 2 * q, 0, 0),
        "product": (3 + 2 + 6 * q, 2 * q, 1 + 2 * q, 0),
        "function": (2 + 1 + 4 * q, q, q, 2),
    }
    return add_up(program, table)


# %% jacobian
def jacobian(push, pull, n, m):
    """Return the Jacobian, a list of rows, by the cheaper mode."""
    if 3 * n <= 5 * m + 1:
        return jacobian_by_pushes(push, n)
    return jacobian_by_pulls(pull, m)


# %% colouring
def colour_columns(pattern, n):
    """Return the colours of n columns; those that share a row differ."""
    colours = []
    for j in range(n):
        taken = {colours[k] for row in pattern if j in row for k in row if k < j}
        colour = 0
        while colour in taken:
            colour += 1
        colours.append(colour)
    return colours


def compressed_jacobian(push, pattern, colours):
    """Return the entries {(row, column): entry} of the Jacobian, by one push a colour."""
    pushed = {}
    for c in set(colours):
        pushed[c] = push([float(colour == c) for colour in colours])
    return {(i, j): pushed[colours[j]][i] for i, row in enumerate(pattern) for j in row}


# %% hvp
def hvp(f, x, x_dot):
    """Return the Hessian of f at x, times x_dot."""
    return push(lambda z: gradient(f, z), x, x_dot)


# %% elimination
def eliminate(edges, vertex):
    """Return the graph without the vertex, and the number of multiplications."""
    into = {j: number for (j, end), number in edges.items() if end == vertex}
    out = {i: number for (start, i), number in edges.items() if start == vertex}
    graph = {edge: number for edge, number in edges.items() if vertex not in edge}
    for j, a in into.items():
        for i, b in out.items():
            graph[j, i] = graph.get((j, i), 0.0) + a * b
    return graph, len(into) * len(out)


def markowitz(edges, inner):
    """Return the greedy order, its multiplications, and the graph that is left."""
    graph, left = dict(edges), list(inner)
    order, total = [], 0
    while left:
        vertex = min(left, key=lambda v: eliminate(graph, v)[1])
        graph, number = eliminate(graph, vertex)
        total += number
        order.append(vertex)
        left.remove(vertex)
    return order, total, graph


def fewest_multiplications(edges, inner):
    """Return the least number of multiplications over all orders."""
    totals = []
    for order in permutations(inner):
        graph, total = edges, 0
        for vertex in order:
            graph, number = eliminate(graph, vertex)
            total += number
        totals.append(total)
    return min(totals)


# %% newton-step
def newton_step(residual, x, pattern):
    """Return the next x of Newton's method for residual(x) = 0."""
    n = len(x)
    colours = colour_columns(pattern, n)
    entries = compressed_jacobian(lambda x_dot: push(residual, x, x_dot), pattern, colours)
    matrix = np.zeros((n, n))
    for (i, j), entry in entries.items():
        matrix[i, j] = entry
    delta = np.linalg.solve(matrix, [-value for value in residual(x)])
    return np.array(x) + delta
