# /// case
# title = "Takes the dictionary's order for the order of computation"
# kind = "misconception"
# why = """\
# Visits the nodes as they stand in the dictionary: one that stands before its operands gets \
# nothing from them."""
#
# [cells.test-sum-over-paths]
# points = 2.25
# diagnosis = "all zero"
# ///

# %% sum-over-paths
def sum_over_paths(graph, start, end):
    derivative = dict.fromkeys(graph, 0.0)
    for node in graph:
        if node == start:
            derivative[node] = 1.0
        else:
            derivative[node] = sum(p * derivative[operand] for operand, p in graph[node]) + 0.0
    return derivative[end]
