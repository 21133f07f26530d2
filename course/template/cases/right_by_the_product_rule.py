# /// case
# title = "The product rule, a factor at a time"
# kind = "correct"
# why = "Another right way to write it: every right answer must get full marks."
# ///

# %% slope
def slope(x):
    u, v = x * x, math.sin(x)
    du, dv = x + x, math.cos(x)
    return du * v + u * dv
