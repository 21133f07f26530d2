# /// case
# title = "Classes, and a table of costs"
# kind = "correct"
# why = """\
# Graphs are objects that know what enters and what leaves each vertex; sets of vertices are \
# searched in the place of orders."""
# ///

# %% work
class Cost:
    def __init__(self, moves=0, additions=0, multiplications=0, nonlinear=0):
        self.all = (moves, additions, multiplications, nonlinear)

    def __add__(self, other):
        return Cost(*(a + b for a, b in zip(self.all, other.all)))

    def __rmul__(self, times):
        return Cost(*(times * a for a in self.all))


VALUE = {2: Cost(moves=3), 1: Cost(moves=2, nonlinear=1)}
EXTRA = {"mul": Cost(multiplications=1), "add": Cost(additions=1), "sub": Cost(additions=1)}
TANGENT = {
    "mul": Cost(3, 1, 2, 0),
    "add": Cost(3, 1, 0, 0),
    "sub": Cost(3, 1, 0, 0),
}
ADJOINT = {
    "mul": Cost(6, 2, 2, 0),
    "add": Cost(6, 2, 0, 0),
    "sub": Cost(6, 2, 0, 0),
}


def summed(costs):
    return sum(costs, Cost()).all


def value_of_line(line):
    return VALUE[len(line) - 2] + EXTRA.get(line[1], Cost())


def value_work(program):
    return summed(value_of_line(line) for line in program)


def tangent_work(program, p):
    def of(line):
        once = Cost() if line[1] in TANGENT else Cost(nonlinear=1)
        return value_of_line(line) + once + p * TANGENT.get(line[1], Cost(2, 0, 1, 0))

    return summed(map(of, program))


def adjoint_work(program, q):
    again = {"mul": Cost(moves=2), "add": Cost(), "sub": Cost()}

    def of(line):
        once = again.get(line[1], Cost(moves=1, nonlinear=1))
        return value_of_line(line) + once + q * ADJOINT.get(line[1], Cost(4, 1, 1, 0))

    return summed(map(of, program))


# %% jacobian
class Mode:
    def __init__(self, price, sweep, size, turned):
        self.price, self.sweep, self.size, self.turned = price, sweep, size, turned

    def rows(self):
        seeds = [[1.0 if a == b else 0.0 for b in range(self.size)] for a in range(self.size)]
        found = [self.sweep(seed) for seed in seeds]
        return [list(row) for row in zip(*found)] if self.turned else found


def jacobian(push, pull, n, m):
    forward = Mode(1 + 1.5 * n, push, n, True)
    reverse = Mode(1.5 + 2.5 * m, pull, m, False)
    return min(forward, reverse, key=lambda mode: mode.price).rows()


# %% hvp
def hvp(f, x, x_dot):
    def along(z):
        return sum(a * b for a, b in zip(gradient(f, z), x_dot))

    return gradient(along, x)


# %% elimination
class Graph:
    def __init__(self, edges):
        self.into, self.out_of = {}, {}
        for (start, end), number in edges.items():
            self.connect(start, end, number)

    def connect(self, start, end, number):
        known = self.into.setdefault(end, {}).get(start, 0.0)
        self.into[end][start] = self.out_of.setdefault(start, {})[end] = known + number

    def cost(self, vertex):
        return len(self.into.get(vertex, ())) * len(self.out_of.get(vertex, ()))

    def remove(self, vertex):
        cost = self.cost(vertex)
        entering, leaving = self.into.pop(vertex, {}), self.out_of.pop(vertex, {})
        for start in entering:
            del self.out_of[start][vertex]
        for end in leaving:
            del self.into[end][vertex]
        for start, a in entering.items():
            for end, b in leaving.items():
                self.connect(start, end, a * b)
        return cost

    def edges(self):
        return {(s, e): w for e, starts in self.into.items() for s, w in starts.items()}


def eliminate(edges, vertex):
    graph = Graph(edges)
    cost = graph.remove(vertex)
    return graph.edges(), cost


def markowitz(edges, inner):
    graph, left, order, total = Graph(edges), list(inner), [], 0
    while left:
        vertex = min(left, key=graph.cost)
        left.remove(vertex)
        order.append(vertex)
        total += graph.remove(vertex)
    return order, total, graph.edges()


def fewest_multiplications(edges, inner):
    best = {frozenset(): (0, edges)}
    for _ in inner:
        longer = {}
        for gone, (cost, left) in best.items():
            for vertex in set(inner) - gone:
                graph, more = eliminate(left, vertex)
                now = gone | {vertex}
                if now not in longer or cost + more < longer[now][0]:
                    longer[now] = cost + more, graph
        best = longer
    return best[frozenset(inner)][0]
