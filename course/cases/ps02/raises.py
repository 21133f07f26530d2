# /// case
# title = "Answers that raise"
# kind = "raises"
# why = """\
# A cell with a syntax error defines nothing, a misspelt name stops the function; no other \
# task suffers."""
#
# [cells.test-formulas]
# points = 0
# diagnosis = "the cell above did not run: SyntaxError: expected ':' (its line 1)"
#
# [cells.test-richardson]
# points = 0
# diagnosis = "raised NameError"
#
# [cells.test-gradient]
# points = 0
# diagnosis = "raised TypeError"
# ///

# %% formulas
def forward_difference(f, x, h)
    return (f(x + h) - f(x)) / h


# %% richardson
def richardson(f, x, h, levels):
    row = [(f(x + h / 2**k) - f(x - h / 2**k)) / (2 * h / 2**k) for k in range(level)]
    return row[0]


# %% gradient
def gradient(f, x, h):
    return [(f(x + h) - f(x)) / h for i in range(len(x))]
