# /// case
# title = "Numbers the nodes as they are made"
# kind = "misconception"
# why = """\
# It is what the library does, and vjp works with it. But the task says to look at the parents \
# only: the tests' nodes have no numbers."""
#
# [cells.test-topological-order]
# points = 0
# diagnosis = "has no attribute 'number'"
# ///

# %% var
class Var:
    """A number that remembers what it was made from."""

    made = 0

    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0
        self.number = Var.made
        Var.made += 1

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
    return Var(math.cos(x.value), [(x, -math.sin(x.value))])


def exp(x):
    """Return e to the power of a Var."""
    return Var(math.exp(x.value), [(x, math.exp(x.value))])


def log(x):
    """Return the natural logarithm of a Var."""
    return Var(math.log(x.value), [(x, x.value**-1)])


# %% topological-order
def topological_order(outputs):
    found = set(outputs)
    waiting = list(found)
    while waiting:
        for operand, _ in waiting.pop().parents:
            if operand not in found:
                found.add(operand)
                waiting.append(operand)
    return sorted(found, key=lambda node: node.number)
