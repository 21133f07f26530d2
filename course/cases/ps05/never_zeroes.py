# /// case
# title = "Never sets the adjoints to zero"
# kind = "misconception"
# why = "The first sweep is right. The second finds what the first has left behind."
#
# [cells.test-accumulate]
# points = 3
# diagnosis = "what an earlier sweep left behind is still in it"
#
# [cells.test-vjp]
# points = 1.5
# ///

# %% accumulate
def accumulate(order, outputs, seeds):
    for output, seed in zip(outputs, seeds):
        output.adjoint += seed
    for node in reversed(order):
        for operand, partial in node.parents:
            operand.adjoint += node.adjoint * partial
