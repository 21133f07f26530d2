# /// case
# title = "Seeds every output with 1"
# kind = "misconception"
# why = "Right for one output and the seed 1; for several it is the sum of all the rows."
#
# [cells.test-vjp]
# points = 1.5
# diagnosis = "the seeds are ignored"
# ///

# %% vjp
def vjp(f, *xs):
    inputs = [Var(x) for x in xs]
    outputs = [y if isinstance(y, Var) else Var(y) for y in f(*inputs)]
    nodes = topological_order(outputs)

    def pullback(seeds):
        accumulate(nodes, outputs, [1.0] * len(outputs))
        return [x.adjoint for x in inputs]

    return [y.value for y in outputs], pullback
