# /// case
# title = "Plain recursive functions"
# kind = "correct"
# why = """\
# The shortest way to say it: every function calls itself on a smaller problem; a cache keeps \
# what is known."""
# ///

# %% evaluate
def evaluate(program, inputs):
    if not program:
        return dict(inputs)
    *before, (name, operation, *operands) = program
    values = evaluate(before, inputs)
    return {**values, name: OPERATIONS[operation](*(values[o] for o in operands))}


# %% nested-by-nodes
def nested_by_nodes(x):
    c = x * x + math.exp(x * x)

    def derivative(node):
        if node in "de":
            return 1.0
        if node == "c":
            return derivative("d") * 0.5 / c**0.5 + derivative("e") * -math.sin(c)
        if node == "b":
            return derivative("c")
        if node == "a":
            return derivative("b") * math.exp(x * x) + derivative("c")
        return derivative("a") * 2 * x

    return {node: derivative(node) for node in "xabcde"}


# %% weighted-graph
def weighted_graph(program, values):
    if not program:
        made = set()
        return {name: [] for name in values if name not in made}
    *before, (name, operation, *operands) = program
    graph = weighted_graph(before, values)
    u, v = values[operands[0]], values[operands[-1]]
    if operation == "add":
        partials = [1, 1]
    elif operation == "sub":
        partials = [1, -1]
    elif operation == "mul":
        partials = [v, u]
    elif operation == "div":
        partials = [1 / v, -u / v / v]
    elif operation == "neg":
        partials = [-1]
    elif operation == "exp":
        partials = [values[name]]
    elif operation == "sin":
        partials = [math.cos(u)]
    elif operation == "cos":
        partials = [-math.sin(u)]
    else:
        partials = [0.5 / values[name]]
    graph[name] = [(operand, partial) for operand, partial in zip(operands, partials)]
    return graph


# %% sum-over-paths
from functools import lru_cache


def sum_over_paths(graph, start, end):
    @lru_cache(None)
    def walk(node):
        if node == start:
            return 1.0
        total = 0.0
        for operand, partial in graph[node]:
            total += partial * walk(operand)
        return total

    return walk(end)


# %% association-cost
def left_to_right(sizes):
    if len(sizes) < 3:
        return 0
    first, second, third, *rest = sizes
    return first * second * third + left_to_right([first, third, *rest])


def right_to_left(sizes):
    return left_to_right(sizes[::-1])
