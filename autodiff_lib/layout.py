"""A layered layout for small directed acyclic graphs.

Every node goes as far right as its longest path from an input demands. An edge that spans
several layers is led through a dummy node in each layer between, so that it bends around
nodes instead of crossing them. Each layer is then ordered by the mean position of its
neighbours, to and fro, which leaves few crossings.

Source: K. Sugiyama, S. Tagawa and M. Toda, Methods for visual understanding of hierarchical
system structures, IEEE Transactions on Systems, Man and Cybernetics 11, 1981.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

SWEEPS = 24


@dataclass(frozen=True)
class Layout:
    """Where everything goes, in units of one layer across and one node down.

    `places` has (x, y) for each node, `routes` the points that each edge passes through.
    """

    places: list[tuple[float, float]]
    routes: list[list[tuple[float, float]]]


def layered(count: int, edges: Sequence[tuple[int, int]]) -> Layout:
    """Return the layout of `count` nodes, numbered so that every edge goes to a higher number."""
    layers = _longest_paths(count, edges)
    chains, layers = _with_dummies(edges, layers)
    neighbours = _neighbours(len(layers), chains)
    rows = _ordered(layers, neighbours)
    heights = _spread(rows, neighbours, len(layers))
    points = [(float(layer), heights[node]) for node, layer in enumerate(layers)]
    return Layout(points[:count], [[points[node] for node in chain] for chain in chains])


def _longest_paths(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return each node's layer: the length of the longest path that leads to it."""
    layers = [0] * count
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        layers[target] = max(layers[target], layers[source] + 1)
    return layers


def _with_dummies(
    edges: Sequence[tuple[int, int]], layers: list[int]
) -> tuple[list[list[int]], list[int]]:
    """Return each edge as a chain with one node a layer, and all layers, the dummies' too."""
    layers = list(layers)
    chains = []
    for source, target in edges:
        between = range(layers[source] + 1, layers[target])
        dummies = list(range(len(layers), len(layers) + len(between)))
        layers.extend(between)
        chains.append([source, *dummies, target])
    return chains, layers


def _neighbours(count: int, chains: list[list[int]]) -> list[tuple[list[int], list[int]]]:
    """Return for each node its neighbours on the left and on the right."""
    neighbours: list[tuple[list[int], list[int]]] = [([], []) for _ in range(count)]
    for chain in chains:
        for left, right in itertools.pairwise(chain):
            neighbours[right][0].append(left)
            neighbours[left][1].append(right)
    return neighbours


def _ordered(layers: list[int], neighbours: list) -> list[list[int]]:
    """Return the nodes of each layer from top to bottom, with few crossings."""
    rows: list[list[int]] = [[] for _ in range(max(layers) + 1)]
    for node, layer in enumerate(layers):
        rows[layer].append(node)
    best, fewest = [list(row) for row in rows], _crossings(rows, neighbours)
    for sweep in range(SWEEPS):
        side = sweep % 2  # 0: look left and go right, 1: look right and go left
        for row in rows if side == 0 else reversed(rows):
            position = {node: place for layer in rows for place, node in enumerate(layer)}
            row.sort(key=lambda node: _mean(neighbours[node][side], position, position[node]))
        crossings = _crossings(rows, neighbours)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _crossings(rows: list[list[int]], neighbours: list) -> int:
    """Return how many pairs of edges between adjacent layers cross."""
    crossings = 0
    for row, following in itertools.pairwise(rows):
        place = {node: index for index, node in enumerate(following)}
        ends = [sorted(place[target] for target in neighbours[node][1]) for node in row]
        for index, upper in enumerate(ends):
            for lower in ends[index + 1 :]:
                crossings += sum(high > low for high in upper for low in lower)
    return crossings


def _spread(rows: list[list[int]], neighbours: list, count: int) -> list[float]:
    """Return each node's height: near the mean of its neighbours, one apart in its layer."""
    heights = [0.0] * count
    for row in rows:
        for place, node in enumerate(row):
            heights[node] = place - (len(row) - 1) / 2
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 else reversed(rows):
            wanted = [
                _mean(neighbours[node][0] + neighbours[node][1], heights, heights[node])
                for node in row
            ]
            for node, height in zip(row, _apart(wanted), strict=True):
                heights[node] = height
    top = min(heights)
    return [height - top for height in heights]


def _apart(wanted: list[float]) -> list[float]:
    """Return increasing heights at least 1 apart that are, by least squares, closest to `wanted`.

    Subtracting the place in the row turns "at least 1 apart" into "not decreasing", for which
    pooling neighbours that violate it is exact.
    """
    blocks: list[list[float]] = []  # [sum, number] of each pool
    for place, height in enumerate(wanted):
        blocks.append([height - place, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, number = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += number
    pooled = [total / number for total, number in blocks for _ in range(int(number))]
    return [height + place for place, height in enumerate(pooled)]


def _mean(nodes: list[int], position: dict[int, float] | list[float], otherwise: float) -> float:
    return sum(position[node] for node in nodes) / len(nodes) if nodes else otherwise
