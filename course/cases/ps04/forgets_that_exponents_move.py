# /// case
# title = "Takes every exponent for a constant"
# kind = "misconception"
# why = "uᶜ is a rule for a constant exponent, and 2 ** x is no power rule at all."
#
# [cells.test-dual]
# points = 2.25
# diagnosis = "x ** y: the tangent: the exponent moves, too"
#
# [cells.test-jacobian]
# points = 2.5
#
# [cells.test-derivatives]
# points = 1.5
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
            exponent = exponent.primal
        rate = exponent * self.primal ** (exponent - 1)
        return Dual(self.primal**exponent, rate * self.tangent)

    def __rpow__(self, base):
        return Dual(base**self.primal, self.primal * base ** (self.primal - 1) * self.tangent)

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
    value = exp(u.primal)
    return Dual(value, value * u.tangent)


def log(u):
    if not isinstance(u, Dual):
        return math.log(u)
    return Dual(log(u.primal), u.tangent / u.primal)


def sin(u):
    if not isinstance(u, Dual):
        return math.sin(u)
    return Dual(sin(u.primal), cos(u.primal) * u.tangent)


def cos(u):
    if not isinstance(u, Dual):
        return math.cos(u)
    return Dual(cos(u.primal), -sin(u.primal) * u.tangent)


def tan(u):
    if not isinstance(u, Dual):
        return math.tan(u)
    value = tan(u.primal)
    return Dual(value, (1 + value * value) * u.tangent)


def sqrt(u):
    if not isinstance(u, Dual):
        return math.sqrt(u)
    root = sqrt(u.primal)
    return Dual(root, u.tangent / (2 * root))
