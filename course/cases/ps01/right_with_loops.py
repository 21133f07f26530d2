# /// case
# title = "Plain loops and long chains of if, by a beginner"
# kind = "correct"
# why = """\
# Written from the student version alone. Integers, NumPy scalars, pairs as lists and a name more \
# than asked for are right, too; all orders of eight matrices are tried one by one."""
# ///

# %% evaluate
def evaluate(program, inputs):
    out = {}
    for k in inputs:
        out[k] = inputs[k]
    for l in program:
        f = OPERATIONS[l[1]]
        args = [out[o] for o in l[2:]]
        if len(args) == 1:
            r = f(args[0])
        else:
            r = f(args[0], args[1])
        out[l[0]] = r
    return out


# %% nested-by-nodes
def nested_by_nodes(x):
    a = np.power(x, 2)
    b = np.exp(a)
    c = a + b
    d = np.sqrt(c)
    e = np.cos(c)
    res = {"f": 1, "d": 1, "e": 1}
    res["c"] = res["d"] * (0.5 / d) + res["e"] * (-np.sin(c))
    res["b"] = res["c"] * 1
    res["a"] = res["c"] * 1 + res["b"] * b
    res["x"] = res["a"] * 2 * x
    return res


# %% weighted-graph
def weighted_graph(program, values):
    g = {}
    for n in values:
        g[n] = []
    for line in program:
        name, op, ops = line[0], line[1], line[2:]
        if op == "add":
            p = [1, 1]
        elif op == "sub":
            p = [1, -1]
        elif op == "mul":
            p = [values[ops[1]], values[ops[0]]]
        elif op == "div":
            p = [1 / values[ops[1]], -values[ops[0]] / values[ops[1]] ** 2]
        elif op == "neg":
            p = [-1]
        elif op == "exp":
            p = [np.exp(values[ops[0]])]
        elif op == "sin":
            p = [np.cos(values[ops[0]])]
        elif op == "cos":
            p = [-np.sin(values[ops[0]])]
        elif op == "sqrt":
            p = [1 / (2 * np.sqrt(values[ops[0]]))]
        for o, q in zip(ops, p):
            g[name].append([o, q])
    return g


# %% sum-over-paths
def sum_over_paths(graph, start, end, cache=None):
    if cache is None:
        cache = {}
    if start == end:
        return 1
    if end in cache:
        return cache[end]
    s = 0
    for o, p in graph[end]:
        s = s + p * sum_over_paths(graph, start, o, cache)
    cache[end] = s
    return s


# %% association-cost
def left_to_right(sizes):
    c = 0
    for i in range(2, len(sizes)):
        c += sizes[0] * sizes[i - 1] * sizes[i]
    return c


def right_to_left(sizes):
    c = 0
    k = len(sizes) - 1
    for i in range(k - 1, 0, -1):
        c += sizes[i - 1] * sizes[i] * sizes[k]
    return c


# %% fewest-multiplications
import itertools


def fewest_multiplications(sizes):
    best = None
    for order in itertools.permutations(range(1, len(sizes) - 1)):
        left = list(range(len(sizes)))
        cost = 0
        for m in order:
            i = left.index(m)
            cost += sizes[left[i - 1]] * sizes[m] * sizes[left[i + 1]]
            left.pop(i)
        if best is None or cost < best:
            best = cost
    return best


# %% sensitivities
def sensitivities(program, inputs, output):
    v = evaluate(program, inputs)
    g = weighted_graph(program, v)
    d = {}
    for i in inputs:
        d[i] = sum_over_paths(g, i, output)
    return d
