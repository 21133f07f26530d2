# /// case
# title = "Visits the nearest nodes first"
# kind = "misconception"
# why = """\
# Goes out from the outputs step by step. A node on a short way and a long one is met on the \
# short one, too early."""
#
# [cells.test-topological-order]
# points = 1.5
# diagnosis = "a node stands before one of its operands: it came too early"
#
# [cells.test-vjp]
# points = 3.5
# ///

# %% topological-order
def topological_order(outputs):
    order = list(dict.fromkeys(outputs))
    met = set(order)
    for node in order:
        for operand, _ in node.parents:
            if operand not in met:
                met.add(operand)
                order.append(operand)
    return order[::-1]
