# /// case
# title = "Right, but walks path by path"
# kind = "partial"
# why = """\
# The sum is right; with 2⁶⁰ paths it would never be done. Only the point for sharing is lost."""
#
# [cells.test-shared-paths]
# points = 0
# diagnosis = "walks path by path"
# ///

# %% sum-over-paths
def sum_over_paths(graph, start, end):
    if start == end:
        return 1.0
    total = 0.0
    for operand, partial in graph[end]:
        total += partial * sum_over_paths(graph, start, operand)
    return total
