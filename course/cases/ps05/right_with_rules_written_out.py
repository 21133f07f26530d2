# /// case
# title = "Every rule written out, and nodes counted down"
# kind = "correct"
# why = "No operation is made from another, and the order comes from counting, outputs first."
# ///

# %% var
class Var:
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0

    def __add__(self, other):
        if not isinstance(other, Var):
            return Var(self.value + other, [(self, 1)])
        return Var(self.value + other.value, [(self, 1), (other, 1)])

    def __radd__(self, number):
        return Var(number + self.value, [(self, 1)])

    def __sub__(self, other):
        if not isinstance(other, Var):
            return Var(self.value - other, [(self, 1)])
        return Var(self.value - other.value, [(self, 1), (other, -1)])

    def __rsub__(self, number):
        return Var(number - self.value, [(self, -1)])

    def __mul__(self, other):
        if not isinstance(other, Var):
            return Var(self.value * other, [(self, other)])
        return Var(self.value * other.value, [(self, other.value), (other, self.value)])

    def __rmul__(self, number):
        return Var(number * self.value, [(self, number)])

    def __truediv__(self, other):
        if not isinstance(other, Var):
            return Var(self.value / other, [(self, 1 / other)])
        y = self.value / other.value
        return Var(y, [(self, 1 / other.value), (other, -y / other.value)])

    def __rtruediv__(self, number):
        return Var(number / self.value, [(self, -number / self.value**2)])

    def __neg__(self):
        return Var(-self.value, [(self, -1)])

    def __pow__(self, n):
        return Var(self.value**n, [(self, n * self.value ** (n - 1))])


def sin(x):
    return Var(math.sin(x.value), [(x, math.cos(x.value))])


def cos(x):
    return Var(math.cos(x.value), [(x, -math.sin(x.value))])


def exp(x):
    y = math.exp(x.value)
    return Var(y, [(x, y)])


def log(x):
    return Var(math.log(x.value), [(x, 1 / x.value)])


# %% topological-order
def topological_order(outputs):
    uses = {}
    found = list(dict.fromkeys(outputs))
    known = set(found)
    for node in found:
        for operand, _ in node.parents:
            uses[operand] = uses.get(operand, 0) + 1
            if operand not in known:
                known.add(operand)
                found.append(operand)
    ready = [node for node in found if node not in uses]
    for node in ready:
        for operand, _ in node.parents:
            uses[operand] -= 1
            if uses[operand] == 0:
                ready.append(operand)
    return ready[::-1]


# %% accumulate
def accumulate(order, outputs, seeds):
    received = {node: [] for node in order}
    for output, seed in zip(outputs, seeds):
        received[output].append(seed)
    for node in order[::-1]:
        node.adjoint = math.fsum(received[node])
        for operand, partial in node.parents:
            received[operand].append(partial * node.adjoint)


# %% vjp
def vjp(f, *xs):
    inputs = [Var(x) for x in xs]
    outputs = f(*inputs)
    nodes = [y for y in outputs if isinstance(y, Var)]
    values = [y.value if isinstance(y, Var) else y for y in outputs]
    order = topological_order(nodes)

    def pullback(seeds):
        kept = [seed for y, seed in zip(outputs, seeds) if isinstance(y, Var)]
        accumulate(order, nodes, kept)
        return [x.adjoint if x in order else 0.0 for x in inputs]

    return values, pullback


# %% descend
def descend(f, start, rate, steps):
    if steps == 0:
        return [list(start)]
    slopes = vjp(f, *start)[1]([1.0])
    following = [x - rate * slope for x, slope in zip(start, slopes)]
    return [list(start), *descend(f, following, rate, steps - 1)]
