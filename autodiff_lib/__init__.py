"""A library of automatic differentiation to read: every engine in one sitting.

Functions go in and derivatives come out under JAX's names (`grad`); `Var` is reverse mode by
hand; `trace` and `graph` show what was computed. The elementary functions for all of them are
in `autodiff_lib.math`.

>>> from autodiff_lib import grad
>>> from autodiff_lib.math import exp
>>> grad(lambda x: x * exp(x))(0.0)
1.0
"""

from autodiff_lib.errors import (
    AutodiffError,
    EscapedError,
    InputError,
    NotDifferentiableError,
    OutputError,
)
from autodiff_lib.graph import Graph, graph
from autodiff_lib.scalar import Var, backward, named
from autodiff_lib.trace import Trace, trace
from autodiff_lib.transforms import grad, value_and_grad

__all__ = [
    "AutodiffError",
    "EscapedError",
    "Graph",
    "InputError",
    "NotDifferentiableError",
    "OutputError",
    "Trace",
    "Var",
    "backward",
    "grad",
    "graph",
    "named",
    "trace",
    "value_and_grad",
]
