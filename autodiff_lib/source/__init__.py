"""Source transformation: reads a Python function and writes its derivative as Python.

`tangent` and `adjoint` give functions whose text can be printed, run and stepped through.
"""

from autodiff_lib.source.errors import SourceError
from autodiff_lib.source.transformation import adjoint, tangent

__all__ = ["SourceError", "adjoint", "tangent"]
