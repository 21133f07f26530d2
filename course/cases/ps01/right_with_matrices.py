# /// case
# title = "Matrices and NumPy"
# kind = "correct"
# why = """\
# The sum over paths of every length is I + W + W² + … = (I − W)⁻¹: one linear solve. NumPy \
# scalars count as numbers."""
# ///

# %% nested-by-nodes
def nested_by_nodes(x):
    """Multiply the Jacobians of x → a → (a, b) → c → (d, e) → f from the left."""
    a = x**2
    c = a + np.exp(a)
    f_de = np.array([[1.0, 1.0]])
    de_c = np.array([[1 / (2 * np.sqrt(c))], [-np.sin(c)]])
    c_ab = np.array([[1.0, 1.0]])
    ab_a = np.array([[1.0], [np.exp(a)]])
    a_x = np.array([[2 * x]])
    f_c = f_de @ de_c
    f_b = (f_c @ c_ab)[0, 1]
    f_a = f_c @ c_ab @ ab_a
    return {
        "d": f_de[0, 0],
        "e": f_de[0, 1],
        "c": f_c[0, 0],
        "b": f_b,
        "a": f_a[0, 0],
        "x": (f_a @ a_x)[0, 0],
    }


# %% weighted-graph
def weighted_graph(program, values):
    table = {
        "add": np.array([1.0, 1.0]),
        "sub": np.array([1.0, -1.0]),
        "neg": np.array([-1.0]),
    }
    functions = {
        "mul": lambda u: u[::-1],
        "div": lambda u: np.array([1, -u[0] / u[1]]) / u[1],
        "exp": np.exp,
        "sin": np.cos,
        "cos": lambda u: -np.sin(u),
        "sqrt": lambda u: 0.5 * u**-0.5,
    }
    graph = {name: [] for name in values}
    for name, operation, *operands in program:
        numbers = np.array([values[operand] for operand in operands], dtype=float)
        partials = table[operation] if operation in table else functions[operation](numbers)
        graph[name] = list(zip(operands, partials))
    return graph


# %% sum-over-paths
def sum_over_paths(graph, start, end):
    place = {node: number for number, node in enumerate(graph)}
    weights = np.zeros((len(graph), len(graph)))
    for node, edges in graph.items():
        for operand, partial in edges:
            weights[place[node], place[operand]] += partial
    seed = np.zeros(len(graph))
    seed[place[start]] = 1.0
    return np.linalg.solve(np.eye(len(graph)) - weights, seed)[place[end]]


# %% association-cost
def left_to_right(sizes):
    sizes = np.array(sizes)
    return sizes[0] * np.sum(sizes[1:-1] * sizes[2:])


def right_to_left(sizes):
    sizes = np.array(sizes)
    return sizes[-1] * np.dot(sizes[:-2], sizes[1:-1])


# %% fewest-multiplications
def fewest_multiplications(sizes):
    many = len(sizes) - 1
    cost = np.full((many + 1, many + 1), np.inf)
    for i in range(many):
        cost[i, i + 1] = 0
    for length in range(2, many + 1):
        for i in range(many - length + 1):
            j = i + length
            inner = np.arange(i + 1, j)
            joined = sizes[i] * np.array(sizes)[inner] * sizes[j]
            cost[i, j] = np.min(cost[i, inner] + cost[inner, j] + joined)
    return int(cost[0, many])


# %% sensitivities
def sensitivities(program, inputs, output):
    values = evaluate(program, inputs)
    graph = weighted_graph(program, values)
    return dict(zip(inputs, [sum_over_paths(graph, name, output) for name in inputs]))
