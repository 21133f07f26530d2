# /// case
# title = "Sorts the vertices by their cost in the beginning"
# kind = "misconception"
# why = "Costs change as neighbours go; the rule looks at each moment."
#
# [cells.test-markowitz]
# points = 1.0
# diagnosis = "the costs of the beginning are used all along"
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
    order = sorted(inner, key=lambda v: eliminate(edges, v)[1])
    total = 0
    for vertex in order:
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
