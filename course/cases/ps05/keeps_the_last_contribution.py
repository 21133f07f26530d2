# /// case
# title = "Writes = where += belongs"
# kind = "misconception"
# why = "A value that is used twice hears from two; the second overwrites the first."
#
# [cells.test-accumulate]
# points = 1
# diagnosis = "only the last of several contributions is left"
#
# [cells.test-vjp]
# points = 1.5
#
# [cells.test-descend]
# points = 1
# ///

# %% accumulate
def accumulate(order, outputs, seeds):
    for node in order:
        node.adjoint = 0.0
    for output, seed in zip(outputs, seeds):
        output.adjoint += seed
    for node in reversed(order):
        for operand, partial in node.parents:
            operand.adjoint = node.adjoint * partial
