"""How a traced array takes part in NumPy: operators, methods, and the two array protocols.

NumPy asks the traced array whenever one is among the arguments of a ufunc
(`__array_ufunc__`) or of any other function (`__array_function__`). What is listed here or in
`numpy_api.py` is differentiated. Everything else is refused by name: a function that went
through unnoticed would return a derivative of zero.
"""

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from autodiff_lib.array_rules import ELEMENTWISE
from autodiff_lib.errors import NotDifferentiableError
from autodiff_lib.methods import OPERATORS
from autodiff_lib.primitives import Primitive, bind
from autodiff_lib.rules import BY_UFUNC, RULES, Elementwise
from autodiff_lib.tracing import Tag, Traced, value_of

FUNCTIONS: dict[Callable, Callable] = {}
"""NumPy's functions on traced arrays, filled in by `numpy_api.py`."""

REDUCTIONS: dict[str, dict[str, Callable]] = {"reduce": {}, "accumulate": {}, "outer": {}}
"""The methods of ufuncs on traced arrays, by method and ufunc: np.add.reduce is np.sum."""

_OF_THE_VALUE = frozenset(
    [
        "equal",
        "not_equal",
        "less",
        "less_equal",
        "greater",
        "greater_equal",
        "isfinite",
        "isinf",
        "isnan",
        "signbit",
        "logical_and",
        "logical_or",
        "logical_not",
        "logical_xor",
    ]
)
"""Ufuncs that give truth values. These have no derivative to lose."""


class TracedArray(Traced):
    """The base of traced arrays: shape and type, operators, NumPy's functions as methods."""

    __slots__ = ()
    __array_priority__ = 1000

    def lift_array(self, primitive: Primitive, operands: Any, params: dict) -> Any:
        """Return `primitive` of operands whose innermost tag is that of this array."""
        raise NotImplementedError

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> Any:
        return bind(ELEMENTWISE[rule.name], *operands)

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return np.shape(value_of(self))

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return np.ndim(value_of(self))

    @property
    def size(self) -> int:
        """The number of elements."""
        return np.size(value_of(self))

    @property
    def dtype(self) -> np.dtype:
        """The type of the elements."""
        return value_of(self).dtype

    @property
    def T(self) -> "TracedArray":
        """The array with its axes reversed."""
        return np.transpose(self)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a traced number has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator["TracedArray"]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, key: Any) -> "TracedArray":
        return FUNCTIONS["getitem"](self, key)

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise NotDifferentiableError(
            "an assignment into a traced array would overwrite a value that its derivative may "
            "need: build the array with np.where, np.concatenate or np.stack"
        )

    def __matmul__(self, other: Any) -> Any:
        return np.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return np.matmul(other, self)

    def __bool__(self) -> bool:
        return bool(value_of(self))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name = ufunc.__name__
        if kwargs.get("out") is not None:
            self._refuse(
                f"np.{name} into out=, as in array += traced,", "array = array + traced instead"
            )
        if kwargs.get("where", True) is not True:
            self._refuse(f"np.{name} with where=", "np.where instead")
        if method == "__call__":
            if name in _OF_THE_VALUE:
                return ufunc(*map(value_of, inputs), **kwargs)
            if name in BY_UFUNC and not set(kwargs) - {"out", "where"}:
                return bind(ELEMENTWISE[BY_UFUNC[name].name], *map(_operand, inputs))
            if ufunc in FUNCTIONS and not kwargs:
                return FUNCTIONS[ufunc](*inputs)
        elif name in REDUCTIONS.get(method, {}):
            kwargs.pop("out", None)
            return REDUCTIONS[method][name](*inputs, **kwargs)
        call = f"np.{name}" + ("" if method == "__call__" else f".{method}")
        options = f" with {', '.join(kwargs)}" if kwargs else ""
        self._refuse(call + options, "the functions that the NumPy table in the README lists")

    def __array_function__(
        self, function: Callable, types: Any, args: tuple, kwargs: dict[str, Any]
    ) -> Any:
        handler = FUNCTIONS.get(function)
        if handler is None:
            self._refuse(
                f"np.{function.__name__}", "the functions that the NumPy table in the README lists"
            )
        return handler(*args, **kwargs)


def _operand(value: Any) -> Any:
    """Return an operand that is a list as an array; anything else as it is."""
    return np.asarray(value) if isinstance(value, list | tuple) else value


def _elementwise(name: str, reflected: bool) -> Callable:
    primitive = ELEMENTWISE[name]

    def operator(self: TracedArray, other: Any) -> Any:
        return bind(primitive, self, _operand(other))

    def reflected_operator(self: TracedArray, other: Any) -> Any:
        return bind(primitive, _operand(other), self)

    return reflected_operator if reflected else operator


def _method(name: str) -> Callable:
    """Return the method that calls NumPy's function of that name."""
    function = getattr(np, name)

    def method(self: TracedArray, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__name__ = name
    return method


for _name, _stem in OPERATORS.items():
    setattr(TracedArray, f"__{_stem}__", _elementwise(_name, reflected=False))
    setattr(TracedArray, f"__r{_stem}__", _elementwise(_name, reflected=True))
TracedArray.__neg__ = lambda self: bind(ELEMENTWISE["neg"], self)
TracedArray.__abs__ = lambda self: bind(ELEMENTWISE["abs"], self)

for _name in [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "clip",
    "cumprod",
    "cumsum",
    "diagonal",
    "dot",
    "max",
    "mean",
    "min",
    "nonzero",
    "prod",
    "ravel",
    "repeat",
    "squeeze",
    "std",
    "sum",
    "swapaxes",
    "take",
    "trace",
    "var",
]:
    setattr(TracedArray, _name, _method(_name))


def _reshape(self: TracedArray, *shape: Any, order: str = "C") -> TracedArray:
    return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)


def _transpose(self: TracedArray, *axes: Any) -> TracedArray:
    return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)


TracedArray.reshape = _reshape
TracedArray.transpose = _transpose
TracedArray.flatten = lambda self, order="C": np.ravel(self, order)
TracedArray.copy = lambda self, order="C": self
TracedArray.astype = lambda self, dtype: FUNCTIONS["astype"](self, dtype)

for _name in ("item", "tolist", "tobytes", "sort", "fill", "put", "partition", "round"):
    setattr(
        TracedArray,
        _name,
        lambda self, *args, _name=_name, **kwargs: self._refuse(
            f".{_name}()", ".primal for the value, or NumPy's functions"
        ),
    )

for _rule in RULES.values():
    if not hasattr(TracedArray, _rule.name):
        setattr(
            TracedArray,
            _rule.name,
            lambda self, *others, _rule=ELEMENTWISE[_rule.name]: bind(_rule, self, *others),
        )
