"""How a traced array takes part in NumPy: operators, methods, and the two array protocols.

NumPy asks the traced array whenever one is among the arguments of a ufunc
(`__array_ufunc__`) or of any other function (`__array_function__`). What is registered here or
in `numpy_api` is differentiated, or depends on values only and returns plain ones. Everything
else is refused by name: a function that went through unnoticed would lose the derivative.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from autodiff_lib.array_rows import ARRAY_RULES
from autodiff_lib.array_rules import ELEMENTWISE
from autodiff_lib.errors import MissingAttributeError, NotDifferentiableError
from autodiff_lib.methods import OPERATORS
from autodiff_lib.primitives import Primitive, bind
from autodiff_lib.rules import Elementwise
from autodiff_lib.tracing import Tag, Traced, value_of

FUNCTIONS: dict[Any, Callable] = {}
"""NumPy's functions and ufuncs on traced arrays; `numpy_api` fills it in."""

UFUNC_METHODS: dict[tuple[str, str], Callable] = {}
"""The methods of ufuncs on traced arrays: ("add", "reduce") is np.add.reduce."""

OPTIONS: dict[Callable, frozenset[str]] = {}
"""The names of the arguments that each of `FUNCTIONS` takes, where it does not take all."""

_OVERWRITES = (np.copyto, np.place, np.put, np.putmask, np.put_along_axis, np.fill_diagonal)
_INSTEAD = dict.fromkeys(_OVERWRITES, "np.where, np.concatenate or np.broadcast_to")

_DEFAULTS = (("dtype", None), ("casting", "same_kind"), ("order", "K"), ("subok", True))

_OPERANDS = (Traced, np.ndarray, float, int, np.generic)

TABLE = "the functions in docs/numpy.md, or x.primal if the derivative may be dropped"


class TracedArray(Traced):
    """The base of traced arrays: shape and type, operators, NumPy's functions as methods.

    Its numbers are read-only: a write to them would go unnoticed by the derivative.
    """

    __slots__ = ()
    __array_priority__ = 1000

    def lift_array(self, primitive: Primitive, operands: Sequence[Any], params: dict) -> Any:
        """Return `primitive` of operands whose innermost tag is that of this array."""
        raise NotImplementedError

    @classmethod
    def lift(cls, rule: Elementwise, operands: tuple, tag: Tag) -> Any:
        return bind(ELEMENTWISE[rule.name], *operands)

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.primal.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.primal.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.primal.size

    @property
    def dtype(self) -> np.dtype:
        """The type of the elements."""
        return self.primal.dtype

    @property
    def T(self) -> "TracedArray":
        """The array with its axes reversed."""
        return np.transpose(self)

    @property
    def mT(self) -> "TracedArray":
        """The array with its last two axes exchanged."""
        return np.matrix_transpose(self)

    @property
    def real(self) -> "TracedArray":
        """The array itself."""
        return self

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

    def __getattr__(self, name: str) -> NoReturn:
        raise MissingAttributeError(
            f"a {type(self).__name__} has no attribute {name!r}: use NumPy's functions, or "
            f".primal.{name} for the value"
        )

    def __matmul__(self, other: Any) -> Any:
        return FUNCTIONS[np.matmul](self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return FUNCTIONS[np.matmul](other, self)

    def __mod__(self, other: Any) -> Any:
        return np.remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return np.remainder(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return np.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return np.floor_divide(other, self)

    def __divmod__(self, other: Any) -> Any:
        return np.divmod(self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return np.divmod(other, self)

    def __round__(self, digits: int = 0) -> Any:
        return np.round(self, digits)

    def __bool__(self) -> bool:
        return bool(value_of(self))

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse(
            "a plain NumPy array made of it (by np.array, np.full, arr[…] = x, or a list given "
            "to NumPy)",
            "np.stack([x, y]), np.concatenate, np.where or np.broadcast_to",
        )

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if kwargs:
            kwargs = self._without_defaults(f"np.{ufunc.__name__}", kwargs)
        if method == "__call__":
            handler = FUNCTIONS.get(ufunc)
            if handler is not None and not kwargs:
                return handler(*inputs)
            call = f"np.{ufunc.__name__}"
        else:
            handler = UFUNC_METHODS.get((ufunc.__name__, method))
            if handler is not None and kwargs.keys() <= OPTIONS[handler]:
                return handler(*inputs, **kwargs)
            call = f"np.{ufunc.__name__}.{method}"
        return self._refuse(call + _with(kwargs if handler else ()), TABLE)

    def __array_function__(
        self, function: Callable, types: Any, args: tuple, kwargs: dict[str, Any]
    ) -> Any:
        handler = FUNCTIONS.get(function)
        if handler is None:
            self._refuse(_name(function), _INSTEAD.get(function, TABLE))
        if kwargs:
            kwargs = self._without_defaults(_name(function), kwargs)
            unknown = kwargs.keys() - OPTIONS.get(handler, kwargs.keys())
            if unknown:
                self._refuse(_name(function) + _with(unknown), "it without, or " + TABLE)
        return handler(*args, **kwargs)

    def _without_defaults(self, call: str, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return `kwargs` without what says nothing: out= and where= are refused if they do."""
        out = kwargs.get("out")
        if any(target is not None for target in (out if isinstance(out, tuple) else (out,))):
            self._refuse(f"{call} into out=, as in array += traced,", "array = array + traced")
        if kwargs.get("where", True) is not True:
            self._refuse(f"{call} with where=", "np.where")
        return {
            name: arg
            for name, arg in kwargs.items()
            if name not in ("out", "where") and (name, arg) not in _DEFAULTS
        }


def _name(function: Callable) -> str:
    """Return what NumPy calls one of its functions."""
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{function.__name__}"


def _with(options: Any) -> str:
    return f" with {', '.join(f'{name}=' for name in sorted(options))}" if options else ""


def _operand(value: Any) -> Any:
    """Return an operand as it is, or as an array of its own if it is a list or the like."""
    return value if isinstance(value, _OPERANDS) else np.array(value)


def _unary(primitive: Primitive) -> Callable:
    """Return the function that applies an elementwise primitive of one operand."""
    return lambda a: bind(primitive, _operand(a))


def _binary(primitive: Primitive) -> Callable:
    """Return the function that applies an elementwise primitive of two operands."""
    return lambda a, b: bind(primitive, _operand(a), _operand(b))


def _reflected(primitive: Primitive) -> Callable:
    """Return the function that applies it to the two in the other order, as `1 - x` needs."""
    return lambda a, b: bind(primitive, _operand(b), _operand(a))


for _rule in ARRAY_RULES.values():
    _primitive = ELEMENTWISE[_rule.name]
    _function = _unary(_primitive) if len(_rule.inputs) == 1 else _binary(_primitive)
    if _rule.ufunc:
        FUNCTIONS[getattr(np, _rule.ufunc)] = _function
    if _rule.name in OPERATORS:
        _stem = OPERATORS[_rule.name]
        setattr(TracedArray, f"__{_stem}__", _function)
        setattr(TracedArray, f"__r{_stem}__", _reflected(_primitive))
    setattr(TracedArray, _rule.name, _function)
TracedArray.__neg__ = TracedArray.neg
TracedArray.__abs__ = TracedArray.abs
