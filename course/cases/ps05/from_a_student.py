# /// case
# title = "Solved from the student version alone"
# kind = "correct"
# why = "An answer by somebody who had seen nothing but the notebook that students get."
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

    __radd__ = __add__

    def __neg__(self):
        return Var(-self.value, [(self, -1.0)])

    def __sub__(self, other):
        if isinstance(other, Var):
            return Var(self.value - other.value, [(self, 1.0), (other, -1.0)])
        return Var(self.value - other, [(self, 1.0)])

    def __rsub__(self, other):
        # other - self, other is a number
        return Var(other - self.value, [(self, -1.0)])

    def __mul__(self, other):
        if isinstance(other, Var):
            return Var(
                self.value * other.value, [(self, other.value), (other, self.value)]
            )
        return Var(self.value * other, [(self, other)])

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, Var):
            a, b = self.value, other.value
            return Var(a / b, [(self, 1 / b), (other, -a / b**2)])
        return Var(self.value / other, [(self, 1 / other)])

    def __rtruediv__(self, other):
        return Var(other / self.value, [(self, -other / self.value**2)])

    def __pow__(self, n):
        if n == 0:  # constant 1; 0 * x**-1 would fail at x = 0
            return Var(self.value**n, [(self, 0.0)])
        return Var(self.value**n, [(self, n * self.value ** (n - 1))])


def sin(x):
    """Return the sine of a Var."""
    return Var(math.sin(x.value), [(x, math.cos(x.value))])


def cos(x):
    """Return the cosine of a Var."""
    return Var(math.cos(x.value), [(x, -math.sin(x.value))])


def exp(x):
    """Return e to the power of a Var."""
    e = math.exp(x.value)
    return Var(e, [(x, e)])


def log(x):
    """Return the natural logarithm of a Var."""
    return Var(math.log(x.value), [(x, 1 / x.value)])


# %% topological-order
def topological_order(outputs):
    """Return all nodes that `outputs` depend on, each once, operands before what is made of them."""
    order = []
    met = set()
    todo = [(node, False) for node in outputs]
    while todo:
        node, ready = todo.pop()
        if ready:
            order.append(node)
        elif node not in met:
            met.add(node)
            todo.append((node, True))
            for operand, _ in node.parents:
                todo.append((operand, False))
    return order


# %% accumulate
def accumulate(order, outputs, seeds):
    """Set the adjoint of every node in `order` to the sum of seed · ∂output/∂node."""
    for node in order:
        node.adjoint = 0.0
    for output, seed in zip(outputs, seeds):
        output.adjoint += seed
    for node in reversed(order):
        for operand, partial in node.parents:
            operand.adjoint += node.adjoint * partial


# %% vjp
def vjp(f, *xs):
    """Return the values of f(*xs), and the pullback: seeds to derivatives, one for each input."""
    inputs = [Var(x) for x in xs]
    outputs = []
    for y in f(*inputs):
        if not isinstance(y, Var):
            y = Var(y)
        outputs.append(y)
    order = topological_order(outputs)

    def pullback(seeds):
        accumulate(order, outputs, seeds)
        return [x.adjoint for x in inputs]

    return [y.value for y in outputs], pullback


# %% descend
def descend(f, start, rate, steps):
    """Return the points of gradient descent on f, from `start` on: steps + 1 lists of numbers."""
    point = list(start)
    path = [point]
    for _ in range(steps):
        _, pullback = vjp(f, *point)
        gradient = pullback([1.0])
        point = [x - rate * g for x, g in zip(point, gradient)]
        path.append(point)
    return path
