"""A library of automatic differentiation to read: every engine in one sitting.

Functions go in and derivatives come out under JAX's names: `grad`, `jvp`, `vjp`, `jacobian` and
their kin take functions of numbers, of NumPy arrays, and of containers of both. The engines
behind them can be used by hand: `Var` and `Tape` in reverse, `Dual` in forward mode, `Tensor` on
arrays. `tangent` and `adjoint` write derivative programs; `trace` and `graph` show what was
computed. The elementary functions for all of them are in `autodiff_lib.math`; docs/api.md names
the further modules.

>>> from autodiff_lib import grad
>>> from autodiff_lib.math import exp
>>> grad(lambda x: x * exp(x))(0.0)
1.0
"""

from typing import Any

from autodiff_lib.custom import checkpoint, custom_rule
from autodiff_lib.dual import Dual
from autodiff_lib.errors import (
    AutodiffError,
    EscapedError,
    FreedError,
    InputError,
    NestingError,
    NotDifferentiableError,
    OutputError,
    OverwriteError,
    ReplayError,
)
from autodiff_lib.graph import Graph, graph
from autodiff_lib.scalar import Var, backward, named
from autodiff_lib.source import SourceError, adjoint, tangent
from autodiff_lib.sparse import sparse_jacobian
from autodiff_lib.stopping import no_grad, stop_gradient
from autodiff_lib.tags import differentiation
from autodiff_lib.tape import Tape
from autodiff_lib.trace import Trace, trace
from autodiff_lib.transforms import (
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)

_OF_ARRAYS = {"Tensor": "tensor", "TensorDual": "tensor_dual"}


def __getattr__(name: str) -> Any:
    """Load what needs NumPy when it is first asked for: the scalar side runs without."""
    if name in _OF_ARRAYS:
        from importlib import import_module

        return getattr(import_module(f"autodiff_lib.{_OF_ARRAYS[name]}"), name)
    raise AttributeError(f"module 'autodiff_lib' has no attribute {name!r}")


__all__ = [
    "AutodiffError",
    "Dual",
    "EscapedError",
    "FreedError",
    "Graph",
    "InputError",
    "NestingError",
    "NotDifferentiableError",
    "OutputError",
    "OverwriteError",
    "ReplayError",
    "SourceError",
    "Tape",
    "Tensor",
    "TensorDual",
    "Trace",
    "Var",
    "adjoint",
    "backward",
    "checkpoint",
    "custom_rule",
    "differentiation",
    "grad",
    "graph",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "linearize",
    "named",
    "no_grad",
    "sparse_jacobian",
    "stop_gradient",
    "tangent",
    "trace",
    "value_and_grad",
    "vjp",
]
