# /// case
# title = "Solved from the student version alone"
# kind = "correct"
# base = "release"
# why = """\
# Every answer written without a look at the reference: one maker of operations, states in place \
# of marks, a pullback as a lambda."""
# ///

# %% var
class Var:
    """A number that remembers what it was made from."""

    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0

    def binary(self, other, rule):
        u, v = self, other if isinstance(other, Var) else Var(other)
        value, du, dv = rule(u.value, v.value)
        return Var(value, [(u, du), (v, dv)])

    def __add__(self, other):
        return self.binary(other, lambda u, v: (u + v, 1, 1))

    def __sub__(self, other):
        return self.binary(other, lambda u, v: (u - v, 1, -1))

    def __mul__(self, other):
        return self.binary(other, lambda u, v: (u * v, v, u))

    def __truediv__(self, other):
        return self.binary(other, lambda u, v: (u / v, 1 / v, -u / v / v))

    def __rsub__(self, other):
        return Var(other) - self

    def __rtruediv__(self, other):
        return Var(other) / self

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return 0 - self

    def __pow__(self, n):
        return unary(self, self.value**n, n * self.value ** (n - 1))


def unary(x, value, partial):
    return Var(value, [(x, partial)])


def sin(x):
    return unary(x, math.sin(x.value), math.cos(x.value))


def cos(x):
    return unary(x, math.cos(x.value), -math.sin(x.value))


def exp(x):
    return unary(x, math.exp(x.value), math.exp(x.value))


def log(x):
    return unary(x, math.log(x.value), 1 / x.value)


# %% topological-order
def topological_order(outputs):
    state, order = {}, []
    todo = outputs[:]
    while todo:
        node = todo[-1]
        if state.get(node) is None:
            state[node] = "open"
            todo += [operand for operand, _ in node.parents if operand not in state]
        else:
            todo.pop()
            if state[node] == "open":
                state[node] = "closed"
                order.append(node)
    return order


# %% accumulate
def accumulate(order, outputs, seeds):
    for node in order:
        node.adjoint = sum(seed for output, seed in zip(outputs, seeds) if output is node)
    for place in range(len(order) - 1, -1, -1):
        bar = order[place].adjoint
        for operand, partial in order[place].parents:
            operand.adjoint += bar * partial


# %% vjp
def vjp(f, *xs):
    inputs = [Var(x) for x in xs]
    outputs = [0.0 + y if isinstance(y, Var) else Var(y) for y in f(*inputs)]
    order = topological_order(outputs)
    sweep = lambda seeds: accumulate(order, outputs, seeds)
    return (
        [y.value for y in outputs],
        lambda seeds: [sweep(seeds), [x.adjoint for x in inputs]][1],
    )


# %% descend
def descend(f, start, rate, steps):
    path = [start[:]]
    while len(path) < steps + 1:
        here = path[-1]
        gradient = vjp(f, *here)[1]([1.0])
        path.append([here[i] - rate * gradient[i] for i in range(len(here))])
    return path


# %% [markdown] explanation
# 1. $\bar y = 1$, $\bar t = 4$, $\bar s = 6 + 4 = 10$, $\bar x = 40 + 4 = 44$. With $s$ before $t$ only 6 goes on to $x$, so $\bar x = 24 + 4 = 28$: the 4 that $t$ brings to $s$ comes too late.
# 2. The old adjoints are still there. The output starts at 2, and the node in the middle has its old 2 and passes it on once more, together with the new.
# 3. The gradient of the sum takes one sweep with seed 1. The Jacobian takes 2000, one for each unit vector; forward mode would take 3.
