# /// case
# title = "Did the first half and stopped"
# kind = "partial"
# base = "release"
# why = """\
# Sums and products of two Vars, and the sweep. What is there counts, check by check; nothing \
# stands on what is not there."""
#
# [cells.test-var]
# points = 0.5
# diagnosis = "unsupported operand type(s) for /"
#
# [cells.test-accumulate]
# state = "passed"
#
# [cells."*"]
# points = 0
# diagnosis = "not written yet"
# ///

# %% var
class Var:
    """A number that remembers what it was made from."""

    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0

    def __add__(self, other):
        return Var(self.value + other.value, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Var(self.value * other.value, [(self, other.value), (other, self.value)])

    def __neg__(self):
        return Var(-self.value, [(self, -1.0)])

    def __sub__(self, other):
        return self + (-other)


# %% accumulate
def accumulate(order, outputs, seeds):
    for node in order:
        node.adjoint = 0.0
    for output, seed in zip(outputs, seeds):
        output.adjoint += seed
    for node in order[::-1]:
        for operand, partial in node.parents:
            operand.adjoint += node.adjoint * partial


# %% [markdown] explanation
# 1. The order matters because the adjoint of $s$ isn't complete before $t$ was visited.
