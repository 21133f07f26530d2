# /// case
# title = "Counts the paths"
# kind = "misconception"
# why = "Every path contributes, but with its product, not with 1."
#
# [cells.test-sum-over-paths]
# points = 1.0
# diagnosis = "counts the paths instead of weighing them"
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
    if start == end:
        return 1.0
    return float(sum(sum_over_paths(graph, start, operand) for operand, _ in graph[end]))
