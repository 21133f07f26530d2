# /// case
# title = "Did the first half and stopped"
# kind = "partial"
# base = "release"
# why = """\
# What is there is right. Task 3 knows no functions of one operand yet, so its checks of two \
# operands count."""
#
# [cells.test-evaluate]
# state = "passed"
#
# [cells.test-nested-by-nodes]
# points = 1.0
# diagnosis = "not in the dictionary"
#
# [cells.test-weighted-graph]
# points = 1.5
# diagnosis = "exp: the node has 0 pairs, not 1"
#
# [cells."*"]
# points = 0
# diagnosis = "not written yet"
# ///

# %% evaluate
def evaluate(program, inputs):
    values = inputs.copy()
    for line in program:
        operands = [values[operand] for operand in line[2:]]
        values[line[0]] = OPERATIONS[line[1]](*operands)
    return values


# %% nested-by-nodes
def nested_by_nodes(x):
    a = x**2
    c = a + math.exp(a)
    f_c = 1 / (2 * math.sqrt(c)) - math.sin(c)
    return {"d": 1.0, "e": 1.0, "c": f_c}  # b, a and x still to do


# %% weighted-graph
def weighted_graph(program, values):
    graph = {name: [] for name in values}
    for name, operation, u, *v in program:
        if operation == "add":
            graph[name] = [(u, 1.0), (v[0], 1.0)]
        if operation == "sub":
            graph[name] = [(u, 1.0), (v[0], -1.0)]
        if operation == "neg":
            graph[name] = [(u, -1.0)]
        if operation == "mul":
            graph[name] = [(u, values[v[0]]), (v[0], values[u])]
        if operation == "div":
            graph[name] = [(u, 1 / values[v[0]]), (v[0], -values[name] / values[v[0]])]
    return graph


# %% [markdown] explanation
# 1. Because of the chain rule.
