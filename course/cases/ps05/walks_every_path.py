# /// case
# title = "Right, but walks path by path"
# kind = "partial"
# base = "release"
# why = """\
# Only Task 2 is answered. Each node stands in the list once, but is walked from again each \
# time that it is met."""
#
# [cells.test-topological-order]
# points = 2.5
# diagnosis = "path by path"
#
# [cells."*"]
# points = 0
# diagnosis = "not written yet"
# ///

# %% topological-order
def topological_order(outputs):
    order = []
    waiting = [(output, False) for output in outputs]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            if node not in order:
                order.append(node)
        else:
            waiting.append((node, True))
            waiting += [(operand, False) for operand, _ in node.parents]
    return order
