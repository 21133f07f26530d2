"""NumPy's functions on traced arrays, each written with the primitives of the rule tables.

A module each for shapes, indexing, joining, choices, reductions, products, einsum and linear
algebra. `methods` has the methods of arrays, `values` the functions that have no derivative to
lose. A function is added by registering it: `@implements(np.sum)`. The whole contract is in
docs/numpy.md.
"""

from autodiff_lib.numpy_api import (
    choices,
    einsum,
    indexing,
    joining,
    linalg,
    methods,
    products,
    reductions,
    shapes,
    values,
)
from autodiff_lib.numpy_api.reductions import logsumexp as logsumexp

__all__ = [
    "choices",
    "einsum",
    "indexing",
    "joining",
    "linalg",
    "logsumexp",
    "methods",
    "products",
    "reductions",
    "shapes",
    "values",
]
