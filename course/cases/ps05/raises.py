# /// case
# title = "Answers that raise"
# kind = "raises"
# why = """\
# A misspelt name stops a function, a missing colon its cell. Task 4 is made from both, and Task 5 \
# from Task 4."""
#
# [cells.test-topological-order]
# points = 0
# diagnosis = "the cell above did not run: SyntaxError"
#
# [cells.test-accumulate]
# points = 0
# diagnosis = "raised NameError: name 'ordre' is not defined"
#
# [cells.test-vjp]
# points = 0
# diagnosis = "the cell that defines topological_order did not run"
#
# [cells.test-descend]
# points = 0
# diagnosis = "the cell that defines topological_order did not run"
# ///

# %% topological-order
def topological_order(outputs)
    return list(outputs)


# %% accumulate
def accumulate(order, outputs, seeds):
    for node in ordre:
        node.adjoint = 0.0
