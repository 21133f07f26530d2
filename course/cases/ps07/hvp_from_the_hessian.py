# /// case
# title = "Makes the Hessian, then multiplies"
# kind = "misconception"
# why = "A push for every column, where one in the direction asked for does."
#
# [cells.test-hvp]
# points = 1.5
# diagnosis = "the function is called more than once"
# ///

# %% hvp
def hvp(f, x, x_dot):
    n = len(x)
    hessian = [push(lambda z: gradient(f, z), x, [float(i == j) for i in range(n)]) for j in range(n)]
    return [sum(hessian[j][i] * x_dot[j] for j in range(n)) for i in range(n)]
