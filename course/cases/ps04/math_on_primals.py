# /// case
# title = "Calls math on the primal"
# kind = "misconception"
# why = "Right as long as a primal is a plain number. Nested, it is a Dual."
#
# [cells.test-derivatives]
# points = 1
# diagnosis = "must be real number, not Dual"
# ///

# %% dual
class Dual:
    """A number with its rate of change: primal + ε · tangent."""

    def __init__(self, primal, tangent=0.0):
        self.primal = primal
        self.tangent = tangent

    def __repr__(self):
        return f"Dual({self.primal}, {self.tangent})"

    def __add__(self, other):
        other = lift(other)
        return Dual(self.primal + other.primal, self.tangent + other.tangent)

    def __mul__(self, other):
        other = lift(other)
        moved = self.tangent * other.primal + self.primal * other.tangent
        return Dual(self.primal * other.primal, moved)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return Dual(-self.primal, -self.tangent)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return other + -self

    def __truediv__(self, other):
        other = lift(other)
        quotient = self.primal / other.primal
        return Dual(quotient, (self.tangent - quotient * other.tangent) / other.primal)

    def __rtruediv__(self, other):
        return lift(other) / self

    def __pow__(self, exponent):
        if isinstance(exponent, Dual):
            return exp(exponent * log(self))
        rate = exponent * self.primal ** (exponent - 1)
        return Dual(self.primal**exponent, rate * self.tangent)

    def __rpow__(self, base):
        return exp(self * math.log(base))

    def __lt__(self, other):
        return self.primal < lift(other).primal

    def __le__(self, other):
        return self.primal <= lift(other).primal

    def __gt__(self, other):
        return self.primal > lift(other).primal

    def __ge__(self, other):
        return self.primal >= lift(other).primal

    def __eq__(self, other):
        return self.primal == lift(other).primal

    def __ne__(self, other):
        return self.primal != lift(other).primal


def lift(u):
    return u if isinstance(u, Dual) else Dual(u)


def exp(u):
    if not isinstance(u, Dual):
        return math.exp(u)
    value = math.exp(u.primal)
    return Dual(value, value * u.tangent)


def log(u):
    if not isinstance(u, Dual):
        return math.log(u)
    return Dual(math.log(u.primal), u.tangent / u.primal)


def sin(u):
    if not isinstance(u, Dual):
        return math.sin(u)
    return Dual(math.sin(u.primal), math.cos(u.primal) * u.tangent)


def cos(u):
    if not isinstance(u, Dual):
        return math.cos(u)
    return Dual(math.cos(u.primal), -math.sin(u.primal) * u.tangent)


def tan(u):
    if not isinstance(u, Dual):
        return math.tan(u)
    value = math.tan(u.primal)
    return Dual(value, (1 + value * value) * u.tangent)


def sqrt(u):
    if not isinstance(u, Dual):
        return math.sqrt(u)
    root = math.sqrt(u.primal)
    return Dual(root, u.tangent / (2 * root))
