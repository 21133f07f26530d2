# /// case
# title = "Difference quotients instead of the chain rule"
# kind = "misconception"
# why = "Half of the digits are lost, which the stated nine digits rule out."
#
# [cells.test-nested-by-nodes]
# points = 0
# diagnosis = "right to a few digits only"
#
# [cells.test-weighted-graph]
# points = 0
# diagnosis = "right to a few digits only"
#
# [cells.test-sensitivities]
# points = 0
# diagnosis = "right to a few digits only"
# ///

# %% nested-by-nodes
def nested_by_nodes(x):
    def quotient(function, point, h=1e-6):
        return (function(point + h) - function(point - h)) / (2 * h)

    def of_c(c):
        return math.sqrt(c) + math.cos(c)

    def of_a(a):
        return of_c(a + math.exp(a))

    a = x**2
    return {
        "d": 1.0,
        "e": 1.0,
        "c": quotient(of_c, a + math.exp(a)),
        "b": quotient(of_c, a + math.exp(a)),
        "a": quotient(of_a, a),
        "x": quotient(lambda x: of_a(x**2), x),
    }


# %% weighted-graph
def weighted_graph(program, values):
    graph = {name: [] for name in values}
    for name, operation, *operands in program:
        numbers = [values[operand] for operand in operands]
        for place, operand in enumerate(operands):
            more = list(numbers)
            more[place] += 1e-7
            difference = OPERATIONS[operation](*more) - OPERATIONS[operation](*numbers)
            graph[name].append((operand, difference / 1e-7))
    return graph
