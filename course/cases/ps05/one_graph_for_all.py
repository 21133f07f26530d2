# /// case
# title = "Keeps the last graph in a global variable"
# kind = "misconception"
# why = "A pullback asked after another vjp answers for that one's point."
#
# [cells.test-vjp]
# points = 3.5
# diagnosis = "the first pullback answers for the second point"
# ///

# %% vjp
LAST = {}


def vjp(f, *xs):
    LAST["inputs"] = [Var(x) for x in xs]
    LAST["outputs"] = [y if isinstance(y, Var) else Var(y) for y in f(*LAST["inputs"])]

    def pullback(seeds):
        accumulate(topological_order(LAST["outputs"]), LAST["outputs"], seeds)
        return [x.adjoint for x in LAST["inputs"]]

    return [y.value for y in LAST["outputs"]], pullback
