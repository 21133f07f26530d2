# /// case
# title = "Solved from the student version alone"
# kind = "correct"
# why = """\
# Written with nothing but the text and the checks on view. Tags are places in a list of the \
# open slopes."""
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
        p, t = split(other)
        return Dual(self.primal + p, self.tangent + t)

    def __radd__(self, other):
        return self + other

    def __neg__(self):
        return Dual(-self.primal, -self.tangent)

    def __sub__(self, other):
        p, t = split(other)
        return Dual(self.primal - p, self.tangent - t)

    def __rsub__(self, other):
        return (-self) + other

    def __mul__(self, other):
        p, t = split(other)
        return Dual(self.primal * p, self.tangent * p + self.primal * t)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        p, t = split(other)
        v = self.primal / p
        return Dual(v, (self.tangent - v * t) / p)

    def __rtruediv__(self, other):
        v = other / self.primal
        return Dual(v, -v * self.tangent / self.primal)

    def __pow__(self, c):
        if isinstance(c, Dual):
            return exp(c * log(self))
        return Dual(self.primal**c, c * self.primal ** (c - 1) * self.tangent)

    def __rpow__(self, base):
        return exp(math.log(base) * self)

    def __lt__(self, other):
        return self.primal < split(other)[0]

    def __le__(self, other):
        return self.primal <= split(other)[0]

    def __gt__(self, other):
        return self.primal > split(other)[0]

    def __ge__(self, other):
        return self.primal >= split(other)[0]

    def __eq__(self, other):
        return self.primal == split(other)[0]

    def __ne__(self, other):
        return self.primal != split(other)[0]


def split(u):
    if isinstance(u, Dual):
        return u.primal, u.tangent
    return u, 0.0


def exp(u):
    if isinstance(u, Dual):
        v = exp(u.primal)
        return Dual(v, v * u.tangent)
    return np.exp(u)


def log(u):
    if isinstance(u, Dual):
        return Dual(log(u.primal), u.tangent / u.primal)
    return np.log(u)


def sin(u):
    if isinstance(u, Dual):
        return Dual(sin(u.primal), cos(u.primal) * u.tangent)
    return np.sin(u)


def cos(u):
    if isinstance(u, Dual):
        return Dual(cos(u.primal), -sin(u.primal) * u.tangent)
    return np.cos(u)


def tan(u):
    return sin(u) / cos(u)


def sqrt(u):
    if isinstance(u, Dual):
        v = sqrt(u.primal)
        return Dual(v, u.tangent / (2 * v))
    return np.sqrt(u)


# %% jvp
def jvp(f, primals, tangents):
    y = f(*[Dual(p, t) for p, t in zip(primals, tangents)])
    if isinstance(y, list):
        pairs = [split(part) for part in y]
        return [p for p, t in pairs], [t for p, t in pairs]
    return split(y)


# %% jacobian
def jacobian(f, x):
    seeds = np.eye(len(x))
    y = f([Dual(x[j], seeds[j]) for j in range(len(x))])
    return np.array([split(part)[1] + np.zeros(len(x)) for part in y])


# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    fish = 0.3
    fish_dot = 0.0
    for year in range(years):
        fish_dot = (
            rate_dot * fish * (1 - fish) + rate * fish_dot * (1 - fish) - rate * fish * fish_dot
        )
        fish = rate * fish * (1 - fish)
        if fish > 0.5:
            fish_dot = fish_dot - effort_dot * fish * fish - effort * 2 * fish * fish_dot
            fish = fish - effort * fish * fish
    return fish, fish_dot


# %% derivatives
def slope_of(f):
    return lambda x: split(f(Dual(x, 1.0)))[1]


def derivatives(f, x, order):
    found = [f(x)]
    for k in range(order):
        f = slope_of(f)
        found.append(f(x))
    return found


# %% slope
open_slopes = []


class Tagged:
    def __init__(self, p, t, tag):
        self.p, self.t, self.tag = p, t, tag

    def binary(self, other, rule):
        tags = [u.tag for u in (self, other) if isinstance(u, Tagged)]
        tag = max(tags, key=open_slopes.index)
        a, b = take(self, tag), take(other, tag)
        return Tagged(*rule(*a, *b), tag)

    def __add__(self, other):
        return self.binary(other, lambda a, s, b, t: (a + b, s + t))

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self.binary(other, lambda a, s, b, t: (a - b, s - t))

    def __rsub__(self, other):
        return self * -1 + other

    def __mul__(self, other):
        return self.binary(other, lambda a, s, b, t: (a * b, s * b + a * t))

    def __rmul__(self, other):
        return self * other


def take(u, tag):
    return (u.p, u.t) if isinstance(u, Tagged) and u.tag is tag else (u, 0.0)


def sine(u):
    if isinstance(u, Tagged):
        return Tagged(sine(u.p), sine(u.p + math.pi / 2) * u.t, u.tag)
    return math.sin(u)


def slope(f, x):
    tag = object()
    open_slopes.append(tag)
    try:
        return take(f(Tagged(x, 1.0, tag)), tag)[1]
    finally:
        open_slopes.remove(tag)


# %% [markdown] explanation
# 1. 18, should be 6. First the tangent, then the overwriting. A Dual is made new, both parts from the old one.
# 2. Right is 2x = 10. Without tags 9: the inner derivative counts the tangent of x as if it were that of y.
# 3. 15 and 10 runs. Not for one output and many inputs: it takes a direction for every input.
