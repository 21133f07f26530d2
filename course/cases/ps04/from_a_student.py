# /// case
# title = "Solved from the student version alone"
# kind = "correct"
# why = "An answer by somebody who had seen nothing but the notebook that students get."
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
        other = to_dual(other)
        return Dual(self.primal + other.primal, self.tangent + other.tangent)

    __radd__ = __add__

    def __neg__(self):
        return Dual(-self.primal, -self.tangent)

    def __sub__(self, other):
        return self + (-to_dual(other))

    def __rsub__(self, other):
        return to_dual(other) + (-self)

    def __mul__(self, other):
        other = to_dual(other)
        return Dual(
            self.primal * other.primal,
            self.tangent * other.primal + self.primal * other.tangent,
        )

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = to_dual(other)
        v = self.primal / other.primal
        return Dual(v, (self.tangent - v * other.tangent) / other.primal)

    def __rtruediv__(self, other):
        return to_dual(other) / self

    def __pow__(self, other):
        if isinstance(other, Dual):
            return exp(other * log(self))
        if other == 0:  # constant 1; 0 ** (-1) must not be asked for
            return Dual(self.primal**0, 0.0 * self.tangent)
        return Dual(
            self.primal**other, other * self.primal ** (other - 1) * self.tangent
        )

    def __rpow__(self, other):
        return to_dual(other) ** self

    # comparisons: only the values count
    def __lt__(self, other):
        return self.primal < to_dual(other).primal

    def __le__(self, other):
        return self.primal <= to_dual(other).primal

    def __gt__(self, other):
        return self.primal > to_dual(other).primal

    def __ge__(self, other):
        return self.primal >= to_dual(other).primal

    def __eq__(self, other):
        return self.primal == to_dual(other).primal

    def __ne__(self, other):
        return self.primal != to_dual(other).primal


def to_dual(x):
    """A plain number does not move."""
    return x if isinstance(x, Dual) else Dual(x)


def exp(u):
    if not isinstance(u, Dual):
        return math.exp(u)
    v = exp(u.primal)
    return Dual(v, v * u.tangent)


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
    v = tan(u.primal)
    return Dual(v, (1 + v * v) * u.tangent)


def sqrt(u):
    if not isinstance(u, Dual):
        return math.sqrt(u)
    v = sqrt(u.primal)
    return Dual(v, u.tangent / (2 * v))


# %% jvp
def jvp(f, primals, tangents):
    """Return f(*primals) and its derivative along `tangents`, by one run of f."""
    result = f(*[Dual(p, t) for p, t in zip(primals, tangents)])
    if isinstance(result, (list, tuple)):
        duals = [to_dual(r) for r in result]
        return [d.primal for d in duals], [d.tangent for d in duals]
    result = to_dual(result)
    return result.primal, result.tangent


# %% jacobian
def jacobian(f, x):
    """Return the Jacobian of f at the list x, m × n, by one run of f."""
    n = len(x)
    seeds = np.eye(n)
    results = f([Dual(x[j], seeds[j]) for j in range(n)])
    return np.array([np.zeros(n) + to_dual(r).tangent for r in results])


# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    """Return what `pond` returns, and its tangent along (rate_dot, effort_dot)."""
    fish = 0.3
    fish_dot = 0.0
    for year in range(years):
        # tangent first, since fish is overwritten
        fish_dot = (
            rate_dot * fish * (1 - fish)
            + rate * fish_dot * (1 - fish)
            - rate * fish * fish_dot
        )
        fish = rate * fish * (1 - fish)
        if fish > 0.5:
            fish_dot = fish_dot - effort_dot * fish * fish - 2 * effort * fish * fish_dot
            fish = fish - effort * fish * fish
    return fish, fish_dot


# %% derivatives
def derivatives(f, x, order):
    """Return [f(x), f′(x), f″(x), …] up to the derivative of that order."""
    def derivative(g):
        def dg(t):
            result = g(Dual(t, 1.0))
            return result.tangent if isinstance(result, Dual) else 0.0

        return dg

    answer = []
    for k in range(order + 1):
        answer.append(f(x))
        f = derivative(f)
    return answer


# %% slope
class Tagged:
    """primal + ε_tag · tangent; the tag says whose tangent it is."""

    def __init__(self, primal, tangent, tag):
        self.primal = primal
        self.tangent = tangent
        self.tag = tag

    def __add__(self, other):
        tag, a, a_dot, b, b_dot = split(self, other)
        return Tagged(a + b, a_dot + b_dot, tag)

    __radd__ = __add__

    def __sub__(self, other):
        return self + (-1) * other

    def __rsub__(self, other):
        return (-1) * self + other

    def __mul__(self, other):
        tag, a, a_dot, b, b_dot = split(self, other)
        return Tagged(a * b, a_dot * b + a * b_dot, tag)

    __rmul__ = __mul__


last_tag = 0


def tag_of(x):
    return x.tag if isinstance(x, Tagged) else 0


def split(x, y):
    """The larger tag, and both values seen from it as primal, tangent."""
    tag = max(tag_of(x), tag_of(y))
    parts = [tag]
    for v in (x, y):
        parts += [v.primal, v.tangent] if tag_of(v) == tag else [v, 0.0]
    return parts


def cosine(u):
    if isinstance(u, Tagged):
        return Tagged(cosine(u.primal), (-1) * sine(u.primal) * u.tangent, u.tag)
    return math.cos(u)


def sine(u):
    """Return the sine of a plain number, or of one that is being differentiated."""
    if isinstance(u, Tagged):
        return Tagged(sine(u.primal), cosine(u.primal) * u.tangent, u.tag)
    return math.sin(u)


def slope(f, x):
    """Return the derivative of f at x; f may use `slope` and any outer variable."""
    global last_tag
    last_tag += 1
    tag = last_tag
    result = f(Tagged(x, 1.0, tag))
    return result.tangent if tag_of(result) == tag else 0.0
