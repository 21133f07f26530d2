# /// case
# title = "Tries forward and reverse, and takes the better"
# kind = "misconception"
# why = "There are orders between the two ends."
#
# [cells.test-fewest-multiplications]
# points = 0.0
# diagnosis = "this is the better of the two modes; another order is cheaper"
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
    for order in (inner, inner[::-1]):
        left, total = edges, 0
        for vertex in order:
            left, cost = eliminate(left, vertex)
            total += cost
        totals.append(total)
    return min(totals)
