# /// case
# title = "A table of rules, constants as Vars of their own"
# kind = "correct"
# why = "One function makes every Var; a number becomes a Var without parents, which does no harm."
# ///

# %% var
class Var:
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0


RULES = {
    "add": (lambda u, v: u + v, lambda u, v: (1.0, 1.0)),
    "sub": (lambda u, v: u - v, lambda u, v: (1.0, -1.0)),
    "mul": (lambda u, v: u * v, lambda u, v: (v, u)),
    "truediv": (lambda u, v: u / v, lambda u, v: (1 / v, -u / v**2)),
    "sin": (math.sin, lambda u: (math.cos(u),)),
    "cos": (math.cos, lambda u: (-math.sin(u),)),
    "exp": (math.exp, lambda u: (math.exp(u),)),
    "log": (math.log, lambda u: (1 / u,)),
}


def apply(name, *operands):
    operands = [u if isinstance(u, Var) else Var(u) for u in operands]
    value, partials = RULES[name]
    numbers = [u.value for u in operands]
    return Var(value(*numbers), list(zip(operands, partials(*numbers))))


def operator_pair(name):
    return (lambda u, v: apply(name, u, v)), (lambda u, v: apply(name, v, u))


for name in ("add", "sub", "mul", "truediv"):
    usual, reflected = operator_pair(name)
    setattr(Var, f"__{name}__", usual)
    setattr(Var, f"__r{name}__", reflected)
Var.__neg__ = lambda u: 0 - u
Var.__pow__ = lambda u, n: Var(u.value**n, [(u, n * u.value ** (n - 1))])


def sin(x):
    return apply("sin", x)


def cos(x):
    return apply("cos", x)


def exp(x):
    return apply("exp", x)


def log(x):
    return apply("log", x)


# %% topological-order
def topological_order(outputs):
    order = {}
    for output in outputs:
        path = [(output, iter(output.parents))] if output not in order else []
        entered = {output}
        while path:
            node, rest = path[-1]
            for operand, _ in rest:
                if operand not in order and operand not in entered:
                    entered.add(operand)
                    path.append((operand, iter(operand.parents)))
                    break
            else:
                order[node] = None
                path.pop()
    return list(order)


# %% descend
def descend(f, start, rate, steps):
    point, path = tuple(start), [list(start)]
    while len(path) <= steps:
        gradient = vjp(f, *point)[1]([1])
        point = tuple(x - rate * g for x, g in zip(point, gradient))
        path.append(list(point))
    return path
