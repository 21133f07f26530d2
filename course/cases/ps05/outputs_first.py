# /// case
# title = "Gives the list the wrong way round"
# kind = "misconception"
# why = """\
# The sweep goes from the outputs to the inputs, so the list is made like that. It should end \
# there."""
#
# [cells.test-topological-order]
# points = 0
# diagnosis = "the list is the wrong way round: operands must come first"
#
# [cells.test-vjp]
# points = 0.5
#
# [cells.test-descend]
# points = 0
# ///

# %% topological-order
def topological_order(outputs):
    order, met = [], set()
    waiting = [(output, False) for output in outputs]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif node not in met:
            met.add(node)
            waiting.append((node, True))
            waiting += [(operand, False) for operand, _ in node.parents]
    return order[::-1]
