# /// case
# title = "A class for the pullback, and levels instead of a walk"
# kind = "correct"
# why = """\
# A node's level is one more than its highest operand's. Sorted by level, operands come first; \
# the levels are found without recursion."""
# ///

# %% topological-order
def topological_order(outputs):
    level = {}
    path = list(outputs)
    while path:
        node = path.pop()
        if node in level:
            continue
        operands = [operand for operand, _ in node.parents]
        missing = [operand for operand in operands if operand not in level]
        if missing:
            path.append(node)
            path.extend(missing)
        else:
            level[node] = 1 + max((level[operand] for operand in operands), default=0)
    return sorted(level, key=level.get)


# %% vjp
class Pullback:
    def __init__(self, inputs, outputs):
        self.inputs, self.outputs = inputs, outputs
        self.order = topological_order([*inputs, *outputs])

    def __call__(self, seeds):
        accumulate(self.order, self.outputs, seeds)
        return tuple(x.adjoint for x in self.inputs)


def vjp(f, *xs):
    inputs = list(map(Var, xs))
    outputs = [y + 0 if isinstance(y, Var) else Var(y) for y in f(*inputs)]
    return tuple(y.value for y in outputs), Pullback(inputs, outputs)
