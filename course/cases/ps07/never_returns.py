# /// case
# title = "A search for a colour that never ends"
# kind = "slow"
# why = """\
# Zero by the clock is not zero by a wrong answer, and the other tasks keep their points; Task \
# 7 needs the colours."""
#
# [cells.test-colour-columns]
# state = "timeout"
#
# [cells.test-newton-step]
# state = "timeout"
# ///

# %% colouring
def colour_columns(pattern, n):
    colours = []
    for j in range(n):
        colour = 0
        while colour in {colours[k] for row in pattern if j in row for k in row if k < j}:
            colour *= 2
        colours.append(colour)
    return colours

def compressed_jacobian(push, pattern, colours):
    pushed = [
        push([float(other == colour) for other in colours]) for colour in range(max(colours) + 1)
    ]
    return {(i, j): pushed[colours[j]][i] for i, row in enumerate(pattern) for j in row}
