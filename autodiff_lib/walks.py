"""Walks over expressions, whose trees may be deep, and larger than any memory.

Nothing here is recursive, for a chain of 100,000 operations to fit. And an expression that occurs
twice may be one object in memory, so that the nodes form a directed acyclic graph: what is worked
out for it once serves both times.
"""

from collections.abc import Iterator
from typing import Any

Node = Any  # an expression or a condition: something with a head and operands


def postorder(*roots: Node) -> Iterator[Node]:
    """Yield every node behind `roots` once, operands before what is made from them."""
    found = set()
    waiting = [(root, False) for root in reversed(roots)]
    while waiting:
        node, is_ready = waiting.pop()
        if is_ready:
            yield node
        elif id(node) not in found:
            found.add(id(node))
            waiting.append((node, True))
            waiting.extend((operand, False) for operand in reversed(node.operands))


def tree_size(root: Node) -> int:
    """Return how many nodes the tree has, each counted as often as it occurs."""
    sizes: dict[int, int] = {}
    for node in postorder(root):
        sizes[id(node)] = 1 + sum(sizes[id(operand)] for operand in node.operands)
    return sizes[id(root)]


class Shelf:
    """Nodes kept once each: equal ones, whose operands are kept already, are one object."""

    def __init__(self) -> None:
        self._kept: dict[tuple, Node] = {}

    def keep(self, node: Node) -> Node:
        """Return the node kept that equals `node`: `node` itself, if it is the first."""
        head = node.head
        name = repr(head) if isinstance(head, float) else getattr(head, "name", head)
        return self._kept.setdefault((type(head), name, *map(id, node.operands)), node)
