# /// case
# title = "Climbs instead of descending"
# kind = "misconception"
# why = "The gradient points up the hill."
#
# [cells.test-descend]
# points = 0
# diagnosis = "up the hill"
# ///

# %% descend
def descend(f, start, rate, steps):
    path = [list(start)]
    for _ in range(steps):
        _, pullback = vjp(f, *path[-1])
        path.append([x + rate * slope for x, slope in zip(path[-1], pullback([1.0]))])
    return path
