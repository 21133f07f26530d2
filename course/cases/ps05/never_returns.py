# /// case
# title = "A loop that never ends"
# kind = "slow"
# base = "release"
# why = "Zero by the clock is not zero by a wrong answer: the table says that it took too long."
#
# [cells.test-topological-order]
# state = "timeout"
#
# [cells."*"]
# points = 0
# diagnosis = "not written yet"
# ///

# %% topological-order
def topological_order(outputs):
    order, waiting = [], list(outputs)
    while waiting:
        node = waiting[-1]
        if node in order:
            continue  # without taking it off
        order.append(node)
        waiting.extend(operand for operand, _ in node.parents)
    return order[::-1]
