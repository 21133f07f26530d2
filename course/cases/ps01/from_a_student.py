# /// case
# title = "Solved from the student version alone"
# kind = "correct"
# why = "An answer by somebody who had seen nothing but the notebook that students get."
# ///

# %% evaluate
def evaluate(program, inputs):
    """Return the value of every name in `program`, its inputs included, as a dictionary."""
    values = dict(inputs)
    for name, operation, *operands in program:
        values[name] = OPERATIONS[operation](*[values[operand] for operand in operands])
    return values


# %% nested-by-nodes
def nested_by_nodes(x):
    """Return the derivative of f with respect to each node of NESTED, by the node's name."""
    a = x * x
    b = math.exp(a)
    c = a + b
    df_dd = 1.0
    df_de = 1.0
    df_dc = df_dd / (2 * math.sqrt(c)) + df_de * -math.sin(c)
    df_db = df_dc
    df_da = df_db * math.exp(a) + df_dc
    df_dx = df_da * 2 * x
    return {"d": df_dd, "e": df_de, "c": df_dc, "b": df_db, "a": df_da, "x": df_dx}


# %% weighted-graph
PARTIALS = {
    "add": lambda u, v: (1.0, 1.0),
    "sub": lambda u, v: (1.0, -1.0),
    "mul": lambda u, v: (v, u),
    "div": lambda u, v: (1 / v, -u / v**2),
    "neg": lambda u: (-1.0,),
    "exp": lambda u: (math.exp(u),),
    "sin": lambda u: (math.cos(u),),
    "cos": lambda u: (-math.sin(u),),
    "sqrt": lambda u: (1 / (2 * math.sqrt(u)),),
}


def weighted_graph(program, values):
    """Return the pairs (operand, partial derivative) of every node, by the name of the node."""
    graph = {name: [] for name in values}
    for name, operation, *operands in program:
        partials = PARTIALS[operation](*[values[operand] for operand in operands])
        graph[name] = list(zip(operands, partials))
    return graph


# %% sum-over-paths
def sum_over_paths(graph, start, end):
    """Return the derivative of `end` with respect to `start`, as a sum over paths."""
    known = {start: 1.0}

    def derivative(node):
        if node not in known:
            known[node] = sum((p * derivative(operand) for operand, p in graph[node]), 0.0)
        return known[node]

    return derivative(end)


# %% association-cost
def left_to_right(sizes):
    """Return the number of multiplications in ((A₁A₂)A₃)…, where A_i is sizes[i−1] × sizes[i]."""
    return sum(sizes[0] * sizes[i] * sizes[i + 1] for i in range(1, len(sizes) - 1))


def right_to_left(sizes):
    """Return the number of multiplications in A₁(A₂(…A_k)), where A_i is sizes[i−1] × sizes[i]."""
    return sum(sizes[i - 1] * sizes[i] * sizes[-1] for i in range(1, len(sizes) - 1))


# %% fewest-multiplications
def fewest_multiplications(sizes):
    """Return the smallest number of multiplications that A₁A₂…A_k takes, over all bracketings."""
    if len(sizes) == 2:
        return 0
    return min(
        fewest_multiplications(sizes[: s + 1])
        + fewest_multiplications(sizes[s:])
        + sizes[0] * sizes[s] * sizes[-1]
        for s in range(1, len(sizes) - 1)
    )


# %% sensitivities
def sensitivities(program, inputs, output):
    """Return the derivative of `output` with respect to each of the inputs, by its name."""
    graph = weighted_graph(program, evaluate(program, inputs))
    return {name: sum_over_paths(graph, name, output) for name in inputs}
