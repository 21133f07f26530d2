# /// case
# title = "A seed overwrites what an output has"
# kind = "misconception"
# why = "An output that is named twice has two seeds, and they add up."
#
# [cells.test-accumulate]
# points = 3.5
# diagnosis = "of two seeds for one node only the last is left"
#
# [cells.test-vjp]
# points = 3.5
# ///

# %% accumulate
def accumulate(order, outputs, seeds):
    for node in order:
        node.adjoint = 0.0
    for output, seed in zip(outputs, seeds):
        output.adjoint = seed
    for node in reversed(order):
        for operand, partial in node.parents:
            operand.adjoint += node.adjoint * partial
