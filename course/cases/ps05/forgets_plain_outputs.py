# /// case
# title = "Right, but takes every output for a Var"
# kind = "partial"
# why = "A function may return a number that doesn't depend on its inputs."
#
# [cells.test-vjp]
# points = 3
# diagnosis = "'float' object has no attribute 'parents'"
# ///

# %% vjp
def vjp(f, *xs):
    inputs = [Var(x) for x in xs]
    outputs = f(*inputs)
    nodes = topological_order(outputs)

    def pullback(seeds):
        accumulate(nodes, outputs, seeds)
        return [x.adjoint for x in inputs]

    return [y.value for y in outputs], pullback
