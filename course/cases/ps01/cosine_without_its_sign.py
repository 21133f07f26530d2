# /// case
# title = "The derivative of the cosine is the sine"
# kind = "misconception"
# why = "The sign is the usual casualty. It costs the same point wherever the rule is used."
#
# [cells.test-nested-by-nodes]
# points = 2.0
# diagnosis = "the derivative of cos has the wrong sign"
#
# [cells.test-weighted-graph]
# points = 1.5
# diagnosis = "the partial derivatives of cos: the sign is wrong"
#
# [cells.test-sensitivities]
# points = 0.5
# ///

# %% nested-by-nodes
def nested_by_nodes(x):
    a = x**2
    c = a + math.exp(a)
    f_c = 1 / (2 * math.sqrt(c)) + math.sin(c)
    f_a = f_c + f_c * math.exp(a)
    return {"d": 1.0, "e": 1.0, "c": f_c, "b": f_c, "a": f_a, "x": f_a * 2 * x}


# %% weighted-graph
def weighted_graph(program, values):
    rules = {
        "add": lambda u, v: (1.0, 1.0),
        "sub": lambda u, v: (1.0, -1.0),
        "mul": lambda u, v: (v, u),
        "div": lambda u, v: (1 / v, -u / v**2),
        "neg": lambda u: (-1.0,),
        "exp": lambda u: (math.exp(u),),
        "sin": lambda u: (math.cos(u),),
        "cos": lambda u: (math.sin(u),),
        "sqrt": lambda u: (0.5 / math.sqrt(u),),
    }
    graph = {name: [] for name in values}
    for name, operation, *operands in program:
        graph[name] = list(zip(operands, rules[operation](*[values[o] for o in operands])))
    return graph
