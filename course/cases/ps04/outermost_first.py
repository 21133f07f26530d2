# /// case
# title = "Lets the outer differentiation take precedence"
# kind = "misconception"
# why = "Of two tags that meet, the one opened inside the other must be peeled off first."
#
# [cells.test-slope]
# points = 0.5
# diagnosis = "the inner derivative has swallowed the outer tangent"
# ///

# %% slope
import itertools


class Tagged:
    def __init__(self, primal, tangent, tag):
        self.primal, self.tangent, self.tag = primal, tangent, tag

    def __add__(self, other):
        tag = innermost([self, other])
        a, a_dot = parts(self, tag)
        b, b_dot = parts(other, tag)
        return Tagged(a + b, a_dot + b_dot, tag)

    def __mul__(self, other):
        tag = innermost([self, other])
        a, a_dot = parts(self, tag)
        b, b_dot = parts(other, tag)
        return Tagged(a * b, a_dot * b + a * b_dot, tag)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other


def innermost(values):
    return min(value.tag for value in values if isinstance(value, Tagged))


def parts(value, tag):
    if isinstance(value, Tagged) and value.tag == tag:
        return value.primal, value.tangent
    return value, 0.0


fresh_tags = itertools.count()


def sine(u):
    """Return the sine of a plain number, or of one that is being differentiated."""
    if not isinstance(u, Tagged):
        return math.sin(u)
    return Tagged(sine(u.primal), sine(u.primal + math.pi / 2) * u.tangent, u.tag)


def slope(f, x):
    """Return the derivative of f at x; f may use `slope` and any outer variable."""
    tag = next(fresh_tags)
    return parts(f(Tagged(x, 1.0, tag)), tag)[1]
