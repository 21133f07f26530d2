# /// case
# title = "One table of partial derivatives, operators made in a loop"
# kind = "correct"
# why = """\
# Closures and a table in the place of methods; the trap is mended by sets of perturbations, \
# with no tag compared."""
# ///

# %% dual
import operator


class Dual:
    """A number with its rate of change: primal + ε · tangent."""

    def __init__(self, primal, tangent=0.0):
        self.primal = primal
        self.tangent = tangent

    def __repr__(self):
        return f"Dual({self.primal}, {self.tangent})"


def two(u):
    return (u.primal, u.tangent) if isinstance(u, Dual) else (u, 0.0)


def rule(value, *partials):
    def operation(*operands):
        numbers = [two(u)[0] for u in operands]
        if not any(isinstance(u, Dual) for u in operands):
            return value(*numbers)
        tangent = 0.0
        for u, partial in zip(operands, partials):
            if isinstance(u, Dual):
                tangent = tangent + partial(*numbers) * u.tangent
        return Dual(value(*numbers), tangent)

    return operation


exp = rule(lambda a: exp(a) if isinstance(a, Dual) else math.exp(a), lambda a: exp(a))
log = rule(lambda a: log(a) if isinstance(a, Dual) else math.log(a), lambda a: 1 / a)
sin = rule(lambda a: sin(a) if isinstance(a, Dual) else math.sin(a), lambda a: cos(a))
cos = rule(lambda a: cos(a) if isinstance(a, Dual) else math.cos(a), lambda a: -sin(a))
tan = rule(lambda a: tan(a) if isinstance(a, Dual) else math.tan(a), lambda a: 1 + tan(a) ** 2)
sqrt = rule(lambda a: sqrt(a) if isinstance(a, Dual) else math.sqrt(a), lambda a: 0.5 / sqrt(a))

for name, value, first, second in [
    ("add", operator.add, lambda a, b: 1.0, lambda a, b: 1.0),
    ("sub", operator.sub, lambda a, b: 1.0, lambda a, b: -1.0),
    ("mul", operator.mul, lambda a, b: b, lambda a, b: a),
    ("truediv", operator.truediv, lambda a, b: 1 / b, lambda a, b: -a / (b * b)),
    ("pow", operator.pow, lambda a, b: b * a ** (b - 1), lambda a, b: a**b * log(a)),
]:
    both = rule(value, first, second)
    setattr(Dual, f"__{name}__", both)
    setattr(Dual, f"__r{name}__", lambda self, other, both=both: both(other, self))

for name in ("lt", "le", "gt", "ge", "eq", "ne"):
    relation = getattr(operator, name)
    setattr(
        Dual, f"__{name}__", lambda a, b, relation=relation: relation(two(a)[0], two(b)[0])
    )

Dual.__neg__ = rule(operator.neg, lambda a: -1.0)


# %% jvp
def jvp(f, primals, tangents):
    y = f(*map(Dual, primals, tangents))
    return tuple(map(list, zip(*map(two, y)))) if isinstance(y, list) else two(y)


# %% jacobian
def jacobian(f, x):
    n = len(x)
    y = f([Dual(x[j], np.array([float(i == j) for i in range(n)])) for j in range(n)])
    J = np.empty((len(y), n))
    for i, result in enumerate(y):
        J[i] = two(result)[1]
    return J


# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    def grow(fish, fish_dot):
        free = 1 - fish
        return rate * fish * free, rate_dot * fish * free + rate * fish_dot * (free - fish)

    def harvest(fish, fish_dot):
        caught = effort * fish * fish
        caught_dot = effort_dot * fish * fish + 2 * effort * fish * fish_dot
        return fish - caught, fish_dot - caught_dot

    state = 0.3, 0.0
    for _ in range(years):
        state = grow(*state)
        state = harvest(*state) if state[0] > 0.5 else state
    return state


# %% derivatives
def derivatives(f, x, order):
    for _ in range(order):
        x = Dual(x, 1.0)
    # a dual number of a dual number of …: all derivatives are in it
    y, found = f(x), []
    for left in range(order, -1, -1):
        value = y
        for _ in range(left):
            value = two(value)[0]
        found.append(value)
        y = two(y)[1]
    return found


# %% slope
import itertools

names = itertools.count()


class Many:
    """A sum of products: {set of perturbations: coefficient}. A set occurs once or never."""

    def __init__(self, terms):
        self.terms = terms

    def __add__(self, other):
        total = dict(self.terms)
        for key, value in many(other).terms.items():
            total[key] = total.get(key, 0.0) + value
        return Many(total)

    def __mul__(self, other):
        total = {}
        for key, value in self.terms.items():
            for key2, value2 in many(other).terms.items():
                if not key & key2:  # ε² = 0
                    total[key | key2] = total.get(key | key2, 0.0) + value * value2
        return Many(total)

    __radd__ = __add__
    __rmul__ = __mul__

    def __sub__(self, other):
        return self + many(other) * -1.0

    def __rsub__(self, other):
        return self * -1.0 + other


def many(u):
    return u if isinstance(u, Many) else Many({frozenset(): u})


def sine(u):
    if not isinstance(u, Many):
        return math.sin(u)
    x = u.terms.get(frozenset(), 0.0)
    rest = Many({key: value for key, value in u.terms.items() if key})
    slopes = [math.sin(x), math.cos(x), -math.sin(x), -math.cos(x)]
    total, power, k = Many({frozenset(): slopes[0]}), rest, 1
    while power.terms:
        total = total + power * (slopes[k % 4] / math.factorial(k))
        power, k = power * rest, k + 1
    return total


def slope(f, x):
    name = frozenset([next(names)])
    terms = many(f(many(x) + Many({name: 1.0}))).terms
    found = {key - name: value for key, value in terms.items() if name <= key}
    if set(found) <= {frozenset()}:
        return found.get(frozenset(), 0.0)
    return Many(found)
