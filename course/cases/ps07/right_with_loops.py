# /// case
# title = "Plain loops all the way"
# kind = "correct"
# why = "What a beginner writes: lists that are filled number by number."
# ///

# %% jacobian-by-sweeps
def jacobian_by_pushes(push, n):
    rows = []
    for j in range(n):
        x_dot = [0.0] * n
        x_dot[j] = 1.0
        column = push(x_dot)
        for i in range(len(column)):
            if j == 0:
                rows.append([])
            rows[i].append(column[i])
    return rows


def jacobian_by_pulls(pull, m):
    rows = []
    for i in range(m):
        y_bar = [0.0] * m
        y_bar[i] = 1.0
        rows.append(pull(y_bar))
    return rows


# %% work
def value_work(program):
    moves, additions, multiplications, nonlinear = 0, 0, 0, 0
    for line in program:
        if line[1] == "add" or line[1] == "sub":
            moves += 3
            additions += 1
        elif line[1] == "mul":
            moves += 3
            multiplications += 1
        else:
            moves += 2
            nonlinear += 1
    return moves, additions, multiplications, nonlinear


def tangent_work(program, p):
    moves, additions, multiplications, nonlinear = value_work(program)
    for line in program:
        if line[1] == "add" or line[1] == "sub":
            moves += 3 * p
            additions += p
        elif line[1] == "mul":
            moves += 3 * p
            multiplications += 2 * p
            additions += p
        else:
            nonlinear += 1
            moves += 2 * p
            multiplications += p
    return moves, additions, multiplications, nonlinear


def adjoint_work(program, q):
    moves, additions, multiplications, nonlinear = value_work(program)
    for line in program:
        if line[1] == "add" or line[1] == "sub":
            moves += 6 * q
            additions += 2 * q
        elif line[1] == "mul":
            moves += 2 + 6 * q
            multiplications += 2 * q
            additions += 2 * q
        else:
            nonlinear += 1
            moves += 1 + 4 * q
            multiplications += q
            additions += q
    return moves, additions, multiplications, nonlinear


# %% jacobian
def jacobian(push, pull, n, m):
    forward = 1 + 1.5 * n
    reverse = 1.5 + 2.5 * m
    rows = []
    if reverse < forward:
        for i in range(m):
            y_bar = [0] * m
            y_bar[i] = 1
            rows.append(pull(y_bar))
        return rows
    for i in range(m):
        rows.append([0.0] * n)
    for j in range(n):
        x_dot = [0] * n
        x_dot[j] = 1
        column = push(x_dot)
        for i in range(m):
            rows[i][j] = column[i]
    return rows


# %% colouring
def colour_columns(pattern, n):
    colours = []
    for j in range(n):
        colour = 0
        while True:
            clash = False
            for row in pattern:
                if j in row:
                    for k in row:
                        if k < j and colours[k] == colour:
                            clash = True
            if not clash:
                break
            colour += 1
        colours.append(colour)
    return colours


def compressed_jacobian(push, pattern, colours):
    entries = {}
    for colour in range(max(colours) + 1):
        x_dot = []
        for other in colours:
            if other == colour:
                x_dot.append(1.0)
            else:
                x_dot.append(0.0)
        pushed = push(x_dot)
        for i in range(len(pattern)):
            for j in pattern[i]:
                if colours[j] == colour:
                    entries[(i, j)] = pushed[i]
    return entries


# %% elimination
def eliminate(edges, vertex):
    new = {}
    for (start, end), number in edges.items():
        if start != vertex and end != vertex:
            new[(start, end)] = number
    multiplications = 0
    for (j, end), left in edges.items():
        if end == vertex:
            for (start, i), right in edges.items():
                if start == vertex:
                    multiplications += 1
                    if (j, i) in new:
                        new[(j, i)] += left * right
                    else:
                        new[(j, i)] = left * right
    return new, multiplications


def markowitz(edges, inner):
    order, total = [], 0
    while len(order) < len(inner):
        best, best_cost = None, None
        for vertex in inner:
            if vertex in order:
                continue
            cost = eliminate(edges, vertex)[1]
            if best is None or cost < best_cost:
                best, best_cost = vertex, cost
        edges, cost = eliminate(edges, best)
        order.append(best)
        total += cost
    return order, total, edges


def fewest_multiplications(edges, inner):
    best = None
    for order in permutations(inner):
        graph, total = edges, 0
        for vertex in order:
            graph, cost = eliminate(graph, vertex)
            total += cost
        if best is None or total < best:
            best = total
    return best


# %% newton-step
def newton_step(residual, x, pattern):
    n = len(x)
    colours = colour_columns(pattern, n)
    entries = compressed_jacobian(lambda d: push(residual, x, d), pattern, colours)
    matrix = np.zeros((n, n))
    for i, j in entries:
        matrix[i, j] = entries[(i, j)]
    values = np.array(residual(x))
    delta = np.linalg.solve(matrix, -values)
    return [x[i] + delta[i] for i in range(n)]
