# /// case
# title = "A pullback that adds to the last one's result"
# kind = "misconception"
# why = """\
# Each sweep is right, but the results are added up over the calls, as a training loop would."""
#
# [cells.test-vjp]
# points = 1.5
# diagnosis = "what an earlier call left behind is still in it"
# ///

# %% vjp
def vjp(f, *xs):
    inputs = [Var(x) for x in xs]
    outputs = [y if isinstance(y, Var) else Var(y) for y in f(*inputs)]
    nodes = topological_order(outputs)
    total = [0.0] * len(inputs)

    def pullback(seeds):
        accumulate(nodes, outputs, seeds)
        for place, x in enumerate(inputs):
            total[place] += x.adjoint
        return list(total)

    return [y.value for y in outputs], pullback
