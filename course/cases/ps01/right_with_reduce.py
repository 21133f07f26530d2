# /// case
# title = "Functions of functions: reduce, map, comprehensions"
# kind = "correct"
# why = """\
# No loop and no assignment in sight; adjoints are passed back from the end, and every edge is \
# used once."""
# ///

# %% evaluate
from functools import reduce


def evaluate(program, inputs):
    return reduce(
        lambda values, line: values | {line[0]: OPERATIONS[line[1]](*map(values.get, line[2:]))},
        program,
        inputs,
    )


# %% weighted-graph
def weighted_graph(program, values):
    rules = dict(
        add=lambda u, v: (1, 1),
        sub=lambda u, v: (1, -1),
        mul=lambda u, v: (v, u),
        div=lambda u, v: (1 / v, -u / v**2),
        neg=lambda u: (-1,),
        exp=lambda u: (math.exp(u),),
        sin=lambda u: (math.cos(u),),
        cos=lambda u: (-math.sin(u),),
        sqrt=lambda u: (1 / math.sqrt(u) / 2,),
    )
    return dict.fromkeys(values, ()) | {
        name: tuple(zip(operands, rules[operation](*map(values.get, operands))))
        for name, operation, *operands in program
    }


# %% sum-over-paths
from graphlib import TopologicalSorter


def sum_over_paths(graph, start, end):
    order = TopologicalSorter({n: [m for m, _ in graph[n]] for n in graph}).static_order()

    def pass_back(adjoint, node):
        return reduce(
            lambda sums, edge: sums | {edge[0]: sums.get(edge[0], 0.0) + edge[1] * adjoint[node]},
            graph[node] if node in adjoint else [],
            adjoint,
        )

    return reduce(pass_back, reversed(list(order)), {end: 1.0}).get(start, 0.0)


# %% association-cost
def left_to_right(sizes):
    return reduce(
        lambda state, n: (state[0] + sizes[0] * state[1] * n, n), sizes[2:], (0, sizes[1])
    )[0]


def right_to_left(sizes):
    return left_to_right(tuple(reversed(sizes)))


# %% fewest-multiplications
def fewest_multiplications(sizes):
    return min(
        map(
            lambda s: (
                sizes[0] * sizes[s] * sizes[-1]
                + sum(map(fewest_multiplications, (sizes[: s + 1], sizes[s:])))
            ),
            range(1, len(sizes) - 1),
        ),
        default=0,
    )
