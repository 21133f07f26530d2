# /// case
# title = "A frozen dataclass, a generic chain rule, recursion"
# kind = "correct"
# why = """\
# Everything goes through one function `along`. Each slope makes a class of its own, whose \
# nesting depth decides."""
# ///

# %% dual
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, eq=False)
class Dual:
    """A number with its rate of change: primal + ε · tangent."""

    primal: object
    tangent: object = 0.0

    def __add__(self, other):
        return Dual(self.primal + primal(other), self.tangent + tangent(other))

    def __mul__(self, other):
        return Dual(
            self.primal * primal(other), tangent(other) * self.primal + self.tangent * primal(other)
        )

    __radd__, __rmul__ = __add__, __mul__
    __neg__ = lambda self: -1 * self
    __sub__ = lambda self, other: self + (-1) * other
    __rsub__ = lambda self, other: -self + other
    __truediv__ = lambda self, other: self * inverse(other)
    __rtruediv__ = lambda self, other: inverse(self) * other
    __rpow__ = lambda self, base: along(self, base**self.primal, base**self.primal * log(base))

    def __pow__(self, n):
        if isinstance(n, Dual):
            return exp(log(self) * n)
        return along(self, self.primal**n, n * self.primal ** (n - 1))

    __lt__ = lambda self, other: bool(self.primal < primal(other))
    __gt__ = lambda self, other: bool(self.primal > primal(other))
    __eq__ = lambda self, other: not (self < other or self > other)
    __ne__ = lambda self, other: self < other or self > other
    __le__ = lambda self, other: not self > other
    __ge__ = lambda self, other: not self < other


def primal(u):
    return getattr(u, "primal", u)


def tangent(u):
    return getattr(u, "tangent", 0.0)


def along(u, value, rate):
    return Dual(value, rate * u.tangent)


def inverse(u):
    return along(u, 1 / u.primal, -1 / u.primal**2) if isinstance(u, Dual) else 1 / u


def elemental(plain, rate):
    def function(u):
        if isinstance(u, Dual):
            value = function(u.primal)
            return along(u, value, rate(u.primal, value))
        return plain(u)

    return function


exp = elemental(math.exp, lambda u, v: v)
log = elemental(math.log, lambda u, v: 1 / u)
sin = elemental(math.sin, lambda u, v: cos(u))
cos = elemental(math.cos, lambda u, v: -sin(u))
tan = elemental(math.tan, lambda u, v: 1 + v * v)
sqrt = elemental(math.sqrt, lambda u, v: 1 / (v + v))


# %% jvp
def jvp(f, primals, tangents):
    result = f(*map(Dual, primals, tangents))
    if isinstance(result, list):
        return list(map(primal, result)), list(map(tangent, result))
    return primal(result), tangent(result)


# %% jacobian
def jacobian(f, x):
    n = len(x)
    rows = [tangent(y) * np.ones(n) for y in f(list(map(Dual, x, np.identity(n))))]
    return np.vstack(rows)


# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    if years == 0:
        return 0.3, 0.0
    f, f_dot = pond_with_tangent(rate, effort, rate_dot, effort_dot, years - 1)
    f, f_dot = rate * f * (1 - f), rate_dot * f * (1 - f) + rate * (1 - 2 * f) * f_dot
    if f <= 0.5:
        return f, f_dot
    return f - effort * f * f, f_dot - effort_dot * f * f - 2 * effort * f * f_dot


# %% derivatives
def derivatives(f, x, order):
    if order == 0:
        return [primal(f(x))]
    return [f(x)] + derivatives(lambda t: tangent(f(Dual(t, 1.0))), x, order - 1)


# %% slope
level = 0


def sine(u):
    return u.sine() if hasattr(u, "sine") else math.sin(u)


def cosine(u):
    return u.cosine() if hasattr(u, "sine") else math.cos(u)


def new_kind(height):
    """A class of numbers for one differentiation; all lower ones are constants for it."""

    class Kind:
        rank = height

        def __init__(self, value, rate):
            self.value, self.rate = value, rate

        def apart(self, other):
            return (other.value, other.rate) if type(other) is Kind else (other, 0.0)

        def __add__(self, other):
            if getattr(other, "rank", 0) > height:
                return NotImplemented
            value, rate = self.apart(other)
            return Kind(self.value + value, self.rate + rate)

        def __mul__(self, other):
            if getattr(other, "rank", 0) > height:
                return NotImplemented
            value, rate = self.apart(other)
            return Kind(self.value * value, self.rate * value + self.value * rate)

        __radd__, __rmul__ = __add__, __mul__

        def __sub__(self, other):
            return self + other * -1

        def __rsub__(self, other):
            return other + self * -1

        def sine(self):
            return Kind(sine(self.value), cosine(self.value) * self.rate)

        def cosine(self):
            return Kind(cosine(self.value), -1 * sine(self.value) * self.rate)

    return Kind


def slope(f, x):
    global level
    level += 1
    try:
        Kind = new_kind(level)
        y = f(Kind(x, 1.0))
    finally:
        level -= 1
    return y.rate if type(y) is Kind else 0.0
