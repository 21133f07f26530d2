# /// case
# title = "Takes every derivative at x"
# kind = "misconception"
# why = """\
# A node knows only its operand: cos′ belongs at c and exp′ at a. At x = 1, where a = x, the \
# second slip would not show; so the tests ask elsewhere."""
#
# [cells.test-nested-by-nodes]
# points = 0.5
# diagnosis = ["taken at x instead of c", "exp is differentiated at x instead of at a"]
#
# [cells.test-weighted-graph]
# points = 1.5
# diagnosis = "taken at the result instead of the operand"
#
# [cells.test-sensitivities]
# points = 0
# ///

# %% nested-by-nodes
def nested_by_nodes(x):
    f_c = 1 / (2 * math.sqrt(abs(x))) - math.sin(x)
    f_a = f_c + f_c * math.exp(x)
    return {"d": 1.0, "e": 1.0, "c": f_c, "b": f_c, "a": f_a, "x": f_a * 2 * x}


# %% weighted-graph
def weighted_graph(program, values):
    """Take the derivative at the result, where it belongs at the operand."""
    graph = {name: [] for name in values}
    for name, operation, *operands in program:
        u, v, y = values[operands[0]], values[operands[-1]], values[name]
        partials = {
            "add": lambda: (1.0, 1.0),
            "sub": lambda: (1.0, -1.0),
            "mul": lambda: (v, u),
            "div": lambda: (1 / v, -u / v**2),
            "neg": lambda: (-1.0,),
            "exp": lambda: (math.exp(y),),
            "sin": lambda: (math.cos(y),),
            "cos": lambda: (-math.sin(y),),
            "sqrt": lambda: (0.5 / math.sqrt(y),),
        }[operation]()
        graph[name] = list(zip(operands, partials))
    return graph
