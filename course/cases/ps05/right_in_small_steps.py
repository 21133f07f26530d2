# /// case
# title = "A beginner's loops, in small steps"
# kind = "correct"
# why = "Indices, while loops and a list for everything; x · x as one pair with the sum."
# ///

# %% var
class Var:
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0

    def __add__(self, other):
        if type(other) is Var:
            if other is self:
                return Var(2 * self.value, [(self, 2)])
            result = Var(self.value + other.value, [])
            result.parents.append((self, 1))
            result.parents.append((other, 1))
        else:
            result = Var(self.value + other, [])
            result.parents.append((self, 1))
        return result

    def __radd__(self, other):
        return self + other

    def __mul__(self, other):
        if type(other) is Var:
            if other is self:
                return Var(self.value**2, [(self, 2 * self.value)])
            result = Var(self.value * other.value, [])
            result.parents.append((self, other.value))
            result.parents.append((other, self.value))
        else:
            result = Var(self.value * other, [])
            result.parents.append((self, other))
        return result

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * (-1)

    def __sub__(self, other):
        return self + other * (-1)

    def __rsub__(self, other):
        return self * (-1) + other

    def __pow__(self, n):
        value = self.value**n
        slope = n * self.value ** (n - 1)
        return Var(value, [(self, slope)])

    def __truediv__(self, other):
        if type(other) is Var:
            return self * other ** (-1)
        return self * (1 / other)

    def __rtruediv__(self, other):
        return other * self ** (-1)


def sin(x):
    value = math.sin(x.value)
    slope = math.cos(x.value)
    return Var(value, [(x, slope)])


def cos(x):
    value = math.cos(x.value)
    slope = -math.sin(x.value)
    return Var(value, [(x, slope)])


def exp(x):
    value = math.exp(x.value)
    return Var(value, [(x, value)])


def log(x):
    value = math.log(x.value)
    slope = 1 / x.value
    return Var(value, [(x, slope)])


# %% topological-order
def topological_order(outputs):
    todo = []
    for output in outputs:
        todo.append(output)
    finished = set()
    order = []
    while len(todo) > 0:
        node = todo[-1]
        if node in finished:
            todo.pop()
            continue
        missing = []
        for pair in node.parents:
            operand = pair[0]
            if operand not in finished:
                missing.append(operand)
        if len(missing) == 0:
            finished.add(node)
            order.append(node)
            todo.pop()
        else:
            for operand in missing:
                todo.append(operand)
    return order


# %% accumulate
def accumulate(order, outputs, seeds):
    i = 0
    while i < len(order):
        order[i].adjoint = 0
        i = i + 1
    i = 0
    while i < len(outputs):
        outputs[i].adjoint = outputs[i].adjoint + seeds[i]
        i = i + 1
    i = len(order) - 1
    while i >= 0:
        node = order[i]
        for pair in node.parents:
            operand = pair[0]
            partial = pair[1]
            operand.adjoint = operand.adjoint + node.adjoint * partial
        i = i - 1


# %% vjp
def vjp(f, *xs):
    inputs = []
    for x in xs:
        inputs.append(Var(x))
    outputs = []
    values = []
    for y in f(*inputs):
        if type(y) is not Var:
            y = Var(y)
        outputs.append(y)
        values.append(y.value)
    order = topological_order(outputs)

    def pullback(seeds):
        for x in inputs:
            x.adjoint = 0
        accumulate(order, outputs, seeds)
        result = []
        for x in inputs:
            result.append(x.adjoint)
        return result

    return values, pullback


# %% descend
def descend(f, start, rate, steps):
    path = []
    point = []
    for x in start:
        point.append(x)
    path.append(point)
    for step in range(steps):
        values, pullback = vjp(f, *point)
        slopes = pullback([1])
        new = []
        for i in range(len(point)):
            new.append(point[i] - rate * slopes[i])
        point = new
        path.append(point)
    return path
