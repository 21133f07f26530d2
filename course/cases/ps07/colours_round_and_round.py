# /// case
# title = "Colours go round, as in a band"
# kind = "misconception"
# why = """\
# Right for bands, as many colours as the fullest row has entries; not for other patterns."""
#
# [cells.test-colour-columns]
# points = 1.0
# diagnosis = "two columns that share a row have one colour"
# ///

# %% colouring
def colour_columns(pattern, n):
    many = max(1, max(len(row) for row in pattern))
    return [column % many for column in range(n)]


def compressed_jacobian(push, pattern, colours):
    pushed = [
        push([float(other == colour) for other in colours]) for colour in range(max(colours) + 1)
    ]
    return {(i, j): pushed[colours[j]][i] for i, row in enumerate(pattern) for j in row}
