"""The methods of arrays, on traced ones: those that NumPy has as functions too, and refusals."""

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from autodiff_lib.array_protocol import TracedArray


def _method(name: str) -> Callable:
    """Return the method that calls NumPy's function of that name."""
    function = getattr(np, name)

    def method(self: TracedArray, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__name__ = name
    method.__doc__ = f"Return np.{name} of the array."
    return method


for _name_of_both in (
    *("all", "any", "argmax", "argmin", "argsort", "clip", "compress", "conj", "cumprod"),
    *("cumsum", "diagonal", "dot", "max", "mean", "min", "nonzero", "prod", "ravel", "repeat"),
    *("round", "searchsorted", "squeeze", "std", "sum", "swapaxes", "take", "trace", "var"),
):
    setattr(TracedArray, _name_of_both, _method(_name_of_both))


def _reshape(self: TracedArray, *shape: Any, order: str = "C") -> TracedArray:
    return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)


def _transpose(self: TracedArray, *axes: Any) -> TracedArray:
    return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)


TracedArray.reshape = _reshape
TracedArray.transpose = _transpose
TracedArray.flatten = lambda self, order="C": np.ravel(self, order)
TracedArray.copy = lambda self, order="C": self
TracedArray.astype = lambda self, dtype, **options: np.astype(self, dtype, **options)


def _refused(name: str) -> Callable:
    def method(self: TracedArray, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse(f".{name}()", ".primal for the value, or NumPy's functions")

    method.__name__ = name
    return method


for _name_of_both in ("item", "tolist", "tobytes", "sort", "fill", "put", "partition", "resize"):
    setattr(TracedArray, _name_of_both, _refused(_name_of_both))
