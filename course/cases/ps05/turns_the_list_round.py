# /// case
# title = "Turns round the list that it was given"
# kind = "misconception"
# why = "order.reverse() changes the caller's list; at the second sweep it is the wrong way round."
#
# [cells.test-accumulate]
# points = 3
# diagnosis = "one of the lists that were passed in has changed"
#
# [cells.test-vjp]
# points = 3
# ///

# %% accumulate
def accumulate(order, outputs, seeds):
    for node in order:
        node.adjoint = 0.0
    for output, seed in zip(outputs, seeds):
        output.adjoint += seed
    order.reverse()
    for node in order:
        for operand, partial in node.parents:
            operand.adjoint += node.adjoint * partial
