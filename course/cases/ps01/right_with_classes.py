# /// case
# title = "Classes, and a topological order"
# kind = "correct"
# why = """\
# Derivatives pushed from the start through the nodes in order, by objects that know their own \
# rules."""
# ///

# %% evaluate
class Program:
    def __init__(self, lines):
        self.lines = lines

    def run(self, inputs):
        values = {}
        values.update(inputs)
        for line in self.lines:
            name, operation = line[0], OPERATIONS[line[1]]
            if len(line) == 4:
                values[name] = operation(values[line[2]], values[line[3]])
            else:
                values[name] = operation(values[line[2]])
        return values


def evaluate(program, inputs):
    return Program(program).run(inputs)


# %% weighted-graph
class Rule:
    def __init__(self, *partials):
        self.partials = partials

    def at(self, *operands):
        return [partial(*operands) for partial in self.partials]


RULES = {
    "add": Rule(lambda u, v: 1.0, lambda u, v: 1.0),
    "sub": Rule(lambda u, v: 1.0, lambda u, v: -1.0),
    "mul": Rule(lambda u, v: v, lambda u, v: u),
    "div": Rule(lambda u, v: 1.0 / v, lambda u, v: -(u / v) / v),
    "neg": Rule(lambda u: -1.0),
    "exp": Rule(math.exp),
    "sin": Rule(math.cos),
    "cos": Rule(lambda u: -math.sin(u)),
    "sqrt": Rule(lambda u: 0.5 / math.sqrt(u)),
}


def weighted_graph(program, values):
    lines = {line[0]: line for line in program}
    graph = {}
    for name in values:
        graph[name] = []
        if name in lines:
            operands = lines[name][2:]
            weights = RULES[lines[name][1]].at(*[values[operand] for operand in operands])
            for operand, weight in zip(operands, weights):
                graph[name].append((operand, weight))
    return graph


# %% sum-over-paths
class Graph:
    def __init__(self, operands):
        self.operands = {node: list(edges) for node, edges in operands.items()}

    def order(self):
        """Return the nodes, operands before what is made from them."""
        waiting = {node: len(edges) for node, edges in self.operands.items()}
        made_from = {node: [] for node in self.operands}
        for node, edges in self.operands.items():
            for operand, _ in edges:
                made_from[operand].append(node)
        ready = [node for node, missing in waiting.items() if missing == 0]
        for node in ready:
            for other in made_from[node]:
                waiting[other] -= 1
                if waiting[other] == 0:
                    ready.append(other)
        return ready

    def derivative(self, start, end):
        tangent = {}
        for node in self.order():
            arriving = [weight * tangent[operand] for operand, weight in self.operands[node]]
            tangent[node] = 1.0 if node == start else sum(arriving)
        return tangent[end]


def sum_over_paths(graph, start, end):
    return Graph(graph).derivative(start, end)


# %% association-cost
class Product:
    def __init__(self, rows, columns):
        self.rows, self.columns, self.cost = rows, columns, 0

    def __matmul__(self, other):
        result = Product(self.rows, other.columns)
        result.cost = self.cost + other.cost + self.rows * self.columns * other.columns
        return result


def matrices(sizes):
    return [Product(rows, columns) for rows, columns in zip(sizes, sizes[1:])]


def left_to_right(sizes):
    result, *others = matrices(sizes)
    for other in others:
        result = result @ other
    return result.cost


def right_to_left(sizes):
    *others, result = matrices(sizes)
    for other in reversed(others):
        result = other @ result
    return result.cost


# %% fewest-multiplications
class Chain:
    def __init__(self, sizes):
        self.sizes = sizes
        self.known = {}

    def cost(self, i, j):
        if j - i < 2:
            return 0
        if (i, j) not in self.known:
            self.known[i, j] = min(
                self.cost(i, s) + self.cost(s, j) + self.sizes[i] * self.sizes[s] * self.sizes[j]
                for s in range(i + 1, j)
            )
        return self.known[i, j]


def fewest_multiplications(sizes):
    return Chain(sizes).cost(0, len(sizes) - 1)
