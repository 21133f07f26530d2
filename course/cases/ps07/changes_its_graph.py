# /// case
# title = "Eliminates in the graph that it was given"
# kind = "misconception"
# why = """\
# Whoever asked has a smaller graph afterwards, and the next order starts from it."""
#
# [cells.test-eliminate]
# points = 0.0
# diagnosis = "the graph that was given has changed"
#
# [cells.test-markowitz]
# points = 0.0
# diagnosis = "not the order of least cost at each moment"
#
# [cells.test-fewest-multiplications]
# points = 0.0
# diagnosis = "fewer than any order takes"
# ///

# %% elimination
def eliminate(edges, vertex):
    entering = {s: w for (s, e), w in edges.items() if e == vertex}
    leaving = {e: w for (s, e), w in edges.items() if s == vertex}
    for s, a in entering.items():
        for e, b in leaving.items():
            edges[s, e] = edges.get((s, e), 0.0) + a * b
    for edge in list(edges):
        if vertex in edge:
            del edges[edge]
    return edges, len(entering) * len(leaving)


def markowitz(edges, inner):
    left, order, total = list(inner), [], 0
    while left:
        vertex = min(left, key=lambda v: eliminate(edges, v)[1])
        left.remove(vertex)
        order.append(vertex)
        edges, cost = eliminate(edges, vertex)
        total += cost
    return order, total, edges


def fewest_multiplications(edges, inner):
    totals = []
    for order in permutations(inner):
        left, total = edges, 0
        for vertex in order:
            left, cost = eliminate(left, vertex)
            total += cost
        totals.append(total)
    return min(totals)
