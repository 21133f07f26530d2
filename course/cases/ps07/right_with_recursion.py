# /// case
# title = "Recursion in the place of loops"
# kind = "correct"
# why = """\
# Orders tried by trying each first vertex and then the rest; the Hessian's product as the \
# gradient of a directional derivative; colours found by asking for those on the left."""
# ///

# %% jacobian-by-sweeps
def unit(size, place):
    return [1.0 if k == place else 0.0 for k in range(size)]


def jacobian_by_pushes(push, n):
    def add_columns(j):
        column = push(unit(n, j))
        if j == n - 1:
            return [[entry] for entry in column]
        return [[entry, *others] for entry, others in zip(column, add_columns(j + 1))]

    return add_columns(0)


def jacobian_by_pulls(pull, m):
    def rows(i):
        return [] if i == m else [pull(unit(m, i))] + rows(i + 1)

    return rows(0)


# %% work
def added(one, other):
    return tuple(a + b for a, b in zip(one, other))


def value_work(program):
    if not program:
        return 0, 0, 0, 0
    operation = program[0][1]
    first = {"add": (3, 1, 0, 0), "sub": (3, 1, 0, 0), "mul": (3, 0, 1, 0)}
    return added(first.get(operation, (2, 0, 0, 1)), value_work(program[1:]))


def tangent_work(program, p):
    if not program:
        return 0, 0, 0, 0
    match program[0][1]:
        case "add" | "sub":
            first = 3 * p, p, 0, 0
        case "mul":
            first = 3 * p, p, 2 * p, 0
        case _:
            first = 2 * p, 0, p, 1
    return added(added(value_work(program[:1]), first), tangent_work(program[1:], p))


def adjoint_work(program, q):
    if not program:
        return 0, 0, 0, 0
    match program[0][1]:
        case "add" | "sub":
            first = 6 * q, 2 * q, 0, 0
        case "mul":
            first = 2 + 6 * q, 2 * q, 2 * q, 0
        case _:
            first = 1 + 4 * q, q, q, 1
    return added(added(value_work(program[:1]), first), adjoint_work(program[1:], q))


# %% colouring
def colour_columns(pattern, n):
    if n == 0:
        return []
    before = colour_columns(pattern, n - 1)
    neighbours = {k for row in pattern if n - 1 in row for k in row}
    taken = {colour for k, colour in enumerate(before) if k in neighbours}

    def free(colour):
        return free(colour + 1) if colour in taken else colour

    return [*before, free(0)]


def compressed_jacobian(push, pattern, colours):
    def of(colour):
        if colour not in colours:
            return {}
        pushed = push([1.0 if c == colour else 0.0 for c in colours])
        here = {
            (i, j): pushed[i] for i, row in enumerate(pattern) for j in row if colours[j] == colour
        }
        return here | of(colour + 1)

    return of(0)


# %% hvp
def hvp(f, x, x_dot):
    def slope(z):
        (along,) = push(lambda w: [f(w)], z, x_dot)
        return along

    return gradient(slope, x)


# %% elimination
def eliminate(edges, vertex):
    inner = [(edge, w) for edge, w in edges.items() if edge[1] == vertex]
    outer = [(edge, w) for edge, w in edges.items() if edge[0] == vertex]
    made = {}
    for (start, _), a in inner:
        for (_, end), b in outer:
            made[start, end] = edges.get((start, end), 0.0) + a * b
    rest = {edge: w for edge, w in edges.items() if vertex not in edge}
    return rest | made, len(made)


def markowitz(edges, inner):
    if not inner:
        return [], 0, edges
    first = sorted(inner, key=lambda vertex: eliminate(edges, vertex)[1])[0]
    left, cost = eliminate(edges, first)
    order, total, jacobian = markowitz(left, [vertex for vertex in inner if vertex != first])
    return [first, *order], cost + total, jacobian


def fewest_multiplications(edges, inner):
    found = []
    for vertex in inner:
        left, cost = eliminate(edges, vertex)
        found.append(cost + fewest_multiplications(left, [v for v in inner if v != vertex]))
    return min(found, default=0)
