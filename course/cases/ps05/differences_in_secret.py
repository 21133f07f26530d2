# /// case
# title = "Differences on the graph, without another call of f"
# kind = "misconception"
# why = """\
# The partial derivatives are difference quotients of each operation. f is called once, but half \
# of the digits are gone."""
#
# [cells.test-var]
# points = 0
# diagnosis = "right to a few digits only"
#
# [cells.test-vjp]
# points = 0
# diagnosis = "right to a few digits only"
#
# [cells.test-descend]
# points = 0
# diagnosis = "right to a few digits only"
# ///

# %% var
class Var:
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0

    def __add__(self, other):
        return nudged(lambda u, v: u + v, self, other)

    def __sub__(self, other):
        return nudged(lambda u, v: u - v, self, other)

    def __mul__(self, other):
        return nudged(lambda u, v: u * v, self, other)

    def __truediv__(self, other):
        return nudged(lambda u, v: u / v, self, other)

    def __rsub__(self, other):
        return nudged(lambda u: other - u, self)

    def __rtruediv__(self, other):
        return nudged(lambda u: other / u, self)

    def __neg__(self):
        return nudged(lambda u: -u, self)

    def __pow__(self, n):
        return nudged(lambda u: u**n, self)

    __radd__ = __add__
    __rmul__ = __mul__


def nudged(function, *operands, h=1e-6):
    numbers = [u.value if isinstance(u, Var) else u for u in operands]
    pairs = []
    for place, operand in enumerate(operands):
        if isinstance(operand, Var):
            above, below = list(numbers), list(numbers)
            above[place] += h
            below[place] -= h
            pairs.append((operand, (function(*above) - function(*below)) / (2 * h)))
    return Var(function(*numbers), pairs)


def sin(x):
    return nudged(math.sin, x)


def cos(x):
    return nudged(math.cos, x)


def exp(x):
    return nudged(math.exp, x)


def log(x):
    return nudged(math.log, x)
