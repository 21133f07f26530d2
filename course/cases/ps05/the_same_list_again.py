# /// case
# title = "A path of which every point is the last one"
# kind = "misconception"
# why = "One list is changed and put on the path again and again."
#
# [cells.test-descend]
# points = 0
# diagnosis = "all points of the path are the same list"
# ///

# %% descend
def descend(f, start, rate, steps):
    point = list(start)
    path = [point]
    for _ in range(steps):
        _, pullback = vjp(f, *point)
        for place, slope in enumerate(pullback([1.0])):
            point[place] -= rate * slope
        path.append(point)
    return path
