# /// case
# title = "Answers that raise"
# kind = "raises"
# why = """\
# A cell with a syntax error defines nothing, a misspelt name stops the function; no other \
# task suffers, but task 7 uses the first."""
#
# [cells.test-evaluate]
# points = 0
# diagnosis = "the cell above did not run: SyntaxError: expected ':' (its line 1)"
#
# [cells.test-association-cost]
# points = 0
# diagnosis = ["raised NameError", "raised ZeroDivisionError"]
#
# [cells.test-sensitivities]
# points = 0
# diagnosis = "the cell that defines evaluate did not run: SyntaxError"
# ///

# %% evaluate
def evaluate(program, inputs)
    return dict(inputs)


# %% association-cost
def left_to_right(sizes):
    return sum(size[0] * p * q for p, q in zip(sizes[1:], sizes[2:]))


def right_to_left(sizes):
    return sum(sizes[-1] * p * q for p, q in zip(sizes, sizes[1:-1])) / 0
