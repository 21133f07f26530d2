# /// case
# title = "Sweeps from the inputs on"
# kind = "misconception"
# why = "When it is a node's turn to pass on, nothing has arrived yet."
#
# [cells.test-accumulate]
# points = 0.5
# diagnosis = "nothing has arrived yet when a node passes on"
#
# [cells.test-vjp]
# points = 0.5
#
# [cells.test-descend]
# points = 0
# ///

# %% accumulate
def accumulate(order, outputs, seeds):
    for node in order:
        node.adjoint = 0.0
    for output, seed in zip(outputs, seeds):
        output.adjoint += seed
    for node in order:
        for operand, partial in node.parents:
            operand.adjoint += node.adjoint * partial
