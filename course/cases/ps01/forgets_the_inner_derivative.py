# /// case
# title = "Forgets the derivative of what is inside"
# kind = "misconception"
# why = """\
# Stops one step early: the derivative with respect to a is taken for the one with respect to \
# x."""
#
# [cells.test-nested-by-nodes]
# points = 2.0
# diagnosis = "the inner derivative, that of x², is forgotten"
# ///

# %% nested-by-nodes
def nested_by_nodes(x):
    a = x**2
    c = a + math.exp(a)
    f_c = 1 / (2 * math.sqrt(c)) - math.sin(c)
    f_a = f_c * (1 + math.exp(a))
    return {"d": 1.0, "e": 1.0, "c": f_c, "b": f_c, "a": f_a, "x": f_a}
