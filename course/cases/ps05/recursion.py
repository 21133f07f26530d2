# /// case
# title = "Right, but by recursion"
# kind = "partial"
# why = "A chain of operations is a chain of calls. Only the deep chains are lost, here and in vjp."
#
# [cells.test-topological-order]
# points = 2.5
# diagnosis = "the chain is deeper than Python lets functions call each other"
#
# [cells.test-vjp]
# points = 3.5
# diagnosis = "RecursionError"
# ///

# %% topological-order
def topological_order(outputs):
    order, met = [], set()

    def visit(node):
        if node not in met:
            met.add(node)
            for operand, _ in node.parents:
                visit(operand)
            order.append(node)

    for output in outputs:
        visit(output)
    return order
