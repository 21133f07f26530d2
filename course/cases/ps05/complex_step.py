# /// case
# title = "The complex step, dressed up as reverse mode"
# kind = "misconception"
# why = """\
# All digits where it works, but f is called again for each input, and a comparison of complex \
# numbers or a rounding raises."""
#
# [cells.test-vjp]
# points = 0
# diagnosis = ["f was called 3 times, not once", "raised TypeError"]
#
# [cells.test-descend]
# points = 0
# diagnosis = "not once a step"
# ///

# %% var
import cmath


class Var:
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.adjoint = 0.0

    def __add__(self, other):
        if isinstance(other, Var):
            return Var(self.value + other.value, [(self, 1.0), (other, 1.0)])
        return Var(self.value + other, [(self, 1.0)])

    def __mul__(self, other):
        if isinstance(other, Var):
            return Var(self.value * other.value, [(self, other.value), (other, self.value)])
        return Var(self.value * other, [(self, other)])

    def __pow__(self, n):
        return Var(self.value**n, [(self, n * self.value ** (n - 1))])

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return self**-1 * other

    __radd__ = __add__
    __rmul__ = __mul__


def of_both(real, complex_one, x):
    return complex_one(x.value) if isinstance(x.value, complex) else real(x.value)


def sin(x):
    return Var(of_both(math.sin, cmath.sin, x), [(x, of_both(math.cos, cmath.cos, x))])


def cos(x):
    return Var(of_both(math.cos, cmath.cos, x), [(x, -of_both(math.sin, cmath.sin, x))])


def exp(x):
    y = of_both(math.exp, cmath.exp, x)
    return Var(y, [(x, y)])


def log(x):
    return Var(of_both(math.log, cmath.log, x), [(x, 1 / x.value)])


# %% vjp
def vjp(f, *xs):
    def at(point):
        return [y.value if isinstance(y, Var) else y for y in f(*map(Var, point))]

    def pullback(seeds):
        derivatives = []
        for place, x in enumerate(xs):
            point = list(xs)
            point[place] = x + 1e-30j
            slopes = [complex(y).imag / 1e-30 for y in at(point)]
            derivatives.append(sum(s * slope for s, slope in zip(seeds, slopes)))
        return derivatives

    return at(xs), pullback
