# /// case
# title = "Forgets the second path through a node"
# kind = "misconception"
# why = """\
# Searches the graph as for a shortest path: a node that has been seen is not entered again, \
# so all but one of its paths are lost."""
#
# [cells.test-sum-over-paths]
# points = 2.25
# diagnosis = "1 of 2 terms is missing"
#
# [cells.test-shared-paths]
# points = 0
#
# [cells.test-sensitivities]
# points = 0
# ///

# %% sum-over-paths
def sum_over_paths(graph, start, end):
    seen = set()

    def walk(node, product):
        if node == start:
            return product
        if node in seen:
            return 0.0
        seen.add(node)
        return sum(walk(operand, product * partial) for operand, partial in graph[node]) + 0.0

    return walk(end, 1.0)
