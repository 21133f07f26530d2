# /// case
# title = "Keeps its cache from call to call"
# kind = "misconception"
# why = """\
# A default argument is made once: the second graph is answered with what the first one left \
# behind."""
#
# [cells.test-sum-over-paths]
# points = 2.5
# diagnosis = "remembers the graph of an earlier call"
#
# [cells.test-sensitivities]
# points = 0.5
# ///

# %% sum-over-paths
def sum_over_paths(graph, start, end, known={}):
    if (start, end) not in known:
        if start == end:
            known[start, end] = 1.0
        else:
            known[start, end] = sum(
                (p * sum_over_paths(graph, start, operand) for operand, p in graph[end]), 0.0
            )
    return known[start, end]
