# /// case
# title = "Answers that raise"
# kind = "raises"
# why = """\
# A cell with a syntax error defines nothing, a misspelt name stops the function; Task 7 needs \
# the functions of Task 4."""
#
# [cells.test-colour-columns]
# points = 0.0
# diagnosis = "the cell above did not run: SyntaxError"
#
# [cells.test-compressed-jacobian]
# points = 0.0
# diagnosis = "SyntaxError"
#
# [cells.test-jacobian]
# points = 0.0
# diagnosis = "raised NameError"
#
# [cells.test-newton-step]
# points = 0.0
# diagnosis = "SyntaxError"
# ///

# %% jacobian
def jacobian(push, pull, n, m):
    if 3 * n <= 5 * M + 1:
        return jacobian_by_pushes(push, n)
    return jacobian_by_pulls(pull, m)


# %% colouring
def colour_columns(pattern, n)
    return [0] * n



def compressed_jacobian(push, pattern, colours):
    pushed = [
        push([float(other == colour) for other in colours]) for colour in range(max(colours) + 1)
    ]
    return {(i, j): pushed[colours[j]][i] for i, row in enumerate(pattern) for j in row}
