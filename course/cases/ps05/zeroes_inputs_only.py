# /// case
# title = "Sets only the inputs' adjoints to zero"
# kind = "misconception"
# why = "The nodes between keep theirs, too, and pass old and new on together."
#
# [cells.test-accumulate]
# points = 2.5
# diagnosis = "only the inputs, or the outputs, were set to zero"
#
# [cells.test-vjp]
# points = 2
# ///

# %% accumulate
def accumulate(order, outputs, seeds):
    for node in order:
        if not node.parents:
            node.adjoint = 0.0
    for output, seed in zip(outputs, seeds):
        output.adjoint = seed
    for node in reversed(order):
        for operand, partial in node.parents:
            operand.adjoint += node.adjoint * partial
