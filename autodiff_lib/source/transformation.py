"""`tangent` and `adjoint`: from a function to the function that computes its derivative.

The derivative program is written once, when `tangent` or `adjoint` is called; functions that the
function calls are transformed with it, and stand above it in the text. Global constants are read
at that moment: write the program anew after changing one.
"""

import inspect
from collections.abc import Callable
from types import FunctionType

from autodiff_lib.source.adjoint import AdjointWriter
from autodiff_lib.source.errors import SourceError
from autodiff_lib.source.front import Library, compiled, function_of
from autodiff_lib.source.names import Module
from autodiff_lib.source.program import Call, Function
from autodiff_lib.source.reading import read
from autodiff_lib.source.sharing import share
from autodiff_lib.source.tangent import TangentWriter

Argnums = int | str | tuple[int | str, ...] | None


def tangent(f: Callable | str, argnums: Argnums = None) -> Callable:
    """Return the tangent program of `f`: values and directional derivatives side by side.

    Args:
        f: a Python function of numbers and lists of numbers, or the text of one.
        argnums: the parameters to differentiate in, by place or name. Without it all, but those
            that are used as integers or have an integer for default or annotation.

    Returns:
        A function of the parameters of `f` and a tangent for each parameter to differentiate in:
        `f_tangent(x, y, x_dot, y_dot) -> (value, value_dot)`. Where `f` has default values, the
        tangents are given by keyword. Its text is in `.source`.

    Raises:
        SourceError: for a construct that cannot be transformed, with file and line.

    >>> f = "def f(x, y): return x * y + sin(x)"
    >>> print(tangent(f).source)
    from math import cos, sin
    <BLANKLINE>
    <BLANKLINE>
    def f_tangent(x, y, x_dot, y_dot):
        x = float(x)
        y = float(y)
        value_dot = y * x_dot + x * y_dot + cos(x) * x_dot
        value = x * y + sin(x)
        return value, value_dot
    <BLANKLINE>
    """
    return _Transformation("tangent").of(f, argnums)


def adjoint(f: Callable | str, argnums: Argnums = None) -> Callable:
    """Return the adjoint program of `f`: its value, and the gradient by one reverse sweep.

    Args:
        f, argnums: as in `tangent`.

    Returns:
        A function of the parameters of `f` and the keyword `seed`, the adjoint of the result:
        `f_adjoint(x, y, seed=1.0) -> (value, (x_bar, y_bar))`. If `f` returns a tuple or a list,
        `seed` must be given in the same form. The text is in `.source`.

    Raises:
        SourceError: for a construct that cannot be transformed, with file and line.

    >>> f = "def f(x, y): return x * y + sin(x)"
    >>> print(adjoint(f).source)
    from math import cos, sin
    <BLANKLINE>
    <BLANKLINE>
    def f_adjoint(x, y, *, seed=1.0):
        x = float(x)
        y = float(y)
        value = x * y + sin(x)
    <BLANKLINE>
        value_bar = float(seed)
        x_bar = value_bar * y + value_bar * cos(x)
        y_bar = value_bar * x
        return value, (x_bar, y_bar)
    <BLANKLINE>
    """
    return _Transformation("adjoint").of(f, argnums)


class _Transformation:
    """One program: the function asked for, and those that it calls."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._library = Library()
        self._module = Module()
        self._done: dict[tuple, tuple[str, Function]] = {}

    def of(self, f: Callable | str, argnums: Argnums) -> Callable:
        original = function_of(f)
        active = None if argnums is None else _names(original, argnums)
        name, _ = self._transform(original, active, main=True)
        text = self._module.text
        program = compiled(text, name, self._module.functions)[name]
        program.source = text
        program.__doc__ = f"The {self._mode} program of {original.__name__}."
        return program

    def _transform(
        self, f: FunctionType, active: tuple[str, ...] | None, *, main: bool = False
    ) -> tuple[str, Function]:
        key = (f, active, main)
        if key not in self._done:
            split = self._mode == "adjoint" and not main
            front = self._library.front(f)
            function = read(f, active, self._library, self._module)
            if not function.active:
                front.refuse(
                    front.line,
                    f"{f.__name__} has no parameter to differentiate in; name some in argnums",
                )
            stem = f"{f.__name__}_{'vjp' if split else self._mode}"
            name = self._module.name(key, stem, front.scope)
            self._done[key] = name, function
            share(function)
            if self._mode == "tangent":
                lines = TangentWriter(function, name, self._callee).lines()
            else:
                lines = AdjointWriter(function, name, self._callee, split=split).lines()
            text = "\n".join(line.rstrip() for line in lines)
            self._module.use_rule_names(text)
            self._module.texts.append(text)
        return self._done[key]

    def _callee(self, call: Call) -> tuple[str, Function]:
        return self._transform(call.f, tuple(call.keywords[place] for place in call.actives))


def _names(f: FunctionType, argnums: int | str | tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the parameters that `argnums` chooses."""
    parameters = list(inspect.signature(f).parameters)
    chosen = argnums if isinstance(argnums, tuple) else (argnums,)
    for choice in chosen:
        known = range(len(parameters)) if isinstance(choice, int) else parameters
        if choice not in known:
            raise SourceError(
                f"argnums names {choice!r}, but {f.__name__} has the parameters "
                f"{', '.join(parameters)}; give places from 0, or names"
            )
    return tuple(parameters[c] if isinstance(c, int) else c for c in chosen)
