# /// case
# title = "Leaves its marks in the nodes"
# kind = "misconception"
# why = "At the second call every node seems to have been met already."
#
# [cells.test-topological-order]
# points = 2.5
# diagnosis = "a node is missing in the list (in a second call)"
# ///

# %% topological-order
def topological_order(outputs):
    order = []
    waiting = [(output, False) for output in outputs]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif not getattr(node, "met", False):
            node.met = True
            waiting.append((node, True))
            waiting += [(operand, False) for operand, _ in node.parents]
    return order
