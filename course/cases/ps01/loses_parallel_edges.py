# /// case
# title = "Turns a node's list of pairs into a dictionary"
# kind = "misconception"
# why = "A dictionary holds one value a key: of two parallel edges only the last is left."
#
# [cells.test-sum-over-paths]
# points = 2.25
# diagnosis = "two edges from s to t: 1 of 2 terms is missing"
#
# [cells.test-sensitivities]
# points = 0
# diagnosis = "2 times too small"
# ///

# %% sum-over-paths
def sum_over_paths(graph, start, end):
    known = {start: 1.0}

    def derivative(node):
        if node not in known:
            edges = dict(graph[node])
            known[node] = sum(derivative(operand) * edges[operand] for operand in edges) + 0.0
        return known[node]

    return derivative(end)
