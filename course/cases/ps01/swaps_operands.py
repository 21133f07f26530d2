# /// case
# title = "Takes the operands from the back"
# kind = "misconception"
# why = "add and mul forgive it, sub and div don't."
#
# [cells.test-evaluate]
# points = 1.0
# diagnosis = "the operands of sub or div change places"
#
# [cells.test-weighted-graph]
# points = 1.0
# diagnosis = ["what is subtracted counts negatively", "each operand got its own value"]
#
# [cells.test-sensitivities]
# points = 0.5
# ///

# %% evaluate
def evaluate(program, inputs):
    values = dict(inputs)
    for line in program:
        line = list(line)
        numbers = []
        while len(line) > 2:
            numbers.append(values[line.pop()])
        values[line[0]] = OPERATIONS[line[1]](*numbers)
    return values


# %% weighted-graph
def weighted_graph(program, values):
    """Give each factor its own value, and the quotient's second partial its sign only."""
    rules = {
        "add": lambda u, v: (1.0, 1.0),
        "sub": lambda u, v: (1.0, 1.0),
        "mul": lambda u, v: (u, v),
        "div": lambda u, v: (1 / v, -u / v),
        "neg": lambda u: (-1.0,),
        "exp": lambda u: (math.exp(u),),
        "sin": lambda u: (math.cos(u),),
        "cos": lambda u: (-math.sin(u),),
        "sqrt": lambda u: (0.5 / math.sqrt(u),),
    }
    graph = {name: [] for name in values}
    for name, operation, *operands in program:
        graph[name] = list(zip(operands, rules[operation](*[values[o] for o in operands])))
    return graph
