# /// case
# title = "A complex number with a step of 1e-20, called Dual"
# kind = "misconception"
# why = """\
# Exact to the last digit, and no AD: a step too large or too small for the tangent shows, and \
# so does nesting or a vector of tangents."""
#
# [cells.test-dual]
# points = 3.25
# diagnosis = "x * y: the value: not finite"
#
# [cells.test-programs]
# points = 1.5
#
# [cells.test-jvp]
# points = 1.5
#
# [cells.test-jacobian]
# points = 2
# diagnosis = "let all directions travel in one run"
#
# [cells.test-by-hand]
# points = 2.5
# diagnosis = "fish: not finite"
#
# [cells.test-derivatives]
# points = 0
#
# [cells.test-slope]
# points = 0.5
# diagnosis = "confused"
# ///

# %% dual
import cmath

STEP = 1e-20


class Dual:
    """A number with its rate of change: primal + ε · tangent."""

    def __init__(self, primal, tangent=0.0):
        self.z = complex(primal, STEP * tangent)

    primal = property(lambda self: self.z.real)
    tangent = property(lambda self: self.z.imag / STEP)

    def __add__(self, other):
        return wrapped(self.z + number(other))

    def __sub__(self, other):
        return wrapped(self.z - number(other))

    def __rsub__(self, other):
        return wrapped(number(other) - self.z)

    def __mul__(self, other):
        return wrapped(self.z * number(other))

    def __truediv__(self, other):
        return wrapped(self.z / number(other))

    def __rtruediv__(self, other):
        return wrapped(number(other) / self.z)

    def __pow__(self, other):
        return wrapped(self.z ** number(other))

    def __rpow__(self, other):
        return wrapped(number(other) ** self.z)

    def __neg__(self):
        return wrapped(-self.z)

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other):
        return self.primal < number(other).real

    def __le__(self, other):
        return self.primal <= number(other).real

    def __gt__(self, other):
        return self.primal > number(other).real

    def __ge__(self, other):
        return self.primal >= number(other).real

    def __eq__(self, other):
        return self.primal == number(other).real

    def __ne__(self, other):
        return self.primal != number(other).real


def number(u):
    return u.z if isinstance(u, Dual) else u


def wrapped(z):
    return Dual(z.real, z.imag / STEP)


def function(plain, of_complex):
    return lambda u: wrapped(of_complex(u.z)) if isinstance(u, Dual) else plain(u)


exp = function(math.exp, cmath.exp)
log = function(math.log, cmath.log)
sin = function(math.sin, cmath.sin)
cos = function(math.cos, cmath.cos)
tan = function(math.tan, cmath.tan)
sqrt = function(math.sqrt, cmath.sqrt)


# %% jvp
def jvp(f, primals, tangents):
    y = f(*map(Dual, primals, tangents))
    parts = [(u.primal, u.tangent) if isinstance(u, Dual) else (u, 0.0) for u in np.atleast_1d(y)]
    return tuple(map(list, zip(*parts))) if isinstance(y, list) else parts[0]


# %% jacobian
def jacobian(f, x):
    columns = [jvp(lambda *x: f(list(x)), x, seed)[1] for seed in np.eye(len(x))]
    return np.array(columns).T


# %% by-hand
def pond_with_tangent(rate, effort, rate_dot, effort_dot, years):
    rate, effort = complex(rate, STEP * rate_dot), complex(effort, STEP * effort_dot)
    fish = 0.3 + 0j
    for year in range(years):
        fish = rate * fish * (1 - fish)
        if fish.real > 0.5:
            fish = fish - effort * fish * fish
    return fish.real, fish.imag / STEP


# %% derivatives
def derivatives(f, x, order):
    g = f
    found = [f(x)]
    for _ in range(order):
        g = lambda x, g=g: getattr(g(Dual(x, 1.0)), "tangent", 0.0)
        found.append(g(x))
    return found


# %% slope
def sine(u):
    return cmath.sin(u) if isinstance(u, complex) else math.sin(u)


def slope(f, x):
    y = f(x + 1e-20j)
    return (y.imag if isinstance(y, complex) else 0.0) / 1e-20
