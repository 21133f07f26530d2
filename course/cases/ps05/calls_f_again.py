# /// case
# title = "Runs f again for every pullback"
# kind = "misconception"
# why = "The derivatives are right, but each sweep pays for the whole program once more."
#
# [cells.test-vjp]
# points = 2.5
# diagnosis = "f was called 4 times, not once"
#
# [cells.test-descend]
# points = 1
# diagnosis = "not once a step"
# ///

# %% vjp
def vjp(f, *xs):
    def run():
        inputs = [Var(x) for x in xs]
        return inputs, [y if isinstance(y, Var) else Var(y) for y in f(*inputs)]

    def pullback(seeds):
        inputs, outputs = run()
        accumulate(topological_order(outputs), outputs, seeds)
        return [x.adjoint for x in inputs]

    return [y.value for y in run()[1]], pullback
