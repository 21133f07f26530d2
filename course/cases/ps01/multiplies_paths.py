# /// case
# title = "Multiplies the paths, where the chain rule adds them"
# kind = "misconception"
# why = """\
# Carries the product of the chain rule over from the steps of a path to the paths themselves."""
#
# [cells.test-nested-by-nodes]
# points = 1.0
# diagnosis = "the two paths are multiplied where they add up"
#
# [cells.test-sum-over-paths]
# points = 1.25
# diagnosis = ["terms multiplied where they add up", "multiplies where paths meet"]
#
# [cells.test-shared-paths]
# points = 0
# diagnosis = "walks path by path"
#
# [cells.test-sensitivities]
# points = 0
# ///

# %% nested-by-nodes
def nested_by_nodes(x):
    a = x**2
    c = a + math.exp(a)
    f_c = 1 / (2 * math.sqrt(c)) * -math.sin(c)
    f_b = f_c
    f_a = f_c * f_b * math.exp(a)
    return {"d": 1.0, "e": 1.0, "c": f_c, "b": f_b, "a": f_a, "x": f_a * 2 * x}


# %% sum-over-paths
def sum_over_paths(graph, start, end):
    if start == end:
        return 1.0
    result, found = 1.0, False
    for operand, partial in graph[end]:
        derivative = sum_over_paths(graph, start, operand)
        if derivative != 0.0:
            result *= partial * derivative
            found = True
    return result if found else 0.0
