# /// case
# title = "Takes the vertices out of the list that it was given"
# kind = "misconception"
# why = "Whoever asked still needs it, for the next order."
#
# [cells.test-markowitz]
# points = 0.0
# diagnosis = "the graph or the list that was given has changed"
# ///

# %% elimination
def eliminate(edges, vertex):
    entering = {s: w for (s, e), w in edges.items() if e == vertex}
    leaving = {e: w for (s, e), w in edges.items() if s == vertex}
    left = {edge: w for edge, w in edges.items() if vertex not in edge}
    for s, a in entering.items():
        for e, b in leaving.items():
            left[s, e] = left.get((s, e), 0.0) + a * b
    return left, len(entering) * len(leaving)


def markowitz(edges, inner):
    left, order, total = inner, [], 0
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
