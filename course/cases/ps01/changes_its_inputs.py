# /// case
# title = "Writes into the dictionary that it was given"
# kind = "misconception"
# why = "A second name for a dictionary is no copy of it."
#
# [cells.test-evaluate]
# points = 1.5
# diagnosis = "the dictionary of inputs has changed"
#
# [cells.test-sensitivities]
# points = 0
# diagnosis = "a name in the dictionary is not an input"
# ///

# %% evaluate
def evaluate(program, inputs):
    values = inputs
    for name, operation, *operands in program:
        values[name] = OPERATIONS[operation](*[values[operand] for operand in operands])
    return values


# %% sensitivities
def sensitivities(program, inputs, output):
    values = evaluate(program, inputs)
    graph = weighted_graph(program, values)
    return {name: sum_over_paths(graph, name, output) for name in inputs}
