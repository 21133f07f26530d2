# /// case
# title = "Every case written out, by a beginner"
# kind = "correct"
# why = """\
# An if for each kind of operand. Tuples for lists, lists for arrays; powers of duals by their \
# own formula."""
# ///

# %% dual
class Dual:
    def __init__(self, primal, tangent=0.0):
        self.primal = primal
        self.tangent = tangent

    def __add__(self, o):
        if isinstance(o, Dual):
            return Dual(self.primal + o.primal, self.tangent + o.tangent)
        else:
            return Dual(self.primal + o, self.tangent)

    def __radd__(self, o):
        return Dual(o + self.primal, self.tangent)

    def __sub__(self, o):
        if isinstance(o, Dual):
            return Dual(self.primal - o.primal, self.tangent - o.tangent)
        else:
            return Dual(self.primal - o, self.tangent)

    def __rsub__(self, o):
        return Dual(o - self.primal, -self.tangent)

    def __mul__(self, o):
        if isinstance(o, Dual):
            return Dual(
                self.primal * o.primal, self.primal * o.tangent + self.tangent * o.primal
            )
        else:
            return Dual(self.primal * o, self.tangent * o)

    def __rmul__(self, o):
        return Dual(o * self.primal, o * self.tangent)

    def __truediv__(self, o):
        if isinstance(o, Dual):
            top = self.tangent * o.primal - self.primal * o.tangent
            return Dual(self.primal / o.primal, top / (o.primal * o.primal))
        else:
            return Dual(self.primal / o, self.tangent / o)

    def __rtruediv__(self, o):
        return Dual(o / self.primal, -o * self.tangent / (self.primal * self.primal))

    def __neg__(self):
        return Dual(-self.primal, -self.tangent)

    def __pow__(self, o):
        if isinstance(o, Dual):
            v = self.primal**o.primal
            one = o.primal * self.primal ** (o.primal - 1) * self.tangent
            other = v * log(self.primal) * o.tangent
            return Dual(v, one + other)
        if o == 1:
            return Dual(self.primal, self.tangent)
        return Dual(self.primal**o, o * self.primal ** (o - 1) * self.tangent)

    def __rpow__(self, o):
        v = o**self.primal
        return Dual(v, v * log(o) * self.tangent)

    def __lt__(self, o):
        if isinstance(o, Dual):
            return self.primal < o.primal
        return self.primal < o

    def __le__(self, o):
        if isinstance(o, Dual):
            return self.primal <= o.primal
        return self.primal <= o

    def __gt__(self, o):
        return not self <= o

    def __ge__(self, o):
        return not self < o

    def __eq__(self, o):
        if isinstance(o, Dual):
            return self.primal == o.primal
        return self.primal == o


def exp(u):
    if isinstance(u, Dual):
        return Dual(exp(u.primal), exp(u.primal) * u.tangent)
    return math.exp(u)


def log(u):
    if isinstance(u, Dual):
        return Dual(log(u.primal), 1 / u.primal * u.tangent)
    return math.log(u)


def sin(u):
    if isinstance(u, Dual):
        return Dual(sin(u.primal), u.tangent * cos(u.primal))
    return math.sin(u)


def cos(u):
    if isinstance(u, Dual):
        return Dual(cos(u.primal), -1 * sin(u.primal) * u.tangent)
    return math.cos(u)


def tan(u):
    return sin(u) / cos(u)


def sqrt(u):
    if isinstance(u, Dual):
        return Dual(sqrt(u.primal), 0.5 / sqrt(u.primal) * u.tangent)
    return math.sqrt(u)


# %% jvp
def jvp(f, primals, tangents):
    inputs = []
    for i in range(len(primals)):
        inputs.append(Dual(primals[i], tangents[i]))
    out = f(*inputs)
    if type(out) == list:
        values = []
        dots = []
        for o in out:
            if type(o) == Dual:
                values.append(o.primal)
                dots.append(o.tangent)
            else:
                values.append(o)
                dots.append(0)
        return values, dots
    if type(out) == Dual:
        return out.primal, out.tangent
    return out, 0


# %% jacobian
def jacobian(f, x):
    n = len(x)
    inputs = []
    for j in range(n):
        seed = np.zeros(n)
        seed[j] = 1
        inputs.append(Dual(x[j], seed))
    rows = []
    for y in f(inputs):
        if isinstance(y, Dual):
            rows.append(list(np.zeros(n) + y.tangent))
        else:
            rows.append([0] * n)
    return rows


# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    fish = 0.3
    fish_dot = 0
    for year in range(years):
        old = fish
        old_dot = fish_dot
        fish = rate * old * (1 - old)
        fish_dot = rate_dot * old * (1 - old) + rate * old_dot * (1 - old) - rate * old * old_dot
        if fish > 0.5:
            old = fish
            old_dot = fish_dot
            fish = old - effort * old * old
            fish_dot = old_dot - effort_dot * old * old - 2 * effort * old * old_dot
    return [fish, fish_dot]


# %% derivatives
def derivative_of(f):
    def g(x):
        y = f(Dual(x, 1))
        if isinstance(y, Dual):
            return y.tangent
        return 0

    return g


def derivatives(f, x, order):
    result = []
    g = f
    for k in range(order + 1):
        result.append(g(x))
        g = derivative_of(g)
    return result


# %% slope
counter = 0


class T:
    def __init__(self, v, d, tag):
        self.v = v
        self.d = d
        self.tag = tag

    def __add__(self, o):
        if not isinstance(o, T) or o.tag < self.tag:
            return T(self.v + o, self.d, self.tag)
        if o.tag > self.tag:
            return T(self + o.v, o.d, o.tag)
        return T(self.v + o.v, self.d + o.d, self.tag)

    def __radd__(self, o):
        return self + o

    def __mul__(self, o):
        if not isinstance(o, T) or o.tag < self.tag:
            return T(self.v * o, self.d * o, self.tag)
        if o.tag > self.tag:
            return T(self * o.v, self * o.d, o.tag)
        return T(self.v * o.v, self.v * o.d + self.d * o.v, self.tag)

    def __rmul__(self, o):
        return self * o

    def __sub__(self, o):
        return self + o * (-1)

    def __rsub__(self, o):
        return self * (-1) + o


def sine(x):
    if isinstance(x, T):
        return T(sine(x.v), cosine(x.v) * x.d, x.tag)
    return math.sin(x)


def cosine(x):
    if isinstance(x, T):
        return T(cosine(x.v), sine(x.v) * (-1) * x.d, x.tag)
    return math.cos(x)


def slope(f, x):
    global counter
    counter = counter + 1
    mine = counter
    y = f(T(x, 1, mine))
    if isinstance(y, T) and y.tag == mine:
        return y.d
    return 0
