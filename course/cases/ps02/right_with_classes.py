# /// case
# title = "Right, with classes"
# kind = "correct"
# why = "Objects where the reference has functions."
# ///

# %% formulas
class Chord:
    def __init__(self, f, left, right):
        self.rise = f(right) - f(left)
        self.width = right - left

    def slope(self):
        return self.rise / self.width


def forward_difference(f, x, h):
    return Chord(f, x, x + h).slope()


def central_difference(f, x, h):
    return Chord(f, x - h, x + h).slope()


def complex_step(f, x, h):
    return (f(x + h * 1j) / h).imag


# %% richardson
class Triangle:
    def __init__(self, f, x, h):
        self.f, self.x, self.h = f, x, h

    def entry(self, row, column):
        if column == 0:
            step = self.h / 2**row
            return (self.f(self.x + step) - self.f(self.x - step)) / (2 * step)
        coarse, fine = self.column(column - 1)[row - 1 : row + 1]
        return fine + (fine - coarse) / (4**column - 1)

    def column(self, number):
        if not hasattr(self, "columns"):
            self.columns = [[self.entry(row, 0) for row in range(self.levels)]]
            for k in range(1, self.levels):
                before = self.columns[-1]
                self.columns.append(
                    [b + (b - a) / (4**k - 1) for a, b in zip(before, before[1:])]
                )
        return self.columns[number]

    def tip(self, levels):
        self.levels = levels
        return self.column(levels - 1)[0]


def richardson(f, x, h, levels):
    return Triangle(f, x, h).tip(levels)


# %% best-step
from dataclasses import dataclass


@dataclass
class Method:
    weights: tuple
    order: int
    truncation: float

    def terms(self, value, derivative):
        roundoff = sum(map(abs, self.weights)) * value * 2.0**-53
        return self.order, self.truncation * derivative, roundoff


METHODS = {
    "forward": Method((1, -1), 1, 1 / 2),
    "central": Method((0.5, -0.5), 2, 1 / 6),
    "edge": Method((-1.5, 2, -0.5), 2, 1 / 3),
}


def error_terms(method, value, derivative):
    return METHODS[method].terms(value, derivative)


@dataclass
class Model:
    p: int
    T: float
    R: float

    def error(self, h):
        return self.T * h**self.p + self.R / h

    def best(self):
        return math.exp(math.log(self.R / self.p / self.T) / (self.p + 1))


def best_step(order, truncation, roundoff):
    if not truncation:
        return math.inf, 0.0
    model = Model(order, truncation, roundoff)
    h = model.best()
    return h, model.error(h)


# %% gradient
class Moved:
    def __init__(self, x):
        self.x = list(x)

    def by(self, i, h):
        moved = list(self.x)
        moved[i] += h
        return moved


def gradient(f, x, h):
    point, here = Moved(x), f(list(x))
    return [(f(point.by(i, h)) - here) / h for i in range(len(x))]


# %% wrong-entries
class Checker:
    step, alarm = 2e-4, 2e-4

    def __init__(self, f, gradient, x):
        self.f, self.x = f, tuple(x)
        for _ in range(2):
            self.claimed = gradient(list(x))

    def witness(self, i):
        ends = []
        for sign in (1, -1):
            moved = list(self.x)
            moved[i] += sign * self.step
            ends.append(self.f(moved))
        return (ends[0] - ends[1]) / (2 * self.step)

    def is_right(self, i):
        return abs(self.claimed[i] - self.witness(i)) < self.alarm

    def report(self):
        everything = range(len(self.x))
        if len(self.claimed) != len(self.x):
            return list(everything)
        return [i for i in everything if not self.is_right(i)]


def wrong_entries(f, gradient, x):
    return Checker(f, gradient, x).report()


# %% looks-right
class Line:
    def __init__(self, f, x):
        self.f, self.x = f, x
        self.v = [random.choice([-1.0, 1.0]) for _ in x]

    def at(self, t):
        return self.f([a + t * b for a, b in zip(self.x, self.v)])

    def slope(self, h=1e-4):
        return (self.at(h) - self.at(-h)) / (2 * h)

    def claimed(self, gradient):
        return sum(a * b for a, b in zip(gradient, self.v))


def looks_right(f, gradient, x):
    claimed = gradient(list(x))
    lines = [Line(f, x) for _ in range(10)]
    return all(abs(line.slope() - line.claimed(claimed)) < 1e-2 for line in lines)
