# /// case
# title = "Moves one coordinate after the other"
# kind = "misconception"
# why = "The second coordinate's slope is taken at a point that the first has left already."
#
# [cells.test-descend]
# points = 0.5
# diagnosis = "one coordinate after the other, not all at once"
# ///

# %% descend
def descend(f, start, rate, steps):
    path = [list(start)]
    for _ in range(steps):
        point = list(path[-1])
        for place in range(len(point)):
            _, pullback = vjp(f, *point)
            point[place] -= rate * pullback([1.0])[place]
        path.append(point)
    return path
