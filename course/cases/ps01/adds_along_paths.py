# /// case
# title = "Adds along a path, where the chain rule multiplies"
# kind = "misconception"
# why = """\
# Takes a derivative for a distance: the lengths of a path's steps would add up, rates \
# multiply."""
#
# [cells.test-sum-over-paths]
# points = 1.25
# diagnosis = "adds along a path where it should multiply"
#
# [cells.test-shared-paths]
# points = 0
# diagnosis = "walks path by path"
#
# [cells.test-sensitivities]
# points = 0
# ///

# %% sum-over-paths
def sum_over_paths(graph, start, end):
    """Add up the edges of every path, and the paths."""

    def paths(node):
        if node == start:
            return [[]]
        return [path + [p] for operand, p in graph[node] for path in paths(operand)]

    if start == end:
        return 1.0
    return float(sum(sum(path) for path in paths(end)))
