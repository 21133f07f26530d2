# /// case
# title = "Believes that greed finds the fewest"
# kind = "misconception"
# why = "What costs little now can make the rest dearer."
#
# [cells.test-fewest-multiplications]
# points = 0.25
# diagnosis = "this is what Markowitz's order takes; another is cheaper"
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
    return markowitz(edges, inner)[1]
