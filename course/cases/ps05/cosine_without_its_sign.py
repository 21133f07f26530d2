# /// case
# title = "The derivative of the cosine is the sine"
# kind = "misconception"
# why = "The sign is the usual casualty."
#
# [cells.test-var]
# points = 2.5
# diagnosis = "the derivative of cos is −sin"
#
# [cells.test-vjp]
# points = 3.5
# ///

# %% var
class Var:
    """A number that remembers what it was made from."""

    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0

    def __add__(self, other):
        if isinstance(other, Var):
            return Var(self.value + other.value, [(self, 1.0), (other, 1.0)])
        return Var(self.value + other, [(self, 1.0)])

    def __mul__(self, other):
        if isinstance(other, Var):
            pairs = [(self, other.value), (other, self.value)]
            return Var(self.value * other.value, pairs)
        return Var(self.value * other, [(self, other)])

    def __pow__(self, n):
        return Var(self.value**n, [(self, n * self.value ** (n - 1))])

    def __neg__(self):
        return Var(-self.value, [(self, -1.0)])

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return self**-1 * other

    __radd__ = __add__
    __rmul__ = __mul__


def sin(x):
    """Return the sine of a Var."""
    return Var(math.sin(x.value), [(x, math.cos(x.value))])


def cos(x):
    """Return the cosine of a Var."""
    return Var(math.cos(x.value), [(x, math.sin(x.value))])


def exp(x):
    """Return e to the power of a Var."""
    return Var(math.exp(x.value), [(x, math.exp(x.value))])


def log(x):
    """Return the natural logarithm of a Var."""
    return Var(math.log(x.value), [(x, x.value**-1)])
